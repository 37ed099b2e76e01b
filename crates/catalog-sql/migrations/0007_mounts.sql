-- Snapshots that hang in the file system as folders. While `in_use`, the snapshot must stay. `path` is the folder
-- in text form that was asked for, if one was.
CREATE TABLE mount (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant      TEXT NOT NULL,
    snapshot_id INTEGER NOT NULL,
    path        TEXT,
    in_use      INTEGER NOT NULL,
    body        TEXT NOT NULL
);
CREATE INDEX mount_tenant ON mount (tenant, id);
CREATE INDEX mount_in_use ON mount (snapshot_id) WHERE in_use = 1;
