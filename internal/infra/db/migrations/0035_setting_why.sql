-- +goose Up

-- care/territory: why a rule was changed, for everybody who works by it
ALTER TABLE setting ADD COLUMN why TEXT NOT NULL DEFAULT '';
