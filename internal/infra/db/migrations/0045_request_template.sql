-- +goose Up

-- care/request: needs that a structure asks often, without any patient
CREATE TABLE request_template (
    id         TEXT COLLATE "C" PRIMARY KEY,
    territory  TEXT COLLATE "C" NOT NULL,
    owner      TEXT COLLATE "C" NOT NULL, -- the structure, or the professional who has none
    name       TEXT NOT NULL,
    need       TEXT NOT NULL,             -- JSON: profession, acts, mode, urgency, reply delay, duration, frequency
    words      TEXT NOT NULL,             -- proposed as the motive; about nobody
    account    TEXT COLLATE "C" NOT NULL, -- who saved it
    created    BIGINT NOT NULL
);
CREATE INDEX request_template_owner ON request_template (owner, created);
