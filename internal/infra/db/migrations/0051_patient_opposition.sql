-- +goose Up

-- care/patient: what a person opposes. Ended, never erased
CREATE TABLE opposition (
    id            TEXT COLLATE "C" PRIMARY KEY,
    patient       TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    scope         TEXT COLLATE "C" NOT NULL,    -- all, somebody, profession
    subject_kind  TEXT COLLATE "C" NOT NULL,    -- professional, structure, or empty
    subject       TEXT COLLATE "C" NOT NULL,
    profession    TEXT COLLATE "C" NOT NULL,
    reason        TEXT COLLATE "C" NOT NULL,    -- a code
    said_by       TEXT COLLATE "C" NOT NULL,    -- a code: the person, his representative, his trusted person
    account       TEXT COLLATE "C" NOT NULL,
    name          TEXT NOT NULL,
    at            BIGINT NOT NULL,
    ended         BIGINT NOT NULL,              -- 0 while it holds
    ended_account TEXT COLLATE "C" NOT NULL,
    ended_name    TEXT NOT NULL
);
CREATE INDEX opposition_patient ON opposition (patient);

-- an opposition written as the last word of a person still holds
INSERT INTO opposition (id, patient, scope, subject_kind, subject, profession, reason, said_by, account, name, at, ended, ended_account, ended_name)
SELECT c.id, c.patient, 'all', '', '', '', '', 'patient', c.account, '', c.at, 0, '', '' FROM consent c
WHERE c.kind = 'opposition' AND NOT EXISTS (SELECT 1 FROM consent d WHERE d.patient = c.patient AND (d.at > c.at OR d.at = c.at AND d.id > c.id));
