-- +goose Up

-- infra/queue
CREATE TABLE job (
    id          TEXT COLLATE "C" PRIMARY KEY,
    kind        TEXT COLLATE "C" NOT NULL,
    key         TEXT COLLATE "C" NOT NULL,      -- what the job is about, to find and withdraw it
    args        TEXT NOT NULL,                  -- JSON
    state       TEXT COLLATE "C" NOT NULL,      -- waiting, leased, cancelled, discarded, dead
    due         BIGINT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    lease_owner TEXT COLLATE "C" NOT NULL DEFAULT '',
    attempt     BIGINT NOT NULL DEFAULT 0,
    created     BIGINT NOT NULL,
    ended       BIGINT NOT NULL DEFAULT 0,
    reason      TEXT NOT NULL DEFAULT ''        -- last error, or why it was cancelled or discarded
);
CREATE INDEX job_due ON job (due, id) WHERE state = 'waiting';
CREATE INDEX job_lease ON job (lease_until) WHERE state = 'leased';
CREATE INDEX job_key ON job (kind, key) WHERE state = 'waiting';
CREATE INDEX job_ended ON job (ended) WHERE state IN ('cancelled', 'discarded', 'dead');

-- security/crypt
CREATE TABLE data_key (
    owner   TEXT COLLATE "C" PRIMARY KEY,       -- the patient whose texts it opens
    wrapped BYTEA NOT NULL,                     -- the key, sealed by the master key
    master  TEXT COLLATE "C" NOT NULL,          -- which master key sealed it
    created BIGINT NOT NULL
);

-- security/audit
CREATE TABLE audit (
    id        TEXT COLLATE "C" PRIMARY KEY,
    at        BIGINT NOT NULL,
    account   TEXT COLLATE "C" NOT NULL,
    person    TEXT COLLATE "C" NOT NULL,
    name      TEXT NOT NULL,
    role      TEXT COLLATE "C" NOT NULL,
    on_behalf TEXT COLLATE "C" NOT NULL,
    action    TEXT COLLATE "C" NOT NULL,
    object    TEXT COLLATE "C" NOT NULL,
    object_id TEXT COLLATE "C" NOT NULL,
    patient   TEXT COLLATE "C" NOT NULL,
    request   TEXT COLLATE "C" NOT NULL,
    outcome   TEXT COLLATE "C" NOT NULL,        -- ok, refused, failed
    detail    TEXT NOT NULL,                    -- never health content, phone or street
    seal      BIGINT NOT NULL DEFAULT 0         -- 0 until sealed
);
CREATE INDEX audit_unsealed ON audit (id) WHERE seal = 0;
CREATE INDEX audit_seal_number ON audit (seal, id);
CREATE INDEX audit_patient ON audit (patient, at) WHERE patient <> '';
CREATE TABLE audit_seal (
    number  BIGINT PRIMARY KEY,
    at      BIGINT NOT NULL,
    rows    BIGINT NOT NULL,
    first   TEXT COLLATE "C" NOT NULL,
    last    TEXT COLLATE "C" NOT NULL,
    previous BYTEA NOT NULL,
    hash    BYTEA NOT NULL
);

-- security/auth
CREATE TABLE account (
    id        TEXT COLLATE "C" PRIMARY KEY,
    login     TEXT COLLATE "C" NOT NULL UNIQUE, -- folded
    name      TEXT NOT NULL,
    roles     TEXT NOT NULL,                    -- JSON
    person    TEXT COLLATE "C" NOT NULL,        -- professional in the directory, or empty
    structure TEXT COLLATE "C" NOT NULL,        -- service or cabinet acted for, or empty
    territory TEXT COLLATE "C" NOT NULL,
    lang      TEXT COLLATE "C" NOT NULL,
    state     TEXT COLLATE "C" NOT NULL,        -- active, closed
    created   BIGINT NOT NULL
);
CREATE INDEX account_person ON account (person) WHERE person <> '';
CREATE TABLE credential (
    id      TEXT COLLATE "C" PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    kind    TEXT COLLATE "C" NOT NULL,          -- password today; passkey, totp… have their place here
    secret  TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX credential_account ON credential (account, kind);
CREATE TABLE session (
    id      TEXT COLLATE "C" PRIMARY KEY,       -- SHA-256 of the token
    account TEXT COLLATE "C" NOT NULL REFERENCES account (id),
    agent   TEXT NOT NULL,
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX session_account ON session (account);
CREATE INDEX session_expires ON session (expires);

-- care/territory
CREATE TABLE territory (
    id      TEXT COLLATE "C" PRIMARY KEY,
    name    TEXT NOT NULL,
    zone    TEXT COLLATE "C" NOT NULL,          -- IANA
    lat     DOUBLE PRECISION NOT NULL,
    lon     DOUBLE PRECISION NOT NULL,
    created BIGINT NOT NULL
);
CREATE TABLE territory_commune (
    territory TEXT COLLATE "C" NOT NULL REFERENCES territory (id),
    commune   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (territory, commune)
);
CREATE INDEX territory_commune_commune ON territory_commune (commune);
CREATE TABLE setting (
    territory TEXT COLLATE "C" NOT NULL REFERENCES territory (id),
    key       TEXT COLLATE "C" NOT NULL,
    version   BIGINT NOT NULL,
    value     TEXT NOT NULL,                    -- JSON
    at        BIGINT NOT NULL,
    account   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (territory, key, version)
);
CREATE TABLE contour (
    commune TEXT COLLATE "C" PRIMARY KEY,
    rings   TEXT NOT NULL,                      -- JSON: rings of [lon, lat]
    at      BIGINT NOT NULL
);

-- care/directory
CREATE TABLE structure (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    kind      TEXT COLLATE "C" NOT NULL,        -- establishment, ward, cabinet, company…
    parent    TEXT COLLATE "C" NOT NULL,
    name      TEXT NOT NULL,
    folded    TEXT COLLATE "C" NOT NULL,
    profession TEXT COLLATE "C" NOT NULL,       -- as which it answers, or empty
    finess    TEXT COLLATE "C" NOT NULL,
    phone     TEXT COLLATE "C" NOT NULL,
    extension TEXT COLLATE "C" NOT NULL,
    email     TEXT COLLATE "C" NOT NULL,
    street    TEXT NOT NULL,
    commune   TEXT COLLATE "C" NOT NULL,
    lat       DOUBLE PRECISION NOT NULL,
    lon       DOUBLE PRECISION NOT NULL,
    radius_km DOUBLE PRECISION NOT NULL,
    profile   TEXT NOT NULL,                    -- JSON: acts, modes, networks, wakes, quiet hours
    busy_until BIGINT NOT NULL DEFAULT 0,
    open_until BIGINT NOT NULL DEFAULT 0,
    active    BOOLEAN NOT NULL,
    created   BIGINT NOT NULL
);
CREATE INDEX structure_folded ON structure (territory, folded);
CREATE INDEX structure_parent ON structure (parent) WHERE parent <> '';
CREATE INDEX structure_near ON structure (profession, lat) WHERE radius_km > 0;
CREATE TABLE professional (
    id          TEXT COLLATE "C" PRIMARY KEY,
    territory   TEXT COLLATE "C" NOT NULL,
    civility    TEXT NOT NULL,
    family_name TEXT NOT NULL,
    given_name  TEXT NOT NULL,
    folded      TEXT COLLATE "C" NOT NULL,
    sex         TEXT COLLATE "C" NOT NULL,      -- F, M or empty: how the profession is written
    rpps        TEXT COLLATE "C" NOT NULL,
    adeli       TEXT COLLATE "C" NOT NULL,
    profession  TEXT COLLATE "C" NOT NULL,
    specialty   TEXT COLLATE "C" NOT NULL,
    structure   TEXT COLLATE "C" NOT NULL,      -- cabinet, or empty
    phone       TEXT COLLATE "C" NOT NULL,
    email       TEXT COLLATE "C" NOT NULL,
    street      TEXT NOT NULL,
    commune     TEXT COLLATE "C" NOT NULL,
    lat         DOUBLE PRECISION NOT NULL,
    lon         DOUBLE PRECISION NOT NULL,
    radius_km   DOUBLE PRECISION NOT NULL,
    profile     TEXT NOT NULL,                  -- JSON: acts, modes, networks, wakes, quiet hours
    busy_until  BIGINT NOT NULL DEFAULT 0,
    open_until  BIGINT NOT NULL DEFAULT 0,
    active      BOOLEAN NOT NULL,
    created     BIGINT NOT NULL
);
CREATE UNIQUE INDEX professional_rpps ON professional (rpps) WHERE rpps <> '';
CREATE INDEX professional_folded ON professional (territory, folded);
CREATE INDEX professional_near ON professional (profession, lat) WHERE radius_km > 0;
CREATE INDEX professional_structure ON professional (structure) WHERE structure <> '';
CREATE TABLE member (
    id        TEXT COLLATE "C" PRIMARY KEY,
    structure TEXT COLLATE "C" NOT NULL REFERENCES structure (id),
    name      TEXT NOT NULL,
    role      TEXT NOT NULL,
    phone     TEXT COLLATE "C" NOT NULL,
    email     TEXT COLLATE "C" NOT NULL,
    active    BOOLEAN NOT NULL
);
CREATE INDEX member_structure ON member (structure);
CREATE TABLE coverage (
    subject    TEXT COLLATE "C" NOT NULL,
    commune    TEXT COLLATE "C" NOT NULL,
    profession TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (subject, commune)
);
CREATE INDEX coverage_commune ON coverage (commune, profession, subject);
CREATE TABLE availability (
    id          TEXT COLLATE "C" PRIMARY KEY,
    subject     TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,      -- window, absence
    days        BIGINT NOT NULL,                -- bits: Monday is 1, public holidays 128
    from_min    BIGINT NOT NULL,
    to_min      BIGINT NOT NULL,
    starts      BIGINT NOT NULL,
    ends        BIGINT NOT NULL,
    replacement TEXT COLLATE "C" NOT NULL,
    reason      TEXT NOT NULL
);
CREATE INDEX availability_subject ON availability (subject, kind);

-- care/patient
CREATE TABLE patient (
    id          TEXT COLLATE "C" PRIMARY KEY,
    territory   TEXT COLLATE "C" NOT NULL,
    identity    BYTEA NOT NULL,                 -- sealed JSON
    name_index  BYTEA NOT NULL,                 -- blind: name and birth date
    phone_index BYTEA NOT NULL,                 -- blind: phone
    commune     TEXT COLLATE "C" NOT NULL,
    gp          TEXT COLLATE "C" NOT NULL,      -- registered GP in the directory, or empty
    version     BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    updated     BIGINT NOT NULL
);
CREATE INDEX patient_name ON patient (name_index);
CREATE INDEX patient_phone ON patient (phone_index);
CREATE INDEX patient_gp ON patient (gp) WHERE gp <> '';
CREATE TABLE relative (
    id      TEXT COLLATE "C" PRIMARY KEY,
    patient TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    detail  BYTEA NOT NULL,                     -- sealed JSON
    created BIGINT NOT NULL
);
CREATE INDEX relative_patient ON relative (patient);
CREATE TABLE team_member (
    id           TEXT COLLATE "C" PRIMARY KEY,
    patient      TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    subject_kind TEXT COLLATE "C" NOT NULL,     -- professional, structure, outsider
    subject      TEXT COLLATE "C" NOT NULL,
    profession   TEXT COLLATE "C" NOT NULL,
    detail       BYTEA NOT NULL,                -- sealed JSON for an outsider, else empty
    since        BIGINT NOT NULL,
    until        BIGINT NOT NULL                -- 0 while a member
);
CREATE INDEX team_member_patient ON team_member (patient);
CREATE INDEX team_member_subject ON team_member (subject) WHERE until = 0;
CREATE TABLE consent (
    id      TEXT COLLATE "C" PRIMARY KEY,
    patient TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    kind    TEXT COLLATE "C" NOT NULL,          -- sharing, opposition
    request TEXT COLLATE "C" NOT NULL,
    account TEXT COLLATE "C" NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX consent_patient ON consent (patient);

-- care/notify
CREATE TABLE address (
    id      TEXT COLLATE "C" PRIMARY KEY,
    subject TEXT COLLATE "C" NOT NULL,
    channel TEXT COLLATE "C" NOT NULL,
    target  TEXT NOT NULL,
    rank    BIGINT NOT NULL,                    -- order in which channels are tried
    muted   BOOLEAN NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (subject, channel, target)
);
CREATE TABLE delivery (
    id          TEXT COLLATE "C" PRIMARY KEY,
    territory   TEXT COLLATE "C" NOT NULL,
    subject     TEXT COLLATE "C" NOT NULL,
    channel     TEXT COLLATE "C" NOT NULL,
    target      TEXT NOT NULL,
    topic       TEXT COLLATE "C" NOT NULL,      -- which sentence
    solicits    BOOLEAN NOT NULL,               -- a solicitation: never sent once its round is closed
    request     TEXT COLLATE "C" NOT NULL,
    dispatch    TEXT COLLATE "C" NOT NULL,
    offer       TEXT COLLATE "C" NOT NULL,
    wave        BIGINT NOT NULL,
    rank        BIGINT NOT NULL,
    params      TEXT NOT NULL,                  -- JSON, nothing nominative
    urgent      BOOLEAN NOT NULL,
    state       TEXT COLLATE "C" NOT NULL,      -- queued, sending, sent, delivered, seen, failed, unknown, cancelled
    not_before  BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    sent        BIGINT NOT NULL DEFAULT 0,
    delivered   BIGINT NOT NULL DEFAULT 0,
    seen        BIGINT NOT NULL DEFAULT 0,
    attempts    BIGINT NOT NULL DEFAULT 0,
    receipt     TEXT COLLATE "C" NOT NULL DEFAULT '',
    error       TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX delivery_once ON delivery (offer, channel, wave, topic, target) WHERE offer <> '';
CREATE INDEX delivery_dispatch ON delivery (dispatch, state) WHERE dispatch <> '';
CREATE INDEX delivery_subject ON delivery (subject, channel, created);
CREATE INDEX delivery_receipt ON delivery (channel, receipt) WHERE receipt <> '';
CREATE INDEX delivery_request ON delivery (request) WHERE request <> '';

-- care/rota
CREATE TABLE duty_line (
    id         TEXT COLLATE "C" PRIMARY KEY,
    territory  TEXT COLLATE "C" NOT NULL,
    name       TEXT NOT NULL,
    profession TEXT COLLATE "C" NOT NULL,
    mode       TEXT COLLATE "C" NOT NULL,       -- in_order, together
    communes   TEXT NOT NULL,                   -- JSON; empty list: the whole territory
    phone      TEXT COLLATE "C" NOT NULL,
    active     BOOLEAN NOT NULL
);
CREATE INDEX duty_line_profession ON duty_line (territory, profession);
CREATE TABLE duty (
    id           TEXT COLLATE "C" PRIMARY KEY,
    line         TEXT COLLATE "C" NOT NULL REFERENCES duty_line (id),
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject      TEXT COLLATE "C" NOT NULL,
    rank         BIGINT NOT NULL,
    starts       BIGINT NOT NULL,
    ends         BIGINT NOT NULL
);
CREATE INDEX duty_line_time ON duty (line, ends);

-- care/request
CREATE TABLE care_order (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    patient   TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    created   BIGINT NOT NULL
);
CREATE TABLE request (
    id               TEXT COLLATE "C" PRIMARY KEY,
    territory        TEXT COLLATE "C" NOT NULL,
    care_order       TEXT COLLATE "C" NOT NULL REFERENCES care_order (id),
    patient          TEXT COLLATE "C" NOT NULL REFERENCES patient (id),
    state            TEXT COLLATE "C" NOT NULL,
    came_from        TEXT COLLATE "C" NOT NULL, -- the state a suspended request returns to
    profession       TEXT COLLATE "C" NOT NULL,
    mode             TEXT COLLATE "C" NOT NULL,
    urgency          TEXT COLLATE "C" NOT NULL,
    commune          TEXT COLLATE "C" NOT NULL,
    lat              DOUBLE PRECISION NOT NULL,
    lon              DOUBLE PRECISION NOT NULL,
    start_at         BIGINT NOT NULL,           -- when care is wanted
    start_by         BIGINT NOT NULL,           -- the latest it may start
    respond_within   BIGINT NOT NULL,           -- milliseconds of the reply delay asked for
    need             TEXT NOT NULL,             -- JSON: acts' frequency, duration, line asked for
    details          BYTEA NOT NULL,            -- sealed JSON: motive, blocks, notes
    service          TEXT COLLATE "C" NOT NULL, -- requester's service or cabinet, or empty
    requester        TEXT COLLATE "C" NOT NULL, -- requester's professional id, or empty
    account          TEXT COLLATE "C" NOT NULL,
    requester_name   TEXT NOT NULL,
    requester_role   TEXT NOT NULL,             -- what the people asked read: « Maternité A », « Médecin généraliste »
    requester_phone  TEXT COLLATE "C" NOT NULL,
    dispatch         TEXT COLLATE "C" NOT NULL, -- the current round, or empty
    provider_kind    TEXT COLLATE "C" NOT NULL,
    provider         TEXT COLLATE "C" NOT NULL, -- subject who won, or empty
    provider_name    TEXT NOT NULL,
    version          BIGINT NOT NULL,
    created          BIGINT NOT NULL,
    created_day      TEXT COLLATE "C" NOT NULL, -- civil day in the territory's zone
    triggered        BIGINT NOT NULL,
    accepted         BIGINT NOT NULL,
    started          BIGINT NOT NULL,
    ended            BIGINT NOT NULL,
    reply_by         BIGINT NOT NULL,           -- of the current round
    next_visit       BIGINT NOT NULL,
    reason           TEXT COLLATE "C" NOT NULL, -- why unfilled, cancelled or completed
    once             TEXT COLLATE "C" NOT NULL UNIQUE -- the key that makes a doubled submission do nothing
);
CREATE INDEX request_patient ON request (patient, created);
CREATE INDEX request_provider ON request (provider, state) WHERE provider <> '';
CREATE INDEX request_requester ON request (requester, created) WHERE requester <> '';
CREATE INDEX request_service ON request (service, created) WHERE service <> '';
CREATE INDEX request_territory ON request (territory, created, id);
CREATE INDEX request_state ON request (territory, state, created, id);
CREATE TABLE request_item (
    id      TEXT COLLATE "C" PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    rank    BIGINT NOT NULL,
    act     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX request_item_request ON request_item (request, rank);
CREATE TABLE dispatch (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    request   TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    number    BIGINT NOT NULL,
    state     TEXT COLLATE "C" NOT NULL,        -- open, taken, completed, released, failed, withdrawn
    opened    BIGINT NOT NULL,
    reply_by  BIGINT NOT NULL,
    wave      BIGINT NOT NULL,                  -- the wave reached, from 1
    waves     BIGINT NOT NULL,
    plan      TEXT NOT NULL,                    -- JSON: when each wave is due, counts by reason of people not asked
    short_notice BOOLEAN NOT NULL,
    closed    BIGINT NOT NULL,
    reason    TEXT COLLATE "C" NOT NULL,
    version   BIGINT NOT NULL,
    UNIQUE (request, number)
);
CREATE TABLE offer (
    id             TEXT COLLATE "C" PRIMARY KEY,
    territory      TEXT COLLATE "C" NOT NULL,
    dispatch       TEXT COLLATE "C" NOT NULL REFERENCES dispatch (id),
    request        TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    recipient_kind TEXT COLLATE "C" NOT NULL,
    recipient      TEXT COLLATE "C" NOT NULL,
    recipient_name TEXT NOT NULL,
    line           TEXT COLLATE "C" NOT NULL,   -- duty line he stands for, or empty
    wave           BIGINT NOT NULL,
    rank           BIGINT NOT NULL,
    usual          BOOLEAN NOT NULL,            -- member of the usual team: may read first and last name
    km             DOUBLE PRECISION NOT NULL,
    state          TEXT COLLATE "C" NOT NULL,   -- planned, pending, accepted, declined, proposed, taken_by_other, withdrawn, expired
    asked          BIGINT NOT NULL,             -- 0 while planned for a later wave
    decided        BIGINT NOT NULL,
    reason         TEXT COLLATE "C" NOT NULL,
    why            TEXT NOT NULL,               -- JSON: the reasons of matching
    UNIQUE (dispatch, recipient)
);
CREATE UNIQUE INDEX offer_one_winner ON offer (dispatch) WHERE state = 'accepted';
CREATE INDEX offer_recipient ON offer (recipient, state, asked);
CREATE INDEX offer_request ON offer (request);
CREATE TABLE dispatch_reason (
    dispatch TEXT COLLATE "C" NOT NULL REFERENCES dispatch (id),
    subject  TEXT COLLATE "C" NOT NULL,
    name     TEXT NOT NULL,
    verdict  TEXT COLLATE "C" NOT NULL,         -- asked, or why not
    wave     BIGINT NOT NULL,
    usual    BOOLEAN NOT NULL,
    km       DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (dispatch, subject)
);
CREATE TABLE request_act (
    id        TEXT COLLATE "C" PRIMARY KEY,
    territory TEXT COLLATE "C" NOT NULL,
    request   TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    act       TEXT COLLATE "C" NOT NULL,
    at        BIGINT NOT NULL,
    account   TEXT COLLATE "C" NOT NULL,
    person    TEXT COLLATE "C" NOT NULL,
    name      TEXT NOT NULL,
    role      TEXT COLLATE "C" NOT NULL,
    on_behalf TEXT COLLATE "C" NOT NULL,
    from_state TEXT COLLATE "C" NOT NULL,
    to_state  TEXT COLLATE "C" NOT NULL,
    dispatch  TEXT COLLATE "C" NOT NULL,
    offer     TEXT COLLATE "C" NOT NULL,
    reason    TEXT COLLATE "C" NOT NULL,
    detail    TEXT NOT NULL,                    -- JSON, nothing nominative nor clinical
    version_before BIGINT NOT NULL,
    version_after  BIGINT NOT NULL
);
CREATE INDEX request_act_request ON request_act (request, id);
CREATE INDEX request_act_time ON request_act (territory, at);
CREATE TABLE visit (
    id      TEXT COLLATE "C" PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    planned BIGINT NOT NULL,
    done    BIGINT NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,          -- done, or the reason it was not
    detail  BYTEA NOT NULL,                     -- sealed JSON: vitals, note
    person  TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX visit_request ON visit (request, created);
CREATE TABLE report (
    id      TEXT COLLATE "C" PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    body    BYTEA NOT NULL,                     -- sealed
    person  TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,
    created BIGINT NOT NULL
);
CREATE INDEX report_request ON report (request, created);
CREATE TABLE thread_message (
    id      TEXT COLLATE "C" PRIMARY KEY,
    request TEXT COLLATE "C" NOT NULL REFERENCES request (id),
    body    BYTEA NOT NULL,                     -- sealed
    person  TEXT COLLATE "C" NOT NULL,
    name    TEXT NOT NULL,
    side    TEXT COLLATE "C" NOT NULL,          -- requester, provider
    created BIGINT NOT NULL
);
CREATE INDEX thread_message_request ON thread_message (request, created);
