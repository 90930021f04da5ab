-- +goose Up
-- care/reconcile: what is open and due, read each minute however many requests there were
CREATE INDEX dispatch_open ON dispatch (reply_by) WHERE state = 'open';
CREATE INDEX delivery_due ON delivery (not_before) WHERE state = 'queued';
