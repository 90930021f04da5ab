-- +goose Up

-- care/request: the requests of one order, and a request that follows another
ALTER TABLE request ADD COLUMN mandatory BOOLEAN NOT NULL DEFAULT true;            -- the patient does not leave without it
ALTER TABLE request ADD COLUMN follows TEXT COLLATE "C" NOT NULL DEFAULT '';       -- the request it follows, or empty
ALTER TABLE request ADD COLUMN follow_kind TEXT COLLATE "C" NOT NULL DEFAULT '';   -- follow_on, renewal, or empty
ALTER TABLE request ADD COLUMN ends_followed BOOLEAN NOT NULL DEFAULT false;       -- once taken, the series it renews ends
CREATE INDEX request_order ON request (care_order);
CREATE INDEX request_follows ON request (follows) WHERE follows <> '';

ALTER TABLE care_order ADD COLUMN partial_fill TEXT COLLATE "C" NOT NULL DEFAULT ''; -- keep, tell_desk, or the territory's rule
ALTER TABLE care_order ADD COLUMN ready BIGINT NOT NULL DEFAULT 0;                   -- since when every mandatory request is taken, or 0
