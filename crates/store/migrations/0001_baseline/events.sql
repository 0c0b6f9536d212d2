-- What happened, written in the transaction of the change: the outbox (ADR 7). position: the event's place in its
-- workspace's history, from 1 on and without gaps; null until it is fanned out. payload: JSON. notify: whether people are
-- notified.
CREATE TABLE events (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    position BIGINT,
    topic TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    actor_id BIGINT,
    payload TEXT NOT NULL,
    notify BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX events_position_key ON events (workspace_id, position) WHERE position IS NOT NULL;
-- The position makes this index, not the primary key, the best for pending events: the key would be read from its start.
CREATE INDEX events_pending ON events (workspace_id, position, id) WHERE position IS NULL;

-- The last position given out. Whoever gives out more holds the row until the commit.
-- small
CREATE TABLE event_positions (
    workspace_id TEXT PRIMARY KEY,
    position BIGINT NOT NULL
) WITHOUT ROWID;
