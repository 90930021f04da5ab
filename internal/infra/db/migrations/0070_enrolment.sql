-- +goose Up
-- security/crypt: a key that was destroyed leaves its row, so that none is made again in its place
ALTER TABLE data_key ADD COLUMN destroyed BIGINT NOT NULL DEFAULT 0;

-- care/enrolment
CREATE TABLE application (
    id           TEXT COLLATE "C" PRIMARY KEY,
    territory    TEXT COLLATE "C" NOT NULL,
    kind         TEXT COLLATE "C" NOT NULL,             -- professional or establishment
    profession   TEXT COLLATE "C" NOT NULL DEFAULT '',  -- which supervisor judges
    state        TEXT COLLATE "C" NOT NULL,             -- invited, begun, submitted, reading, admitted, refused
    token        TEXT COLLATE "C" NOT NULL DEFAULT '',  -- SHA-256 of what the browser of the applicant holds
    sealed       BYTEA,                                 -- what was declared; nothing once the key is destroyed
    card         TEXT COLLATE "C" NOT NULL DEFAULT '',  -- name of the bytes of the photo of the card
    phone_index  BYTEA NOT NULL,                        -- blind index, to count the codes sent to one phone
    origin       BYTEA NOT NULL,                        -- blind index of the address it came from
    phone_code   TEXT COLLATE "C" NOT NULL DEFAULT '',  -- SHA-256 of the code that was sent
    phone_until  BIGINT NOT NULL DEFAULT 0,
    phone_tries  BIGINT NOT NULL DEFAULT 0,
    phone_sent   BIGINT NOT NULL DEFAULT 0,             -- how many codes were sent
    phone_proved BIGINT NOT NULL DEFAULT 0,
    mail_token   TEXT COLLATE "C" NOT NULL DEFAULT '',  -- SHA-256 of what the link holds
    mail_until   BIGINT NOT NULL DEFAULT 0,
    mail_sent    BIGINT NOT NULL DEFAULT 0,
    mail_proved  BIGINT NOT NULL DEFAULT 0,
    charter      TEXT COLLATE "C" NOT NULL DEFAULT '',  -- version accepted
    privacy      TEXT COLLATE "C" NOT NULL DEFAULT '',
    accepted     BIGINT NOT NULL DEFAULT 0,
    inviter      TEXT COLLATE "C" NOT NULL DEFAULT '',  -- account of who invited
    judge        TEXT COLLATE "C" NOT NULL DEFAULT '',  -- account of who reads, then decided
    reason       TEXT COLLATE "C" NOT NULL DEFAULT '',  -- code of a refusal
    entry        TEXT COLLATE "C" NOT NULL DEFAULT '',  -- professional or structure it became
    account      TEXT COLLATE "C" NOT NULL DEFAULT '',
    created      BIGINT NOT NULL,
    touched      BIGINT NOT NULL,
    submitted    BIGINT NOT NULL DEFAULT 0,
    decided      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX application_waiting ON application (territory, submitted, id) WHERE state IN ('submitted', 'reading');
CREATE UNIQUE INDEX application_token ON application (token) WHERE token <> '';
CREATE UNIQUE INDEX application_mail ON application (mail_token) WHERE mail_token <> '';
CREATE INDEX application_phone ON application (phone_index, created);
CREATE INDEX application_origin ON application (origin, created);
CREATE INDEX application_touched ON application (touched) WHERE sealed IS NOT NULL;

-- whom the house asked whether he can be reached, having had no sign of him for long
CREATE TABLE reach_check (
    person TEXT COLLATE "C" PRIMARY KEY,
    asked  BIGINT NOT NULL
);
