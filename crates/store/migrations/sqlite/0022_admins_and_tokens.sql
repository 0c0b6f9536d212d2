-- When an admin was removed. The row stays: what the admin wrote keeps its author.
ALTER TABLE admins ADD COLUMN removed_at BIGINT;

-- name: what the operator calls the token. api_version: of its requests that name none; the app's unless it is set.
ALTER TABLE tokens ADD COLUMN name TEXT;
ALTER TABLE tokens ADD COLUMN api_version TEXT;
CREATE INDEX tokens_admin ON tokens (workspace_id, admin_id) WHERE revoked_at IS NULL;
