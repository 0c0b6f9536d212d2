-- What became of WhatsApp messages, as a workspace file reports it. message_id: what WhatsApp calls it. ruleset_id: the
-- bulk message that it belongs to; null if none.
CREATE TABLE whatsapp_messages (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    message_id TEXT NOT NULL,
    ruleset_id TEXT,
    contact_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    template_name TEXT,
    error_message TEXT,
    error_details TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX whatsapp_messages_message_id_key ON whatsapp_messages (workspace_id, message_id);
CREATE INDEX whatsapp_messages_ruleset_id ON whatsapp_messages (workspace_id, ruleset_id, created_at, id);
