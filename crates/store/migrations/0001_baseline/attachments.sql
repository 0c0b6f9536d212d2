-- state: 'stored', 'pending' or 'failed'. hash: SHA-256 of the content, hex, which names the file under the data
-- directory; null until it has been fetched from source_url. The same content is one file for all workspaces.
CREATE TABLE attachments (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL,
    name TEXT NOT NULL,
    content_type TEXT NOT NULL,
    filesize BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    hash TEXT,
    source_url TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX attachments_hash ON attachments (hash) WHERE hash IS NOT NULL;

-- The key (hex) that signs the addresses of a workspace's attachments.
-- small
CREATE TABLE attachment_keys (
    workspace_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) WITHOUT ROWID;
