-- Invitations to become a teammate, and when teammates were last there.

-- hash: the SHA-256 of the secret in the link. link: the link itself, only while a mail that brings it waits to be sent;
-- mail_id: that mail. invited_by: null for the operator. renewed_at: when it got the secret that it has now.
-- small
CREATE TABLE invitations (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    hash TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role_id BIGINT NOT NULL,
    has_inbox_seat BOOLEAN NOT NULL,
    invited_by BIGINT,
    link TEXT,
    mail_id BIGINT,
    created_at BIGINT NOT NULL,
    renewed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX invitations_email_key_key ON invitations (workspace_id, email_key);
CREATE INDEX invitations_hash ON invitations (hash);

-- seen_at: when the teammate last used the inbox, give or take a minute. Sessions that end take nothing of it away.
-- small
CREATE TABLE admin_visits (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id)
) WITHOUT ROWID;
