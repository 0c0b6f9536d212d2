-- Exports: files that the worker fills with the rows of a period, and their messages' receipts by the time they were sent.

-- kind: 'message_data' or 'reporting_data'. state: 'pending', 'in_progress', 'completed', 'no_data', 'failed' or 'canceled'.
-- from_at, until_at: the period, inclusive. dataset, attributes (a JSON array of attribute ids): for reporting data.
-- is_narrow: without conversations that no contact wrote in. after_at, after_id: the last object that was written.
-- rows_written, bytes_written, checksum (CRC-32): of the text so far. files: a JSON array of the attachments that hold it
-- compressed, in order. expires_at: when the export is removed; null until it is over.
CREATE TABLE exports (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    dataset TEXT,
    attributes TEXT,
    is_narrow BOOLEAN NOT NULL,
    after_at BIGINT NOT NULL,
    after_id BIGINT NOT NULL,
    rows_written BIGINT NOT NULL,
    bytes_written BIGINT NOT NULL,
    checksum BIGINT NOT NULL,
    files TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX exports_live ON exports (workspace_id, kind, id) WHERE expires_at IS NULL;
CREATE INDEX exports_expires_at ON exports (workspace_id, expires_at, id) WHERE expires_at IS NOT NULL;

CREATE INDEX messages_created_at ON messages (workspace_id, created_at, id);
CREATE INDEX message_recipients_message ON message_recipients (workspace_id, message_id, contact_id);
CREATE INDEX mails_message ON mails (workspace_id, message_id, recipient_id) WHERE message_id IS NOT NULL;
CREATE INDEX notifications_message ON notifications (workspace_id, message_id, recipient_id) WHERE message_id IS NOT NULL;
