-- +goose Up

-- care/request: what was written before these columns is a plain text, sealed as it is
ALTER TABLE visit ADD COLUMN structured BOOLEAN NOT NULL DEFAULT FALSE;   -- detail is sealed JSON: note, vitals
ALTER TABLE report ADD COLUMN structured BOOLEAN NOT NULL DEFAULT FALSE;  -- body is sealed JSON: the report with its sections

-- care/directory: the mailbox where health data may be sent (MSSanté, Apicrypt)
ALTER TABLE professional ADD COLUMN secure_mail TEXT NOT NULL DEFAULT '';

-- care/request: a report on its way to the registered GP; who he is and his addresses are sealed
CREATE TABLE report_letter (
    id           TEXT COLLATE "C" PRIMARY KEY,
    report       TEXT COLLATE "C" NOT NULL REFERENCES report (id),
    request      TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    subject_kind TEXT COLLATE "C" NOT NULL,       -- professional, outsider
    subject      TEXT COLLATE "C" NOT NULL,
    detail       BYTEA NOT NULL,                  -- sealed JSON: name, addresses
    created      BIGINT NOT NULL
);
CREATE INDEX report_letter_request ON report_letter (request, created);

-- security/audit: which seals cover a request
CREATE INDEX audit_request ON audit (request, seal) WHERE request <> '';
