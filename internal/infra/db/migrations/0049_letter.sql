-- +goose Up

-- care/notify: what is enclosed is asked for when it leaves, and never kept here; who gets it as well
ALTER TABLE delivery ADD COLUMN letter TEXT COLLATE "C" NOT NULL DEFAULT '';

-- channel/fakephone: what a fake mailbox received with a letter
ALTER TABLE fake_message ADD COLUMN file_name TEXT NOT NULL DEFAULT '';
ALTER TABLE fake_message ADD COLUMN file BYTEA;
