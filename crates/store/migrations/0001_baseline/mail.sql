-- A mail's text is composed when it is sent, so that nothing is sent that has been taken back meanwhile. recipient_kind:
-- 'contact' or 'admin'. topic: as in events, or 'message' for a row of messages. first_part_id, last_part_id: the parts it
-- is about. unless_read: not needed once they were read elsewhere. state: 'pending', 'sent', 'dropped' (not needed, or not
-- wanted), 'bounced' or 'failed'; error: why, or why not yet. owner: the process that claimed it. header_id, address,
-- subject: as sent, from the first attempt on.
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
    owner BIGINT NOT NULL,
    header_id TEXT,
    address TEXT,
    subject TEXT,
    error TEXT,
    created_at BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX mails_waiting ON mails (created_at) WHERE state = 'pending';
CREATE INDEX mails_conversation ON mails (workspace_id, conversation_id, recipient_id, id) WHERE conversation_id IS NOT NULL;
CREATE INDEX mails_recipient ON mails (workspace_id, recipient_kind, recipient_id, id);
CREATE INDEX mails_due ON mails (workspace_id, run_at, id) WHERE state = 'pending';

-- The key that signs reply addresses and unsubscribe links.
-- small
CREATE TABLE mail_secrets (
    workspace_id TEXT PRIMARY KEY,
    secret TEXT NOT NULL
) WITHOUT ROWID;

-- How much mail was due in an hour. kind: 'workspace' (address is empty), 'address' or 'automatic' (to an address, written
-- by no person). hour: since 1970. count: includes what was over a limit and therefore not sent.
CREATE TABLE mail_counts (
    workspace_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hour, kind, address)
) WITHOUT ROWID;
CREATE INDEX mail_counts_hour ON mail_counts (hour, kind, count);

-- The teammates who get their notifications by mail too.
CREATE TABLE mailed_admins (
    workspace_id TEXT NOT NULL,
    admin_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, admin_id)
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
-- Notifications are deleted by age, which ids grow with.
CREATE INDEX notifications_id ON notifications (workspace_id, id);
