-- +goose Up

-- care/supervise: who looks after a request, in the list of the desk or of a service
CREATE TABLE row_owner (
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    service TEXT COLLATE "C" NOT NULL,          -- whose list it is; empty for the desk of the territory
    account TEXT COLLATE "C" NOT NULL,          -- who has it; empty once nobody has it any more
    name    TEXT NOT NULL,
    since   BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (request, service)
);
CREATE INDEX row_owner_account ON row_owner (account, service, since) WHERE account <> '';
-- who may be given a row of a service
CREATE INDEX account_structure ON account (structure) WHERE structure <> '';
CREATE TABLE row_owner_change (
    id         TEXT COLLATE "C" PRIMARY KEY,
    request    TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    service    TEXT COLLATE "C" NOT NULL,
    account    TEXT COLLATE "C" NOT NULL,       -- who has it from then on, or empty
    name       TEXT NOT NULL,
    by_account TEXT COLLATE "C" NOT NULL,       -- empty for the end of a shift
    by_name    TEXT NOT NULL,
    at         BIGINT NOT NULL
);
CREATE INDEX row_owner_change_request ON row_owner_change (request, service, id);

-- care/supervise: what one shift tells the next, about a request or in general
CREATE TABLE handover (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    service   TEXT COLLATE "C" NOT NULL,        -- whose shift; empty for the desk of the territory
    request   TEXT COLLATE "C" NOT NULL,        -- empty for the general note of a shift
    shift     BIGINT NOT NULL,                  -- when the shift began
    version   BIGINT NOT NULL,                  -- of the general note of the shift; 0 about a request
    body      BYTEA NOT NULL,                   -- sealed with the key of the patient, or of the desk
    account   TEXT COLLATE "C" NOT NULL,
    name      TEXT NOT NULL,
    created   BIGINT NOT NULL
);
CREATE UNIQUE INDEX handover_general ON handover (territory, service, shift, version) WHERE request = '';
CREATE INDEX handover_created ON handover (territory, service, created);
CREATE INDEX handover_request ON handover (request, service, created) WHERE request <> '';
CREATE TABLE handover_seen (
    note    TEXT COLLATE "C" NOT NULL REFERENCES handover (id),
    account TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (note, account)
);

-- care/supervise: who of a service has read what concerns it
CREATE TABLE inbox_reading (
    service TEXT COLLATE "C" NOT NULL,
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    account TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (service, request, account)
);

-- care/supervise: views of the console kept under a name, and which one opens first
CREATE TABLE saved_view (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    service   TEXT COLLATE "C" NOT NULL,
    account   TEXT COLLATE "C" NOT NULL,        -- who made it
    author    TEXT NOT NULL,
    name      TEXT NOT NULL,
    place     TEXT NOT NULL,                    -- what the address of the console says
    shared    BOOLEAN NOT NULL,
    created   BIGINT NOT NULL
);
CREATE INDEX saved_view_desk ON saved_view (territory, service, name);
CREATE TABLE saved_view_first (
    account TEXT COLLATE "C" PRIMARY KEY,
    view    TEXT COLLATE "C" NOT NULL
);
