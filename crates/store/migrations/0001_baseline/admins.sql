-- can_manage_apps: whether its admins may give apps access to the workspace.
-- small
CREATE TABLE roles (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    can_manage_apps BOOLEAN NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX roles_name_key ON roles (workspace_id, name);

-- removed_at: when the admin was removed. The row stays: what the admin wrote keeps its author.
-- small
CREATE TABLE admins (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_verified BOOLEAN NOT NULL,
    job_title TEXT,
    avatar TEXT,
    role_id BIGINT,
    has_inbox_seat BOOLEAN NOT NULL,
    away_mode_enabled BOOLEAN NOT NULL,
    away_mode_reassign BOOLEAN NOT NULL,
    away_status_reason_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    removed_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX admins_email_key ON admins (workspace_id, email);

-- hash: argon2id, as a PHC string. A table of its own, so that nothing that shows an admin reads it.
CREATE TABLE admin_passwords (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id)
) WITHOUT ROWID;

-- hash: SHA-256 of the browser's cookie, hex.
CREATE TABLE admin_sessions (
    workspace_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hash)
) WITHOUT ROWID;
CREATE INDEX admin_sessions_admin ON admin_sessions (workspace_id, admin_id);
CREATE INDEX admin_sessions_expires_at ON admin_sessions (workspace_id, expires_at);

-- Failed sign-ins. subject: 'account:' and a hash of the email address; the same with ':from:' and a network; 'address:'
-- and a network. locked_until: when the next attempt is allowed. With ':known:' and a network: the account was signed in
-- to from there, which counts until last_at.
CREATE TABLE sign_in_attempts (
    workspace_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, subject)
) WITHOUT ROWID;
CREATE INDEX sign_in_attempts_last_at ON sign_in_attempts (workspace_id, last_at);

-- small
CREATE TABLE away_status_reasons (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    label TEXT NOT NULL,
    emoji TEXT NOT NULL,
    position BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX away_status_reasons_label_key ON away_status_reasons (workspace_id, label);

-- small
CREATE TABLE teams (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    assignment_limit BIGINT,
    distribution_method TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX teams_name_key ON teams (workspace_id, name);

-- priority: 'primary', 'secondary' or null.
-- small
CREATE TABLE team_members (
    workspace_id TEXT NOT NULL,
    team_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    priority TEXT,
    PRIMARY KEY (workspace_id, team_id, admin_id)
) WITHOUT ROWID;
CREATE INDEX team_members_admin ON team_members (workspace_id, admin_id);

CREATE TABLE activity_logs (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT NOT NULL,
    admin_id BIGINT,
    admin_email TEXT,
    ip TEXT,
    activity_type TEXT NOT NULL,
    activity_description TEXT NOT NULL,
    metadata TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX activity_logs_created_at ON activity_logs (workspace_id, created_at, id);
