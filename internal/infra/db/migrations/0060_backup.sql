-- +goose Up
CREATE TABLE backup (                           -- the copies made of this house
    id      TEXT COLLATE "C" PRIMARY KEY,
    at      BIGINT NOT NULL,                    -- the instant it is a picture of
    file    TEXT NOT NULL,                      -- name without its folder
    copied  BIGINT NOT NULL,                    -- rows in it
    size    BIGINT NOT NULL,                    -- bytes
    took    BIGINT NOT NULL                     -- milliseconds, its restoration for proof included
);
CREATE INDEX backup_at ON backup (at);
