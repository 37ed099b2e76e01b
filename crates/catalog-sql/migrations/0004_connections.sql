-- Connections, the connectors that serve them, and the agents of hosts.

CREATE TABLE connection (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    body   TEXT NOT NULL,
    UNIQUE (tenant, name)
);

-- Registration tokens by the SHA-256 of the token. What has run out is deleted when the next one is made.
CREATE TABLE registration_token (
    digest        BLOB PRIMARY KEY,
    connection_id INTEGER NOT NULL REFERENCES connection (id) ON DELETE CASCADE,
    expires_us    INTEGER NOT NULL
);
CREATE INDEX registration_token_connection ON registration_token (connection_id);
CREATE INDEX registration_token_expires ON registration_token (expires_us);

-- Connectors, by the SHA-256 of the key that each was given when it registered.
CREATE TABLE connector (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant        TEXT NOT NULL,
    connection_id INTEGER NOT NULL REFERENCES connection (id),
    name          TEXT NOT NULL,
    key_digest    BLOB NOT NULL UNIQUE,
    body          TEXT NOT NULL,
    UNIQUE (connection_id, name)
);
CREATE INDEX connector_tenant ON connector (tenant);

-- What the installed agent of a host said last.
CREATE TABLE agent_report (
    source_id INTEGER PRIMARY KEY REFERENCES source (id) ON DELETE CASCADE,
    tenant    TEXT NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX agent_report_tenant ON agent_report (tenant);

-- Tasks that upgrade agents.
CREATE TABLE upgrade_task (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant TEXT NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX upgrade_task_tenant ON upgrade_task (tenant, id);
