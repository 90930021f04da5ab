-- +goose Up

-- care/request: what has ended for long leaves the ordinary lists
ALTER TABLE request ADD COLUMN archived BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX request_to_archive ON request (territory, state, ended) WHERE archived = FALSE;
CREATE INDEX request_service_current ON request (service, created) WHERE service <> '' AND archived = FALSE;
-- what somebody put away, or took back, in the lists of one person or of one service
CREATE TABLE request_shelf (
    request  TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    holder   TEXT COLLATE "C" NOT NULL,         -- a person, a service, or an account that is neither
    archived BOOLEAN NOT NULL,
    account  TEXT COLLATE "C" NOT NULL,
    at       BIGINT NOT NULL,
    PRIMARY KEY (request, holder)
);
-- for whom somebody wrote, when it is not for himself
ALTER TABLE thread_message ADD COLUMN on_behalf TEXT COLLATE "C" NOT NULL DEFAULT '';

-- care/supervise: each filter of the console is read in the order of the page, the
-- archive apart, however old the territory (instead of the indexes of 0019)
DROP INDEX request_profession;
DROP INDEX request_commune;
DROP INDEX request_asking;
CREATE INDEX request_current ON request (territory, archived, created, id);
CREATE INDEX request_current_state ON request (territory, state, archived, created, id);
CREATE INDEX request_profession ON request (territory, profession, state, archived, created, id, commune, service);
CREATE INDEX request_commune ON request (territory, commune, state, archived, created, id, profession, service);
CREATE INDEX request_asking ON request (territory, service, state, archived, created, id, profession, commune);
