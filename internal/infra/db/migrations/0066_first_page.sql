-- +goose Up
-- The first page costs the same after ten years: drafts, which are few, what was taken back
-- from the archive, and, of what somebody asked, what is archived known without reading it.
CREATE INDEX request_drafts ON request (created, id) WHERE state = 'draft';
CREATE INDEX request_shelf_holder ON request_shelf (holder, archived);
DROP INDEX request_account;
CREATE INDEX request_account ON request (account, created, archived);
DROP INDEX request_requester;
CREATE INDEX request_requester ON request (requester, created, archived) WHERE requester <> '';
