-- +goose Up

-- care/request: a prescription, a result, an image or a letter that goes with a request
CREATE TABLE document (
    id      TEXT COLLATE "C" PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL,          -- or empty: it waits for its request
    account TEXT COLLATE "C" NOT NULL,          -- who gave it
    person  TEXT COLLATE "C" NOT NULL,
    author  TEXT NOT NULL,                      -- his name then
    side    TEXT COLLATE "C" NOT NULL,          -- requester or provider
    kind    TEXT COLLATE "C" NOT NULL,          -- prescription, result, image, letter, other
    media   TEXT COLLATE "C" NOT NULL,
    name    BYTEA NOT NULL,                     -- sealed: people write names in the names of files
    size    BIGINT NOT NULL,
    blob    TEXT COLLATE "C" NOT NULL,          -- the bytes, sealed
    owner   TEXT COLLATE "C" NOT NULL,          -- whose key seals name and bytes: a patient, or an account before there is one
    created BIGINT NOT NULL
);
CREATE INDEX document_request ON document (request, created, id) WHERE request <> '';
CREATE INDEX document_waiting ON document (account, created) WHERE request = '';
