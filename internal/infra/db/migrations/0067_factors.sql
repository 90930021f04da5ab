-- +goose Up
-- security/auth: several means of proof for one account, and the steps of a proof under way
ALTER TABLE credential ADD COLUMN handle TEXT COLLATE "C" NOT NULL DEFAULT '';  -- what finds it: id of a passkey, identity elsewhere, hash of a recovery code
ALTER TABLE credential ADD COLUMN label TEXT NOT NULL DEFAULT '';               -- how its owner calls it
ALTER TABLE credential ADD COLUMN used BIGINT NOT NULL DEFAULT 0;               -- last time it proved somebody
ALTER TABLE credential ADD COLUMN counter BIGINT NOT NULL DEFAULT 0;            -- last code taken: none serves twice
ALTER TABLE credential ADD COLUMN sealed BYTEA;                                 -- a secret that must be read again, sealed with the account's key
CREATE UNIQUE INDEX credential_handle ON credential (kind, handle) WHERE handle <> '';

ALTER TABLE session ADD COLUMN means TEXT COLLATE "C" NOT NULL DEFAULT '';      -- how it was proved: passkey, password+totp…
ALTER TABLE session ADD COLUMN proved BIGINT NOT NULL DEFAULT 0;                -- last proof, for what wants a fresh one
ALTER TABLE session ADD COLUMN idle BIGINT NOT NULL DEFAULT 0;                  -- milliseconds without use before it locks
ALTER TABLE session ADD COLUMN situation TEXT NOT NULL DEFAULT '';              -- JSON: the activity chosen, where somebody has several

CREATE TABLE ceremony (
    id      TEXT COLLATE "C" PRIMARY KEY,       -- SHA-256 of the token that the browser holds
    kind    TEXT COLLATE "C" NOT NULL,          -- which step is awaited
    account TEXT COLLATE "C" NOT NULL,          -- whom it is about, once known
    data    TEXT NOT NULL,                      -- JSON: what this step must remember
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX ceremony_expires ON ceremony (expires);
CREATE INDEX ceremony_account ON ceremony (account, kind);
