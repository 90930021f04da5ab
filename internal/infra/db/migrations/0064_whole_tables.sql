-- +goose Up
-- No page reads a whole table that grows: what somebody asked by his account alone, the
-- patients of somebody's team, whom somebody replaces, the data keys of a master key.
CREATE INDEX request_account ON request (account, created);
DROP INDEX team_member_subject;
CREATE INDEX team_member_subject ON team_member (subject);
CREATE INDEX availability_replacement ON availability (replacement, ends) WHERE replacement <> '';
CREATE INDEX data_key_master ON data_key (master, owner);
-- What is not sealed yet is found by (seal, id).
DROP INDEX audit_unsealed;
