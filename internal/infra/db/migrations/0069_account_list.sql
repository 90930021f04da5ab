-- +goose Up
-- security/auth: the accounts of a territory, by name
CREATE INDEX account_name ON account (territory, name, id);
