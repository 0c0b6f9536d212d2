-- The schema, by area. Times are unix seconds unless a comment says otherwise, ids come from store/src/ids.rs, and flags,
-- JSON and enumerations are described where they occur. CONTRIBUTING.md ("Add a table") has the form of these files.
-- small
CREATE TABLE workspaces (
    workspace_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    timezone TEXT NOT NULL,
    region TEXT NOT NULL,
    default_country TEXT NOT NULL,
    identity_verification BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) WITHOUT ROWID;

-- Counters that tell caches whether they are current. 'auth' changes with every token, app and admin.
CREATE TABLE epochs (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO epochs (name, value) VALUES ('auth', 0);
-- Every commit on SQLite counts up 'commits', so that connections can tell whether they see the same data. PostgreSQL says
-- what a transaction sees, and its commits would wait for each other at such a row.
-- sqlite: INSERT INTO epochs (name, value) VALUES ('commits', 0);

-- Small numbers for settings and notes, counted up in each workspace (ADR 21).
CREATE TABLE counters (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
) WITHOUT ROWID;
