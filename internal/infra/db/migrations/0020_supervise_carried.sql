-- +goose Up

-- care/supervise: what somebody carries is found by his name in the order of the page
CREATE INDEX request_carried ON request (territory, provider, created, id) WHERE provider <> '';
