-- +goose Up

-- care/notify
ALTER TABLE delivery ADD COLUMN notice TEXT COLLATE "C" NOT NULL DEFAULT '';       -- the deliveries of one notice to one subject
ALTER TABLE delivery ADD COLUMN subject_kind TEXT COLLATE "C" NOT NULL DEFAULT ''; -- professional, structure
ALTER TABLE delivery ADD COLUMN lang TEXT COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN deadline BIGINT NOT NULL DEFAULT 0;                -- nothing leaves later; 0 for none
ALTER TABLE delivery ADD COLUMN unknowns BIGINT NOT NULL DEFAULT 0;                -- attempts that may have been sent
ALTER TABLE delivery ADD COLUMN job TEXT COLLATE "C" NOT NULL DEFAULT '';          -- the only job that may send it, once it has tried
CREATE INDEX delivery_notice ON delivery (notice, rank) WHERE notice <> '';
CREATE INDEX delivery_unread ON delivery (subject) WHERE channel = 'inbox' AND state = 'delivered';
CREATE INDEX address_target ON address (channel, target);
CREATE TABLE closed_round (
    dispatch TEXT COLLATE "C" PRIMARY KEY,      -- no solicitation of this round leaves any more
    at       BIGINT NOT NULL
);
CREATE TABLE delivery_report (                  -- what providers said, kept because it may come before our own record
    channel TEXT COLLATE "C" NOT NULL,
    receipt TEXT COLLATE "C" NOT NULL,
    state   TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (channel, receipt, state)
);

-- channel/fakephone
CREATE TABLE fake_message (
    id      TEXT COLLATE "C" PRIMARY KEY,
    channel TEXT COLLATE "C" NOT NULL,
    target  TEXT COLLATE "C" NOT NULL,
    title   TEXT NOT NULL,
    text    TEXT NOT NULL,
    link    TEXT NOT NULL,
    urgent  BOOLEAN NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX fake_message_target ON fake_message (target, at);
CREATE INDEX fake_message_at ON fake_message (at);
