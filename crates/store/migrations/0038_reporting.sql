-- What reporting knows of changes besides the rows as they are now.

-- When admins went away and came back. changed_by: the admin who did it; null for an app or the operator.
CREATE TABLE admin_status_changes (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    is_away BOOLEAN NOT NULL,
    reassigns BOOLEAN NOT NULL,
    reason_id BIGINT,
    changed_by BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id, id)
) WITHOUT ROWID;
CREATE INDEX admin_status_changes_created_at ON admin_status_changes (workspace_id, created_at, id);

-- state_before: the state of the conversation before the part, where the part changed it.
ALTER TABLE conversation_parts ADD COLUMN state_before TEXT;
UPDATE conversation_parts SET state_before = coalesce((SELECT p.state FROM conversation_parts p
    WHERE p.workspace_id = conversation_parts.workspace_id AND p.conversation_id = conversation_parts.conversation_id
    AND p.id < conversation_parts.id ORDER BY p.id DESC LIMIT 1), 'open')
WHERE state <> coalesce((SELECT p.state FROM conversation_parts p
    WHERE p.workspace_id = conversation_parts.workspace_id AND p.conversation_id = conversation_parts.conversation_id
    AND p.id < conversation_parts.id ORDER BY p.id DESC LIMIT 1), 'open')
    AND conversation_id IN (SELECT c.id FROM conversations c WHERE c.workspace_id = conversation_parts.workspace_id);
CREATE INDEX conversation_parts_state_changes ON conversation_parts (workspace_id, created_at, id) WHERE state_before IS NOT NULL;
