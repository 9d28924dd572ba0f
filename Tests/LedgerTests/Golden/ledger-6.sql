PRAGMA application_id = 1131826279;
PRAGMA user_version = 6;
CREATE TABLE meta (
    -- project: the project's id. sequence: raised by each commit. runs, epoch: last given. rows: how many
    -- rows resource has.
    -- version:ENVIRONMENT: the sequence of the commit that last changed a resource row there.
    name TEXT PRIMARY KEY,
    value NOT NULL
) WITHOUT ROWID;
CREATE TABLE lease (
    scope TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE module (
    id INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE (environment, name)
);
CREATE TABLE resource (
    id INTEGER PRIMARY KEY,
    module INTEGER NOT NULL,
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    schema_version INTEGER NOT NULL,
    provider TEXT NOT NULL,
    status TEXT NOT NULL,
    inputs TEXT NOT NULL,
    outputs TEXT NOT NULL,
    dependencies TEXT,
    protected INTEGER NOT NULL,
    composite TEXT,
    changed INTEGER NOT NULL,
    checksum INTEGER NOT NULL, terms TEXT,
    UNIQUE (module, address)
);
CREATE TABLE run (
    number INTEGER PRIMARY KEY,
    purpose TEXT NOT NULL,
    environment TEXT NOT NULL,
    module TEXT NOT NULL,
    workflow TEXT,
    recipe TEXT,
    settings TEXT NOT NULL,
    parameters TEXT NOT NULL,
    status TEXT NOT NULL,
    outputs TEXT NOT NULL,
    failure TEXT,
    started INTEGER NOT NULL,
    ended INTEGER,
    checksum INTEGER NOT NULL
, source TEXT, module_parameters TEXT, actor TEXT, parent INTEGER);
CREATE INDEX run_environment ON run (environment);
CREATE TABLE operation (
    -- The run's number, shifted by 32 bits, and the operation's place in the run: a run's operations lie
    -- together and in order without an index.
    id INTEGER PRIMARY KEY,
    token TEXT NOT NULL,
    module INTEGER NOT NULL,
    address TEXT NOT NULL,
    effect TEXT NOT NULL,
    kind TEXT,
    attempt INTEGER NOT NULL,
    status TEXT NOT NULL,
    inputs TEXT NOT NULL,
    content_key TEXT,
    handle TEXT,
    started INTEGER NOT NULL,
    intent_checksum INTEGER NOT NULL,
    outputs TEXT,
    reads TEXT,
    writes TEXT,
    failure TEXT,
    ended INTEGER,
    result_checksum INTEGER
);
CREATE INDEX operation_open ON operation (token) WHERE status = 'intended';
CREATE INDEX operation_key ON operation (content_key, ended)
    WHERE content_key IS NOT NULL AND status = 'succeeded';
CREATE TABLE consumed_plan (
    digest TEXT PRIMARY KEY,
    time INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    actor TEXT NOT NULL,
    host TEXT NOT NULL,
    action TEXT NOT NULL,
    environment TEXT NOT NULL,
    module TEXT NOT NULL,
    detail TEXT NOT NULL
, link TEXT);
CREATE TRIGGER audit_keeps_lines BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
CREATE TRIGGER audit_keeps_words BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit trail is only ever added to'); END;
CREATE TABLE source (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL
);
CREATE TABLE firing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    environment TEXT NOT NULL,
    module TEXT NOT NULL,
    workflow TEXT NOT NULL,
    trigger TEXT NOT NULL,
    -- What it was about: the same fires once.
    subject TEXT NOT NULL,
    due INTEGER NOT NULL,
    event TEXT NOT NULL,
    recipe TEXT,
    settings TEXT NOT NULL,
    source TEXT,
    recorded INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    status TEXT NOT NULL,
    -- The run's number.
    run INTEGER,
    note TEXT NOT NULL,
    UNIQUE (environment, module, workflow, trigger, subject)
);
CREATE INDEX run_workflow ON run (environment, module, workflow) WHERE workflow IS NOT NULL;
CREATE INDEX firing_open ON firing (environment) WHERE status IN ('pending', 'started', 'stopping');
CREATE TABLE trigger_mark (
    environment TEXT NOT NULL,
    module TEXT NOT NULL,
    workflow TEXT NOT NULL,
    trigger TEXT NOT NULL,
    -- How far it was looked at.
    mark TEXT NOT NULL,
    PRIMARY KEY (environment, module, workflow, trigger)
) WITHOUT ROWID;
CREATE TABLE sealed (
    name TEXT PRIMARY KEY,
    content TEXT NOT NULL UNIQUE
) WITHOUT ROWID;
CREATE TABLE pause (
    -- Of the operation that waits; a row of one that has ended says nothing.
    token TEXT PRIMARY KEY,
    run INTEGER NOT NULL,
    until INTEGER,
    signal TEXT,
    text TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX pause_run ON pause (run);
CREATE INDEX run_waiting ON run (environment) WHERE status = 'waiting';
CREATE TABLE signal (
    run INTEGER NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    actor TEXT NOT NULL,
    time INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    PRIMARY KEY (run, name)
) WITHOUT ROWID;
INSERT INTO meta VALUES ('epoch', 2);
INSERT INTO meta VALUES ('project', 'bd226458c474c1d858d0e428a1a8fce6');
INSERT INTO meta VALUES ('rows', 3);
INSERT INTO meta VALUES ('runs', 2);
INSERT INTO meta VALUES ('sequence', 18);
INSERT INTO meta VALUES ('version:dev', 7);
INSERT INTO lease VALUES ('apply in environment dev', 1);
INSERT INTO lease VALUES ('run run-2', 2);
INSERT INTO module VALUES (1, 'dev', 'shop');
INSERT INTO resource VALUES (1, 1, 'note["1"]', 'local.Note', 1, '["local","local",{}]', 'ready', '{"text":"some text 1","keep":{"$duration":90000000000},"password":{"$secret":["env","PASSWORD",null]}}', '{"id":"id-1"}', '["lake/bucket"]', 0, NULL, 1793505600000000001, -400749372776912559, NULL);
INSERT INTO resource VALUES (2, 1, 'note["2"]', 'local.Note', 1, '["local","local",{}]', 'ready', '{"text":"some text 2","keep":{"$duration":90000000000},"password":{"$secret":["env","PASSWORD",null]}}', '{"id":"id-2"}', '["lake/bucket"]', 0, '{"capability":"DataLakeStorage","provider":"local","service":"Lake","mappingVersion":1,"children":["note[\"1\"]"],"facets":["ObjectStore"]}', 1793505600000000001, 841225773599755963, NULL);
INSERT INTO resource VALUES (3, 1, 'note["3"]', 'local.Note', 1, '["local","local",{}]', 'creating', '{"text":"some text 3","keep":{"$duration":90000000000},"password":{"$secret":["env","PASSWORD",null]}}', '{"id":"id-3"}', '["lake/bucket"]', 0, NULL, 1793505600000000001, -6332172675933098086, NULL);
INSERT INTO run VALUES (1, 'apply', 'dev', 'shop', NULL, 'shop.recipe', '{"data":"in/"}', '{"keep":{"$duration":90000000000}}', 'failed', '{}', '["C0500","it broke",["a note"],["a way out"]]', 1793505600000000001, 1793505600000000001, -5482154397210192912, NULL, NULL, '', NULL);
INSERT INTO run VALUES (2, 'workflow', 'dev', 'shop', 'daily', 'shop.recipe', '{"data":"in/"}', '{"keep":{"$duration":90000000000}}', 'waiting', '{}', NULL, 1793505600000000001, NULL, -2949792880252084653, NULL, NULL, '', NULL);
INSERT INTO operation VALUES (4294967296, '00000000000000000000000000000001', 1, 'note["1"]', 'create', 'local.Note', 1, 'succeeded', '{"text":"some text 1","keep":{"$duration":90000000000},"password":{"$secret":["env","PASSWORD",null]}}', NULL, NULL, 1793505600000000001, 5541753067459566313, '{"id":"id-1"}', NULL, '[{"$reference":["Table","db","notes",{}]}]', NULL, 1793505600000000001, 4797029723130972712);
INSERT INTO operation VALUES (4294967297, '00000000000000000000000000000002', 1, 'note["2"]', 'create', 'local.Note', 1, 'succeeded', '{"text":"some text 2","keep":{"$duration":90000000000},"password":{"$secret":["env","PASSWORD",null]}}', NULL, NULL, 1793505600000000001, 5100911687625185620, '{"id":"id-2"}', NULL, '[{"$reference":["Table","db","notes",{}]}]', NULL, 1793505600000000001, 2054692325072726299);
INSERT INTO operation VALUES (4294967298, '00000000000000000000000000000003', 1, 'note["3"]', 'create', 'local.Note', 1, 'intended', '{"text":"some text 3","keep":{"$duration":90000000000},"password":{"$secret":["env","PASSWORD",null]}}', NULL, NULL, 1793505600000000001, -6420112899741995180, NULL, NULL, NULL, NULL, NULL, -5530173773901843321);
INSERT INTO operation VALUES (8589934592, '00000000000000000000000000000009', 1, 'load', 'step', 'Transform', 1, 'succeeded', '{"sql":"select 1"}', 'key-1', 'job/9', 1793505600000000001, -1568733805390058195, '{"rows":7}', NULL, NULL, NULL, 1793505600000000001, 2173278245826396787);
INSERT INTO operation VALUES (8589934593, '0000000000000000000000000000000a', 1, 'allow', 'step', 'Transform', 1, 'intended', '{"sql":"select 1"}', NULL, NULL, 1793505600000000001, -5174187452470999634, NULL, NULL, NULL, NULL, NULL, 8853444432193436816);
INSERT INTO consumed_plan VALUES ('abc', 1793505600000000001);
INSERT INTO audit VALUES (1, 1793505600000000001, '', 'vm', 'apply', 'dev', 'shop', 'apply-1: begun', 'c7c657c09be569c014dc708f19f22dbb715296b1cb4e6de0f4fa16b7b1b421de');
INSERT INTO audit VALUES (2, 1793505600000000001, '', 'vm', 'run', 'dev', 'shop', 'run-2: workflow daily begun', '91df485d948910d82826bf6ad1f59adaa5a90564b551388114254599eb32c29a');
INSERT INTO audit VALUES (3, 1793505600000000001, 'ana', 'build-7', 'apply', 'dev', 'shop', 'created 3', '600de0d72bb123bb5f1473aa8a46b2c493e38e4fa324fa7be1ee1d8e1f4b1187');
INSERT INTO audit VALUES (4, 1793505600000000001, 'ana', 'build-7', 'apply', 'dev', 'shop', 'created 3', 'd9bbc980e8628331dfa1b5b573a69bdeacfd5aee15b6d85fbc172bf320265e91');
INSERT INTO firing VALUES (1, 'dev', 'shop', 'daily', 'schedule "0 2 * * *"', '2026-11-01', 1793505600000000001, '{"time":{"$time":1793505600000000001}}', 'shop.recipe', '{"data":"in/"}', 'abc', 1793505600000000001, 7042209755231855375, 'pending', NULL, '');
INSERT INTO trigger_mark VALUES ('dev', 'shop', 'daily', 'schedule "0 2 * * *"', '{"seen":{"$time":1793505600000000001}}');
INSERT INTO pause VALUES ('0000000000000000000000000000000a', 2, 1793505600000000001, 'allow', 'a word');
INSERT INTO signal VALUES (2, 'allow', '{"value":{"approved":true}}', 'ana', 1793505600000000001, 6835102040863628342);
