-- What people are told: mail, and notifications in the help desk and in the messenger.

-- A mail's row says what it tells of; its words are put together when it goes out, so that what was taken back
-- meanwhile is not sent. recipient_kind: 'contact' or 'admin'. topic: as in events; 'message' for what is in messages.
-- first_part_id, last_part_id: the parts it tells of. unless_read: not needed once it was read elsewhere.
-- state: 'pending', 'sent', 'dropped' (not needed, or not wanted), 'bounced' or 'failed'; error: why, or why not yet.
-- header_id, address, subject: as it went out, from the first attempt on.
CREATE TABLE mails (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    recipient_kind TEXT NOT NULL,
    recipient_id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    conversation_id BIGINT,
    message_id BIGINT,
    first_part_id BIGINT,
    last_part_id BIGINT,
    unless_read BOOLEAN NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    header_id TEXT,
    address TEXT,
    subject TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX mails_due ON mails (run_at, lease_until, workspace_id, id) WHERE state = 'pending';
CREATE INDEX mails_waiting ON mails (created_at) WHERE state = 'pending';
CREATE INDEX mails_conversation ON mails (workspace_id, conversation_id, recipient_id, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX mails_recipient ON mails (workspace_id, recipient_kind, recipient_id, id);

-- What the addresses that mail is answered to, and the links that end it, are signed with.
CREATE TABLE mail_secrets (
    workspace_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) WITHOUT ROWID;

-- recipient_kind: 'contact' (shown in the messenger) or 'admin' (shown in the help desk). topic, part_id: as in mails.
-- cause: in words.
CREATE TABLE notifications (
    workspace_id TEXT NOT NULL,
    recipient_kind TEXT NOT NULL,
    recipient_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    topic TEXT NOT NULL,
    conversation_id BIGINT,
    message_id BIGINT,
    part_id BIGINT,
    cause TEXT NOT NULL,
    read_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, recipient_kind, recipient_id, id)
) WITHOUT ROWID;
CREATE INDEX notifications_unread ON notifications (workspace_id, recipient_kind, recipient_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_conversation ON notifications (workspace_id, conversation_id, recipient_id) WHERE conversation_id IS NOT NULL;

-- The teammates who want what they are told by mail too.
CREATE TABLE mailed_admins (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id)
) WITHOUT ROWID;

CREATE INDEX message_recipients_message ON message_recipients (workspace_id, message_id);
