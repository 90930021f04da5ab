-- +goose Up

-- care/request: somebody found by phone whom the directory does not know, for one request
CREATE TABLE outsider (
    id         TEXT COLLATE "C" PRIMARY KEY,      -- the provider of the request, and the recipient of its offer
    request    TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    name       TEXT NOT NULL,
    profession TEXT COLLATE "C" NOT NULL,
    phone      TEXT COLLATE "C" NOT NULL,
    created    BIGINT NOT NULL
);
CREATE INDEX outsider_request ON outsider (request);
