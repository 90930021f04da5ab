-- +goose Up

-- care/request: what a recipient would do instead of what is asked (« oui, mais… »), one for each offer: he
-- replaces it when he proposes again. It is open as long as its offer is « proposed »
CREATE TABLE proposal (
    offer   TEXT COLLATE "C" PRIMARY KEY REFERENCES offer (id),
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    terms   TEXT NOT NULL,                        -- JSON: start, days, acts, who would come; nothing nominative or clinical
    note    BYTEA NOT NULL,                       -- sealed
    created BIGINT NOT NULL
);
CREATE INDEX proposal_request ON proposal (request);

-- care/request: what a request asked before each change of its need
CREATE TABLE request_version (
    id       TEXT COLLATE "C" PRIMARY KEY,
    request  TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    dispatch TEXT COLLATE "C" NOT NULL,           -- the round it had then
    act      TEXT COLLATE "C" NOT NULL,           -- what changed it
    need     TEXT NOT NULL,                       -- JSON: acts, mode, urgency, delays, frequency, duration
    details  BYTEA NOT NULL,                      -- sealed JSON: motive, blocks
    until    BIGINT NOT NULL                      -- when it was changed
);
CREATE INDEX request_version_request ON request_version (request);
