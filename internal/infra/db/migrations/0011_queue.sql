-- +goose Up

-- A node looks for the earliest jobs of each kind it has room for, so that a kind
-- that is late never stands before another one.
DROP INDEX job_due;
CREATE INDEX job_due ON job (kind, due, id) WHERE state = 'waiting';

-- Of all jobs, because PostgreSQL, when it believes the waiting ones few, would read a
-- partial index on key and kind for the kind alone, and sort all that waits.
DROP INDEX job_key;
CREATE INDEX job_key ON job (key, kind);
