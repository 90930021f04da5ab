-- +goose Up

-- care/patient: what an identity was before each change, and who changed it
CREATE TABLE patient_version (
    id       TEXT COLLATE "C" PRIMARY KEY,
    patient  TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    version  BIGINT NOT NULL,                   -- the one that was replaced
    identity BYTEA NOT NULL,                    -- sealed JSON
    account  TEXT COLLATE "C" NOT NULL,         -- who replaced it
    name     TEXT NOT NULL,
    at       BIGINT NOT NULL,
    UNIQUE (patient, version)
);

-- care/patient: a relative is ended, never erased; one trusted person at a time
ALTER TABLE relative ADD COLUMN trusted BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE relative ADD COLUMN ended BIGINT NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX relative_trusted ON relative (patient) WHERE trusted AND ended = 0;

-- care/patient: two files of one person. The pointer always names the file that is read; the
-- rows of the other stay where they are, so that undoing restores them exactly
ALTER TABLE patient ADD COLUMN merged_into TEXT COLLATE "C" NOT NULL DEFAULT '';
CREATE INDEX patient_merged ON patient (merged_into) WHERE merged_into <> '';
CREATE TABLE patient_merge (
    id             TEXT COLLATE "C" PRIMARY KEY,
    territory      TEXT COLLATE "C" NOT NULL,
    gone           TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    kept           TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    reason         TEXT COLLATE "C" NOT NULL,   -- a code
    account        TEXT COLLATE "C" NOT NULL,
    name           TEXT NOT NULL,
    at             BIGINT NOT NULL,
    undone         BIGINT NOT NULL,             -- 0 while it holds
    undone_account TEXT COLLATE "C" NOT NULL,
    undone_name    TEXT NOT NULL
);
CREATE INDEX patient_merge_territory ON patient_merge (territory, at);
CREATE UNIQUE INDEX patient_merge_gone ON patient_merge (gone) WHERE undone = 0;

-- care/patient: two files that look alike and that somebody said are of two people
CREATE TABLE patient_apart (
    one     TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    other   TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    account TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (one, other)
);
