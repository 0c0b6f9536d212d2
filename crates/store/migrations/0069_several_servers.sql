-- How much of the rate limit of an app, or of a token without an app, all servers together have taken of a window. kind: 'app' or
-- 'token', id: its id. starts_at: when the window begins, by the clock of the database; used: how many requests were taken of
-- it, given: how many the last who took some. After a crash the window begins afresh, so PostgreSQL does not log these rows.
-- small
CREATE TABLE rate_limits (
    workspace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    id BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    used BIGINT NOT NULL,
    given BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, id)
) WITHOUT ROWID;
-- postgres: ALTER TABLE rate_limits SET UNLOGGED;

-- What one process at a time does for all of them. owner: the process that claimed it, until owner_until. due_at: when it is
-- due, by the clock of the database; rounds: how often it was done.
-- small
CREATE TABLE duties (
    name TEXT PRIMARY KEY,
    owner BIGINT NOT NULL,
    owner_until BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    rounds BIGINT NOT NULL
) WITHOUT ROWID;
