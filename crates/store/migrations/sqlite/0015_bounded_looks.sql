-- What the server asks of tables that grow is found by an index, however much there is.

-- Notifications are forgotten by age, which ids grow with.
CREATE INDEX notifications_id ON notifications (workspace_id, id);

-- How many conversations were deleted: lists tell it with each page.
CREATE TABLE deleted_conversation_counts (
    workspace_id TEXT NOT NULL,
    is_ticket BOOLEAN NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, is_ticket)
) WITHOUT ROWID;
INSERT INTO deleted_conversation_counts (workspace_id, is_ticket, deleted)
    SELECT workspace_id, is_ticket, count(*) FROM deleted_conversations GROUP BY workspace_id, is_ticket;
