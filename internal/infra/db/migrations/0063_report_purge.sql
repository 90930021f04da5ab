-- +goose Up
-- care/notify: what providers said long ago is forgotten
CREATE INDEX delivery_report_at ON delivery_report (at);
