-- +goose Up
-- security/audit: the head of the chain, signed now and then by a key that is not in the database
CREATE TABLE audit_anchor (
    seal      BIGINT PRIMARY KEY,               -- the last seal when it was signed
    at        BIGINT NOT NULL,
    hash      BYTEA NOT NULL,                   -- of that seal
    signature BYTEA NOT NULL                    -- Ed25519 over the seal's number, the instant and the hash
);
