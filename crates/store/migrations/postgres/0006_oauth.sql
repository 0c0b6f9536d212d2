-- Apps that ask admins for access: passwords, sign-ins, consents, and what came of them.
-- The same tables stand in ../sqlite/.

-- Where an app is told that it was uninstalled.
ALTER TABLE apps ADD COLUMN uninstall_url TEXT COLLATE "C";

-- hash: argon2id, as a PHC string. Apart from the admins' rows, so that nothing that shows an admin reads it.
CREATE TABLE admin_passwords (
    workspace_id TEXT COLLATE "C" NOT NULL,
    admin_id BIGINT NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id)
);

-- hash: SHA-256 of what the browser keeps, hex.
CREATE TABLE admin_sessions (
    workspace_id TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    admin_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hash)
);
CREATE INDEX admin_sessions_admin ON admin_sessions (workspace_id, admin_id);
CREATE INDEX admin_sessions_expires_at ON admin_sessions (workspace_id, expires_at);

-- Sign-ins that failed in a row. subject: 'account:' and a hash of the email address, or 'address:' and a network
-- address. locked_until: when the next one may be tried.
CREATE TABLE sign_in_attempts (
    workspace_id TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    locked_until BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, subject)
);
CREATE INDEX sign_in_attempts_last_at ON sign_in_attempts (workspace_id, last_at);

-- Codes that an app turns into a token. hash: SHA-256 of the code, hex. scopes: what the admin agreed to.
-- claimed_at: when it was turned in; token_id: what it was turned into.
CREATE TABLE oauth_codes (
    workspace_id TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    app_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    redirect_uri TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    claimed_at BIGINT,
    token_id BIGINT,
    PRIMARY KEY (workspace_id, hash)
);
CREATE INDEX oauth_codes_expires_at ON oauth_codes (workspace_id, expires_at);

-- Which admin let which app in. scopes, authorized_at: of the last time.
CREATE TABLE app_installs (
    workspace_id TEXT COLLATE "C" NOT NULL,
    app_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    authorized_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, app_id, admin_id)
);

CREATE INDEX tokens_app ON tokens (workspace_id, app_id) WHERE app_id IS NOT NULL;
