-- +goose Up

-- care/supervise: each filter of the console is read in the order of the page, however old
-- the territory. The last columns let a second filter be judged without reading the row.
CREATE INDEX request_profession ON request (territory, profession, state, created, id, commune, service);
CREATE INDEX request_commune ON request (territory, commune, state, created, id, profession, service);
CREATE INDEX request_asking ON request (territory, service, state, created, id, profession, commune);
-- what is late is found by the instant that has passed
CREATE INDEX request_late_start ON request (territory, start_by) WHERE state = 'accepted' AND start_by > 0;
CREATE INDEX request_late_visit ON request (territory, next_visit) WHERE state IN ('accepted', 'started') AND next_visit > 0;
CREATE INDEX account_territory ON account (territory, login);
