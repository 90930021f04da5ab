-- +goose Up

-- care/request: what was written before these columns is a plain text, sealed as it is
ALTER TABLE visit ADD COLUMN structured BOOLEAN NOT NULL DEFAULT FALSE;   -- detail is sealed JSON: note, vitals
ALTER TABLE report ADD COLUMN structured BOOLEAN NOT NULL DEFAULT FALSE;  -- body is sealed JSON: the report with its sections

-- care/directory: the mailbox where health data may be sent (MSSanté, Apicrypt)
ALTER TABLE professional ADD COLUMN secure_mail TEXT NOT NULL DEFAULT '';
