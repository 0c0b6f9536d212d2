-- What the addresses of a workspace's attachments are signed with (hex).
CREATE TABLE attachment_keys (
    workspace_id TEXT COLLATE "C" PRIMARY KEY,
    secret TEXT COLLATE "C" NOT NULL
);
