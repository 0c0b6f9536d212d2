-- Brands, the email addresses of each, and macros.

-- help_center_id: null for the default help center of the workspace.
-- small
CREATE TABLE brands (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    help_center_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX brands_name_key ON brands (workspace_id, name);
INSERT INTO brands (workspace_id, id, name, is_default, help_center_id, created_at, updated_at)
    SELECT workspace_id, 1, name, TRUE, NULL, created_at, created_at FROM workspaces;

-- Addresses that mail is sent from. is_default: whether it is the one that its brand uses unless told otherwise.
-- small
CREATE TABLE email_settings (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    email TEXT NOT NULL,
    brand_id BIGINT NOT NULL,
    is_default BOOLEAN NOT NULL,
    verified BOOLEAN NOT NULL,
    forwarding_enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX email_settings_email_key ON email_settings (workspace_id, email);

-- body_text: plain text with placeholders such as {{user.name|fallback:"there"}}. actions: a JSON array. available_on:
-- 'inbox' and 'messenger', separated by spaces. for_everyone: false if only the teams in macro_teams have it.
-- small
CREATE TABLE macros (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    body_text TEXT NOT NULL,
    actions TEXT NOT NULL,
    available_on TEXT NOT NULL,
    for_everyone BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX macros_name_key ON macros (workspace_id, name);
CREATE INDEX macros_updated_at ON macros (workspace_id, updated_at, id);

-- small
CREATE TABLE macro_teams (
    workspace_id TEXT NOT NULL,
    macro_id BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, macro_id, team_id)
) WITHOUT ROWID;
