-- When the schedules of groups are next due, in microseconds since 1970. `basis` is the rule that the time was
-- computed by. The times of a deleted group mean nothing.
CREATE TABLE fire_time (
    group_id INTEGER NOT NULL REFERENCES protection_group (id),
    slot     TEXT NOT NULL,
    due_us   INTEGER NOT NULL,
    basis    TEXT NOT NULL,
    PRIMARY KEY (group_id, slot)
);
