-- +goose Up
-- care/notify: what text messages cost, counted on the delivery itself, and the budgets that were reached
ALTER TABLE delivery ADD COLUMN segments BIGINT NOT NULL DEFAULT 0; -- billed so far, all attempts together
ALTER TABLE delivery ADD COLUMN charged BIGINT NOT NULL DEFAULT 0;  -- when an attempt was last billed; 0 for never
CREATE INDEX delivery_charged ON delivery (territory, charged) WHERE charged > 0;
CREATE TABLE budget_reached (
    territory TEXT COLLATE "C" NOT NULL,
    request   TEXT COLLATE "C" NOT NULL, -- '' for the budget of a day
    day       BIGINT NOT NULL,           -- when the day began; 0 for the budget of a request
    at        BIGINT NOT NULL,
    PRIMARY KEY (territory, request, day)
);
