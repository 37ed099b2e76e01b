-- Tasks: work that was asked for, with its place in the queue.

CREATE TABLE task (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    tenant     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    state      TEXT NOT NULL,
    is_final   INTEGER NOT NULL,
    priority   INTEGER NOT NULL,
    -- The outside node that executes it; none means the built-in one. What becomes of nodes is said elsewhere.
    node_id    INTEGER,
    -- What it is about may be gone.
    group_id   INTEGER,
    object_id  INTEGER,
    follows_id INTEGER,
    created_us INTEGER NOT NULL,
    ended_us   INTEGER,
    body       TEXT NOT NULL
);
CREATE INDEX task_tenant ON task (tenant, created_us);
CREATE INDEX task_open ON task (priority DESC, id) WHERE is_final = 0;
CREATE INDEX task_follows ON task (follows_id) WHERE follows_id IS NOT NULL;
CREATE INDEX task_ended ON task (ended_us) WHERE ended_us IS NOT NULL;

-- When a task of a tenant was last made, changed or removed.
CREATE TABLE task_change (
    tenant      TEXT PRIMARY KEY,
    modified_us INTEGER NOT NULL
);

-- How fast a task moved bytes.
CREATE TABLE task_transfer (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL REFERENCES task (id) ON DELETE CASCADE,
    body    TEXT NOT NULL
);
CREATE INDEX task_transfer_task ON task_transfer (task_id, id);
