-- What lists of conversations show of each, the words of messages in the full-text index, saved views, and what undoing a
-- merge needs.

-- The newest message or note of a conversation: its part (null while there is only the first message), when it was written,
-- its beginning as plain text, who wrote it ('contact', 'admin', 'note' or 'bot') and their id (null for the system).
-- last_by is null in rows of older releases until the job below has come to them.
ALTER TABLE conversations ADD COLUMN last_part_id BIGINT;
ALTER TABLE conversations ADD COLUMN last_part_at BIGINT;
ALTER TABLE conversations ADD COLUMN last_excerpt TEXT;
ALTER TABLE conversations ADD COLUMN last_by TEXT;
ALTER TABLE conversations ADD COLUMN last_author_id BIGINT;

-- From a part that was found by its words to its conversation.
CREATE INDEX conversation_parts_id ON conversation_parts (workspace_id, id) WHERE body IS NOT NULL;

-- The lists that admins made for themselves. query: JSON, in the language of searches; null for all conversations. sort:
-- 'newest', 'oldest', 'waiting' or 'priority'.
CREATE TABLE views (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    query TEXT,
    sort TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id, id)
) WITHOUT ROWID;

-- What undoing a merge needs, one row for each merged conversation. into_id: the conversation it was merged into. part_id:
-- the part of that one that says so. before: JSON of what closing it changed. contacts: JSON array of the ids of contacts
-- that the merge added to the other. followed: JSON array of the ids of conversations that had been merged into it.
CREATE TABLE conversation_merges (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    into_id BIGINT NOT NULL,
    part_id BIGINT NOT NULL,
    before TEXT NOT NULL,
    contacts TEXT NOT NULL,
    followed TEXT NOT NULL,
    merged_by BIGINT,
    merged_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id)
) WITHOUT ROWID;
CREATE INDEX conversation_merges_into ON conversation_merges (workspace_id, into_id, conversation_id);

INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, created_at)
    SELECT workspace_id, 31, 'conversation.index', '{}', 'pending', 0, 0, 0, 0, NULL, created_at FROM workspaces w
    WHERE EXISTS (SELECT 1 FROM conversations c WHERE c.workspace_id = w.workspace_id);
