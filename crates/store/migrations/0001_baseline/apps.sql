-- scopes: separated by spaces. api_version: as in the Intercom-Version header. secret_hash: SHA-256, hex.
-- signing_secret: the client secret, which signs webhooks. uninstall_url: called when an admin removes the app.
-- The client id is random and looked up before the workspace is known, so its index has no workspace.
-- small
CREATE TABLE apps (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    client_id TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    signing_secret TEXT,
    redirect_uris TEXT NOT NULL,
    uninstall_url TEXT,
    scopes TEXT NOT NULL,
    api_version TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX apps_client_id ON apps (client_id);

-- lookup: the first half of the token's SHA-256 (hex); hash: all of it. The token itself is not stored. name: chosen by
-- the operator. api_version: for requests that name none; null means the app's. A token is looked up before the workspace
-- is known, so the index of lookup has no workspace.
CREATE TABLE tokens (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT,
    admin_id BIGINT NOT NULL,
    name TEXT,
    lookup TEXT NOT NULL,
    hash TEXT NOT NULL,
    scopes TEXT NOT NULL,
    api_version TEXT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX tokens_lookup ON tokens (lookup);
CREATE INDEX tokens_app ON tokens (workspace_id, app_id) WHERE app_id IS NOT NULL;
CREATE INDEX tokens_admin ON tokens (workspace_id, admin_id) WHERE revoked_at IS NULL;

-- Codes that an app exchanges for a token. hash: SHA-256 of the code, hex. scopes: what the admin agreed to.
-- claimed_at: when it was exchanged; token_id: for which token.
CREATE TABLE oauth_codes (
    workspace_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    app_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_at BIGINT,
    token_id BIGINT,
    PRIMARY KEY (workspace_id, hash)
) WITHOUT ROWID;
CREATE INDEX oauth_codes_expires_at ON oauth_codes (workspace_id, expires_at);

-- Which admin authorized which app. scopes, authorized_at: of the last time.
-- small
CREATE TABLE app_installs (
    workspace_id TEXT NOT NULL,
    app_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    authorized_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, app_id, admin_id)
) WITHOUT ROWID;
