-- The catalog: everything but file contents.
--
-- A table that keeps a domain object has its whole JSON in `body` and, beside it, only the columns that
-- filters, constraints and joins need. Numbers of things come from AUTOINCREMENT and are never given twice.
-- Times (`*_us`) are microseconds since 1970, UTC.

-- Who this installation is; one row, made on first use.
CREATE TABLE installation (
    singleton      INTEGER PRIMARY KEY CHECK (singleton = 1),
    cluster_id     INTEGER NOT NULL,
    incarnation_id INTEGER NOT NULL
);

-- API keys by the SHA-256 of the key. A key that is withdrawn is deleted, and its tokens with it.
CREATE TABLE api_key (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    digest BLOB NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    body   TEXT NOT NULL
);

-- Tokens by the SHA-256 of the token. What has run out is deleted when the next one is made.
CREATE TABLE token (
    digest     BLOB PRIMARY KEY,
    key_id     INTEGER NOT NULL REFERENCES api_key (id) ON DELETE CASCADE,
    expires_us INTEGER NOT NULL
);
CREATE INDEX token_key ON token (key_id);
CREATE INDEX token_expires ON token (expires_us);

-- Registered sources.
CREATE TABLE source (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    body     TEXT NOT NULL,
    UNIQUE (tenant, endpoint)
);

-- Policies.
CREATE TABLE policy (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant      TEXT NOT NULL,
    name        TEXT NOT NULL,
    modified_us INTEGER NOT NULL,
    body        TEXT NOT NULL,
    UNIQUE (tenant, name)
);

-- Protection groups. A deleted one stays for its runs and snapshots, and leaves its name, policy and
-- objects free.
CREATE TABLE protection_group (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant      TEXT NOT NULL,
    name        TEXT NOT NULL,
    policy_id   INTEGER NOT NULL,
    modified_us INTEGER NOT NULL,
    deleted_us  INTEGER,
    body        TEXT NOT NULL
);
CREATE UNIQUE INDEX protection_group_name ON protection_group (tenant, name) WHERE deleted_us IS NULL;
CREATE INDEX protection_group_policy ON protection_group (policy_id);

-- Which objects a group that is not deleted selects.
CREATE TABLE group_object (
    group_id  INTEGER NOT NULL REFERENCES protection_group (id),
    object_id INTEGER NOT NULL REFERENCES source (id),
    PRIMARY KEY (group_id, object_id)
);
CREATE INDEX group_object_object ON group_object (object_id);

-- Runs. `is_final` is 0 or 1; a group has at most one run that is not final.
CREATE TABLE run (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant    TEXT NOT NULL,
    group_id  INTEGER NOT NULL REFERENCES protection_group (id),
    state     TEXT NOT NULL,
    is_final  INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    queued_us INTEGER NOT NULL,
    body      TEXT NOT NULL
);
CREATE UNIQUE INDEX run_unfinished ON run (group_id) WHERE is_final = 0;
CREATE INDEX run_group ON run (group_id, queued_us, id);
CREATE INDEX run_tenant ON run (tenant, queued_us, id);

-- Recoveries.
CREATE TABLE recovery (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant     TEXT NOT NULL,
    name       TEXT NOT NULL,
    state      TEXT NOT NULL,
    created_us INTEGER NOT NULL,
    body       TEXT NOT NULL
);
CREATE INDEX recovery_tenant ON recovery (tenant, created_us, id);
CREATE INDEX recovery_name ON recovery (tenant, name);

-- The queue of slow work. A job is held while `owner` is set and `lease_until_us` is not past.
CREATE TABLE job (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant         TEXT NOT NULL,
    work           TEXT NOT NULL,
    attempt        INTEGER NOT NULL,
    owner          TEXT,
    lease_until_us INTEGER
);

-- A series is what one group keeps of one object: a row of snapshots, each compared with the one before.
-- `pending_snapshot` is the number of the snapshot whose files are being staged; it is not there yet.
-- `unswept` is 1 while the series may hold file versions that no snapshot shows.
CREATE TABLE series (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant           TEXT NOT NULL,
    object_id        INTEGER NOT NULL,
    group_id         INTEGER NOT NULL REFERENCES protection_group (id),
    pending_snapshot INTEGER,
    unswept          INTEGER NOT NULL,
    UNIQUE (object_id, group_id)
);
CREATE INDEX series_tenant ON series (tenant);

-- The last number given to a snapshot. Numbers are given when staging begins, so some are never used.
CREATE TABLE snapshot_sequence (
    singleton INTEGER PRIMARY KEY CHECK (singleton = 1),
    last_id   INTEGER NOT NULL
);
INSERT INTO snapshot_sequence (singleton, last_id) VALUES (1, 0);

-- Complete snapshots. Within a series a greater number is a later snapshot.
CREATE TABLE snapshot (
    id        INTEGER PRIMARY KEY,
    tenant    TEXT NOT NULL,
    series_id INTEGER NOT NULL REFERENCES series (id),
    object_id INTEGER NOT NULL,
    group_id  INTEGER NOT NULL,
    run_id    INTEGER NOT NULL REFERENCES run (id),
    kind      TEXT NOT NULL,
    taken_us  INTEGER NOT NULL,
    body      TEXT NOT NULL,
    UNIQUE (run_id, object_id)
);
CREATE INDEX snapshot_series ON snapshot (series_id, id);
CREATE INDEX snapshot_tenant ON snapshot (tenant, taken_us, id);
CREATE INDEX snapshot_group ON snapshot (group_id);

-- Every path that some version below belongs to, once for each object. `name` is the last component in text
-- form with the case of its letters folded, as searches compare it.
CREATE TABLE file (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    object_id INTEGER NOT NULL,
    path      BLOB NOT NULL,
    name      TEXT NOT NULL,
    UNIQUE (object_id, path)
);

-- What a file was in the snapshots of a series from `from_snapshot` on, up to and without
-- `until_snapshot`, which is null while it is so still. Only snapshots that exist count: a version from a
-- pending snapshot shows nowhere, and neither does one all of whose snapshots are gone.
-- `kind`: 0 file, 1 folder, 2 symbolic link, 3 other.
CREATE TABLE version (
    series_id      INTEGER NOT NULL,
    file_id        INTEGER NOT NULL,
    from_snapshot  INTEGER NOT NULL,
    until_snapshot INTEGER,
    kind           INTEGER NOT NULL,
    size_bytes     INTEGER NOT NULL,
    modified_us    INTEGER,
    PRIMARY KEY (series_id, file_id, from_snapshot)
) WITHOUT ROWID;

-- The trigrams of `file.name`. It narrows a search down; the name itself decides. No positions are kept
-- (`detail=none`), which is most of the size; case is folded before, by us.
CREATE VIRTUAL TABLE file_name USING fts5 (
    name, content = 'file', content_rowid = 'id', detail = 'none', columnsize = 0,
    tokenize = 'trigram case_sensitive 1'
);
CREATE TRIGGER file_name_added AFTER INSERT ON file BEGIN
    INSERT INTO file_name (rowid, name) VALUES (new.id, new.name);
END;
CREATE TRIGGER file_name_removed AFTER DELETE ON file BEGIN
    INSERT INTO file_name (file_name, rowid, name) VALUES ('delete', old.id, old.name);
END;

-- What the planner believes about the large tables, fixed here instead of measured: the plans of this crate's
-- queries then depend neither on what happens to be in the tables nor on when they were last analysed.
ANALYZE installation;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('file', 'sqlite_autoindex_file_1', '1000000 100000 1'),
    ('version', 'version', '1200000 100000 1 1'),
    ('series', 'sqlite_autoindex_series_1', '100 2 1'),
    ('series', 'series_tenant', '100 20'),
    ('snapshot', 'sqlite_autoindex_snapshot_1', '5000 2 1'),
    ('snapshot', 'snapshot_series', '5000 50 1'),
    ('snapshot', 'snapshot_tenant', '5000 1000 2 1'),
    ('snapshot', 'snapshot_group', '5000 100');
ANALYZE sqlite_schema;
