-- Nodes, the users that people and outside nodes log in as, and their sessions.

-- Who executes tasks. `built_in` is 1 for the server itself, which a tenant has once.
CREATE TABLE node (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT NOT NULL,
    name     TEXT NOT NULL,
    built_in INTEGER NOT NULL,
    body     TEXT NOT NULL,
    UNIQUE (tenant, name)
);
CREATE UNIQUE INDEX node_built_in ON node (tenant) WHERE built_in = 1;

-- Users. Logins are unique over all tenants; `password` is an argon2id hash in the PHC string format.
CREATE TABLE account (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT NOT NULL,
    login    TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    role     TEXT NOT NULL,
    node_id  INTEGER UNIQUE REFERENCES node (id) ON DELETE CASCADE,
    body     TEXT NOT NULL
);
CREATE INDEX account_tenant ON account (tenant, id);

-- Sessions by the SHA-256 of their token. What has run out is deleted when the next one is made.
CREATE TABLE session (
    digest     BLOB PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    expires_us INTEGER NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expires ON session (expires_us);
