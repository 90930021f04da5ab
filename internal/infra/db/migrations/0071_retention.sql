-- +goose Up
-- care/patient: a file whose key was destroyed keeps its row, without anything of the person
ALTER TABLE patient ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;
CREATE INDEX patient_rest ON patient (territory, updated, id) WHERE erased = 0;

-- care/patient: somebody who supervises opens what he does not read, for a while and for a reason
CREATE TABLE break_glass (
    id      TEXT COLLATE "C" PRIMARY KEY,
    patient TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    reason  TEXT COLLATE "C" NOT NULL,          -- code
    note    BYTEA NOT NULL,                     -- sealed
    at      BIGINT NOT NULL,
    until   BIGINT NOT NULL
);
CREATE INDEX break_glass_account ON break_glass (account, until, patient);
CREATE INDEX break_glass_patient ON break_glass (patient, at);

-- care/retention
CREATE TABLE retention_hold (
    patient   TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    reason    TEXT NOT NULL,                    -- a claim, an inquiry: nothing of the person
    account   TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL
);
CREATE INDEX retention_hold_territory ON retention_hold (territory, at);
CREATE TABLE erasure (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    patient   TEXT COLLATE "C" NOT NULL,
    ground    TEXT COLLATE "C" NOT NULL,        -- term, mistake
    account   TEXT COLLATE "C" NOT NULL,        -- of who asked; empty for the house itself
    requests  BIGINT NOT NULL,
    last      BIGINT NOT NULL,                  -- last thing that happened in the file
    at        BIGINT NOT NULL
);
CREATE INDEX erasure_territory ON erasure (territory, at);
