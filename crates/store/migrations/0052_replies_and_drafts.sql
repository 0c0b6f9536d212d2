-- What teammates write in the inbox.

-- Replies that wait for their time. Until then they are no parts of their conversations. attachments: a JSON array of ids.
--
-- then_state: the state that the conversation comes to when the reply is sent; null if it stays as it is.
CREATE TABLE held_replies (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    body TEXT,
    attachments TEXT,
    then_state TEXT,
    snoozed_until BIGINT,
    held_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX held_replies_conversation_id ON held_replies (workspace_id, conversation_id, id);

-- What a teammate has begun to write. kind: 'reply' or 'note'. attachments: a JSON array of ids.
CREATE TABLE drafts (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT,
    attachments TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, admin_id, kind)
) WITHOUT ROWID;
CREATE INDEX drafts_admin_id ON drafts (workspace_id, admin_id, updated_at, conversation_id);

-- How far a teammate has read a conversation. part_id: the last part that was there; 0 for the first message alone.
-- is_unread: they marked it as unread since then.
CREATE TABLE conversation_reads (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    part_id BIGINT NOT NULL,
    is_unread BOOLEAN NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, admin_id)
) WITHOUT ROWID;

-- The conversations that a teammate is mentioned in. part_id: the last part that mentions them.
CREATE TABLE conversation_mentions (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    part_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, admin_id)
) WITHOUT ROWID;
CREATE INDEX conversation_mentions_admin_id ON conversation_mentions (workspace_id, admin_id, part_id, conversation_id);

-- Files that a teammate has uploaded and not sent yet; id: the attachment's. kept_until: when it is removed; null while a
-- draft has it.
CREATE TABLE uploads (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    kept_until BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX uploads_admin_id ON uploads (workspace_id, admin_id, kept_until, id);
CREATE INDEX uploads_kept_until ON uploads (workspace_id, kept_until, id) WHERE kept_until IS NOT NULL;
