-- +goose Up

-- care/request: who comes when a cabinet or a structure carries a request; the last row of a round is who does
CREATE TABLE coming (
    id       TEXT COLLATE "C" PRIMARY KEY,
    request  TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    dispatch TEXT COLLATE "C" NOT NULL,
    member   TEXT COLLATE "C" NOT NULL,         -- of the directory, or empty for a name that was written
    name     TEXT NOT NULL,
    phone    TEXT COLLATE "C" NOT NULL,
    account  TEXT COLLATE "C" NOT NULL,         -- who named him
    created  BIGINT NOT NULL
);
CREATE INDEX coming_request ON coming (request, id);

-- care/request: whom somebody is asked in place of, under the name he had then
ALTER TABLE offer ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
ALTER TABLE dispatch_reason ADD COLUMN replaces TEXT NOT NULL DEFAULT '';

-- care/request: the territories that see a request they do not own, because it is near their border
CREATE TABLE border (
    request   TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    territory TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (request, territory)
);
CREATE INDEX border_territory ON border (territory, request);
