-- +goose Up

-- security/audit: the digests of the rows of a seal, in order, so that the row at fault has a name
ALTER TABLE audit_seal ADD COLUMN digests BYTEA;

-- care/patient: people are asked for under the name they use and under the one they were born with
ALTER TABLE patient ADD COLUMN birth_index BYTEA;
CREATE INDEX patient_birth ON patient (birth_index);
