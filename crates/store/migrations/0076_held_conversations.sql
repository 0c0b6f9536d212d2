-- Conversations that teammates start, until they are sent. message: a JSON object, null once it is sent. attachments: a
-- JSON array of ids. conversation_id: the conversation, once it is sent. problem: why it was not sent, as a JSON object.
-- kept_until: when the row is removed; null while it waits.
CREATE TABLE held_conversations (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    message TEXT,
    attachments TEXT,
    held_until BIGINT NOT NULL,
    conversation_id BIGINT,
    problem TEXT,
    kept_until BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX held_conversations_admin_id ON held_conversations (workspace_id, admin_id, id)
    WHERE conversation_id IS NULL;
CREATE INDEX held_conversations_kept_until ON held_conversations (workspace_id, kept_until, id)
    WHERE kept_until IS NOT NULL;
