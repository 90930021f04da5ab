-- +goose Up

-- care/directory
-- Who reaches a place by his radius is decided inside the index: latitude first, then longitude and radius without reading the row.
DROP INDEX professional_near;
DROP INDEX structure_near;
CREATE INDEX professional_near ON professional (profession, lat, lon, radius_km, id) WHERE radius_km > 0;
CREATE INDEX structure_near ON structure (profession, lat, lon, radius_km, id) WHERE radius_km > 0;
CREATE INDEX professional_radius ON professional (profession, radius_km) WHERE radius_km > 0;
CREATE INDEX structure_radius ON structure (profession, radius_km) WHERE radius_km > 0;
CREATE INDEX professional_profession ON professional (territory, profession);
CREATE INDEX structure_kind ON structure (territory, kind, folded);
CREATE INDEX coverage_subject_profession ON coverage (subject, profession);
