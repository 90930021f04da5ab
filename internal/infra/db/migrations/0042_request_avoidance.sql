-- +goose Up

-- care/request: without this answer, would the patient have gone to the emergency department?
-- 'yes', 'no', 'unknown', or '' until the requester says
ALTER TABLE request ADD COLUMN avoidance TEXT NOT NULL DEFAULT '';
