-- +goose Up

-- A node looks for the earliest jobs of each kind it has room for, so that a kind
-- that is late never stands before another one.
DROP INDEX job_due;
CREATE INDEX job_due ON job (kind, due, id) WHERE state = 'waiting';
