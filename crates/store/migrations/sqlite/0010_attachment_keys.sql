-- What the addresses of a workspace's attachments are signed with (hex).
CREATE TABLE attachment_keys (
    workspace_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) WITHOUT ROWID;
