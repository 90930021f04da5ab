-- +goose Up

-- care/request: who carries a request asks a colleague to take it over; it dies with the round
CREATE TABLE hand_over (
    id             TEXT COLLATE "C" PRIMARY KEY,
    request        TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    dispatch       TEXT COLLATE "C" NOT NULL REFERENCES dispatch (id),
    colleague_kind TEXT COLLATE "C" NOT NULL,
    colleague      TEXT COLLATE "C" NOT NULL,
    colleague_name TEXT NOT NULL,
    state          TEXT COLLATE "C" NOT NULL,     -- open, agreed, refused, withdrawn, lapsed
    offered        BIGINT NOT NULL,
    decided        BIGINT NOT NULL
);
CREATE UNIQUE INDEX hand_over_open ON hand_over (dispatch) WHERE state = 'open';
CREATE INDEX hand_over_request ON hand_over (request);
CREATE INDEX hand_over_colleague ON hand_over (colleague, state);

-- since when a change of the need awaits who carries it (« à reconfirmer »); 0 for nothing
ALTER TABLE request ADD COLUMN to_reconfirm BIGINT NOT NULL DEFAULT 0;
