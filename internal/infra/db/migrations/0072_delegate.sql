-- +goose Up
-- security/auth: who acts for a professional, from when until when (0 while he does)
CREATE TABLE delegate (
    account TEXT COLLATE "C" NOT NULL,
    person  TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,                      -- of the professional
    since   BIGINT NOT NULL,
    until   BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, person)
);
CREATE INDEX delegate_person ON delegate (person, account);
ALTER TABLE session ADD COLUMN acting TEXT COLLATE "C" NOT NULL DEFAULT '';  -- for whom, among those
ALTER TABLE session ADD COLUMN hint BYTEA;      -- what ends the session of a provider of identity, sealed with the key of the account
