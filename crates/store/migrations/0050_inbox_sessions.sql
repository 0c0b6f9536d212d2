-- Teammates in the inbox: their sessions, second factors, preferences, and the answers to their writes.

-- email_key: the email address in lower case (ASCII), by which people who sign in are found in all workspaces.
ALTER TABLE admins ADD COLUMN email_key TEXT NOT NULL DEFAULT '';
UPDATE admins SET email_key = lower(email);
CREATE INDEX admins_email ON admins (email_key);

-- permissions: names of permissions, separated by spaces; null for all of them.
ALTER TABLE roles ADD COLUMN permissions TEXT;

-- kind: 'session'; 'second_factor' after the right password, until the code follows; 'link' for the secret of a link that
-- signs in once. hash: the SHA-256 of the secret. expires_at: moved on by use, for sessions.
CREATE TABLE inbox_sessions (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    hash TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    user_agent TEXT,
    address TEXT,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX inbox_sessions_hash ON inbox_sessions (hash);
CREATE INDEX inbox_sessions_admin ON inbox_sessions (workspace_id, admin_id, created_at);
CREATE INDEX inbox_sessions_expires_at ON inbox_sessions (workspace_id, expires_at);

-- secret: of time-based one-time passwords (RFC 6238), in base 32. confirmed_at: null until a code has shown that the
-- teammate has it. last_step: the time step of the last code that was accepted, which is accepted once.
CREATE TABLE second_factors (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    secret TEXT NOT NULL,
    last_step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    PRIMARY KEY (workspace_id, admin_id)
) WITHOUT ROWID;

-- Codes that stand in for a second factor that was lost, once each. hash: its SHA-256.
CREATE TABLE recovery_codes (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id, hash)
) WITHOUT ROWID;

-- preferences: a JSON object that only the inbox makes sense of.
CREATE TABLE inbox_preferences (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    preferences TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id)
) WITHOUT ROWID;

-- The answers to writes, by the key that the browser chose: the same request again gets the same answer. request: a hash of
-- it. answer: its JSON.
CREATE TABLE inbox_answers (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    key TEXT NOT NULL,
    request TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id, key)
) WITHOUT ROWID;
CREATE INDEX inbox_answers_created_at ON inbox_answers (workspace_id, created_at);
