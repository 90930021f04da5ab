-- +goose Up

-- infra/blob: bytes with a name, written once
CREATE TABLE blob (
    name    TEXT COLLATE "C" PRIMARY KEY,
    body    BYTEA NOT NULL,                     -- sealed by whoever keeps it here
    size    BIGINT NOT NULL,
    created BIGINT NOT NULL
);
