-- +goose Up

-- care/notify: the hours of the day during which a delivery waits, « 21:00-07:00 Europe/Paris », one for each line
ALTER TABLE delivery ADD COLUMN quiet TEXT COLLATE "C" NOT NULL DEFAULT '';
