-- A ticket is a conversation too: one table, one space of ids (ADR 11).
-- state: 'open', 'closed' or 'snoozed'. *_assignee_id: 0 when nobody is assigned. priority: 'none', 'low', 'medium',
-- 'high' or 'urgent'. source_*: the message that started it; source_author_type: 'user', 'lead', 'admin' or 'bot'.
-- source_attachments: JSON array of attachment ids. source_details, rating: JSON objects, or null.
-- ticket_attributes, custom_attributes: JSON objects by attribute id. *_key: folded for comparison; body_key: the words
-- with a space around each. From first_contact_reply_at on: statistics, kept as parts are written. reply_times: JSON
-- array of seconds. handling_since, active_since: since when time counts into handling_time, adjusted_handling_time.
CREATE TABLE conversations (
    workspace_id TEXT NOT NULL,
    id INTEGER PRIMARY KEY,
    is_ticket BOOLEAN NOT NULL,
    ticket_number BIGINT,
    ticket_type_id BIGINT,
    ticket_category TEXT,
    ticket_state_id BIGINT,
    previous_ticket_state_id BIGINT,
    is_shared BOOLEAN NOT NULL,
    ticket_attributes TEXT NOT NULL,
    state TEXT NOT NULL,
    title TEXT,
    read BOOLEAN NOT NULL,
    priority TEXT NOT NULL,
    admin_assignee_id BIGINT NOT NULL,
    team_assignee_id BIGINT NOT NULL,
    company_id BIGINT,
    waiting_since BIGINT,
    snoozed_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    source_type TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    source_delivered_as TEXT NOT NULL,
    source_subject TEXT,
    source_body TEXT,
    source_author_type TEXT NOT NULL,
    source_author_id BIGINT NOT NULL,
    source_url TEXT,
    source_attachments TEXT,
    source_redacted BOOLEAN NOT NULL,
    source_details TEXT,
    channel_initial TEXT NOT NULL,
    channel_current TEXT NOT NULL,
    rating TEXT,
    custom_attributes TEXT NOT NULL,
    tag_count BIGINT NOT NULL,
    teammate_count BIGINT NOT NULL,
    link_count BIGINT NOT NULL,
    merged_into BIGINT,
    first_contact_reply_at BIGINT,
    first_assignment_at BIGINT,
    first_admin_reply_at BIGINT,
    first_close_at BIGINT,
    last_assignment_at BIGINT,
    last_assignment_admin_reply_at BIGINT,
    last_contact_reply_at BIGINT,
    last_admin_reply_at BIGINT,
    last_close_at BIGINT,
    last_closed_by_id BIGINT,
    time_to_assignment BIGINT,
    time_to_admin_reply BIGINT,
    time_to_first_close BIGINT,
    time_to_last_close BIGINT,
    median_time_to_reply BIGINT,
    count_reopens BIGINT NOT NULL,
    count_assignments BIGINT NOT NULL,
    count_parts BIGINT NOT NULL,
    handling_time BIGINT,
    adjusted_handling_time BIGINT,
    handling_since BIGINT,
    active_since BIGINT,
    reply_times TEXT NOT NULL,
    team_assigned_at BIGINT,
    team_response_times TEXT NOT NULL,
    subject_key TEXT,
    body_key TEXT,
    author_name_key TEXT,
    author_email_key TEXT
);
CREATE INDEX conversations_updated_at ON conversations (workspace_id, updated_at, is_ticket, id);
CREATE INDEX conversations_created_at ON conversations (workspace_id, created_at, id);
CREATE INDEX conversations_state ON conversations (workspace_id, state, updated_at, is_ticket, id);
CREATE INDEX conversations_admin_assignee ON conversations (workspace_id, admin_assignee_id, state, updated_at, is_ticket, id);
CREATE INDEX conversations_team_assignee ON conversations (workspace_id, team_assignee_id, state, updated_at, is_ticket, id);
CREATE INDEX conversations_priority ON conversations (workspace_id, priority, id);
CREATE INDEX conversations_read ON conversations (workspace_id, read, id);
CREATE INDEX conversations_source_type ON conversations (workspace_id, source_type, id);
CREATE INDEX conversations_source_delivered_as ON conversations (workspace_id, source_delivered_as, id);
CREATE INDEX conversations_source_author ON conversations (workspace_id, source_author_id, id);
CREATE INDEX conversations_source_id ON conversations (workspace_id, source_id, id);
CREATE INDEX conversations_source_author_type ON conversations (workspace_id, source_author_type, id);
CREATE INDEX conversations_waiting_since ON conversations (workspace_id, waiting_since, id) WHERE waiting_since IS NOT NULL;
CREATE INDEX conversations_snoozed_until ON conversations (workspace_id, snoozed_until, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX conversations_first_contact_reply_at ON conversations (workspace_id, first_contact_reply_at, id) WHERE first_contact_reply_at IS NOT NULL;
CREATE INDEX conversations_first_assignment_at ON conversations (workspace_id, first_assignment_at, id) WHERE first_assignment_at IS NOT NULL;
CREATE INDEX conversations_first_admin_reply_at ON conversations (workspace_id, first_admin_reply_at, id) WHERE first_admin_reply_at IS NOT NULL;
CREATE INDEX conversations_first_close_at ON conversations (workspace_id, first_close_at, id) WHERE first_close_at IS NOT NULL;
CREATE INDEX conversations_last_assignment_at ON conversations (workspace_id, last_assignment_at, id) WHERE last_assignment_at IS NOT NULL;
CREATE INDEX conversations_last_assignment_admin_reply_at ON conversations (workspace_id, last_assignment_admin_reply_at, id) WHERE last_assignment_admin_reply_at IS NOT NULL;
CREATE INDEX conversations_last_contact_reply_at ON conversations (workspace_id, last_contact_reply_at, id) WHERE last_contact_reply_at IS NOT NULL;
CREATE INDEX conversations_last_admin_reply_at ON conversations (workspace_id, last_admin_reply_at, id) WHERE last_admin_reply_at IS NOT NULL;
CREATE INDEX conversations_last_close_at ON conversations (workspace_id, last_close_at, id) WHERE last_close_at IS NOT NULL;
CREATE INDEX conversations_last_closed_by_id ON conversations (workspace_id, last_closed_by_id, id) WHERE last_closed_by_id IS NOT NULL;
CREATE INDEX conversations_time_to_assignment ON conversations (workspace_id, time_to_assignment, id) WHERE time_to_assignment IS NOT NULL;
CREATE INDEX conversations_time_to_admin_reply ON conversations (workspace_id, time_to_admin_reply, id) WHERE time_to_admin_reply IS NOT NULL;
CREATE INDEX conversations_time_to_first_close ON conversations (workspace_id, time_to_first_close, id) WHERE time_to_first_close IS NOT NULL;
CREATE INDEX conversations_time_to_last_close ON conversations (workspace_id, time_to_last_close, id) WHERE time_to_last_close IS NOT NULL;
CREATE INDEX conversations_median_time_to_reply ON conversations (workspace_id, median_time_to_reply, id) WHERE median_time_to_reply IS NOT NULL;
CREATE INDEX conversations_count_reopens ON conversations (workspace_id, count_reopens, id);
CREATE INDEX conversations_count_assignments ON conversations (workspace_id, count_assignments, id);
CREATE INDEX conversations_count_parts ON conversations (workspace_id, count_parts, id);
CREATE INDEX conversations_ticket_type ON conversations (workspace_id, ticket_type_id, is_ticket, id) WHERE ticket_type_id IS NOT NULL;
CREATE INDEX conversations_ticket_state ON conversations (workspace_id, ticket_state_id, id) WHERE ticket_state_id IS NOT NULL;
CREATE INDEX conversations_ticket_category ON conversations (workspace_id, ticket_category, id) WHERE ticket_category IS NOT NULL;
CREATE INDEX conversations_subject ON conversations (workspace_id, subject_key, id) WHERE subject_key IS NOT NULL;
CREATE INDEX conversations_author_name ON conversations (workspace_id, author_name_key, id) WHERE author_name_key IS NOT NULL;
CREATE INDEX conversations_author_email ON conversations (workspace_id, author_email_key, id) WHERE author_email_key IS NOT NULL;
CREATE INDEX conversations_source_url ON conversations (workspace_id, source_url, id) WHERE source_url IS NOT NULL;
CREATE INDEX conversations_channel ON conversations (workspace_id, channel_initial, id);
CREATE INDEX conversations_merged_into ON conversations (workspace_id, merged_into, id) WHERE merged_into IS NOT NULL;
CREATE INDEX conversations_id ON conversations (workspace_id, id, is_ticket);
CREATE UNIQUE INDEX conversations_ticket_number_key ON conversations (workspace_id, ticket_number) WHERE ticket_number IS NOT NULL;
-- Snoozed conversations that are due, by workspace.
CREATE INDEX conversations_wake ON conversations (workspace_id, snoozed_until, id) WHERE state = 'snoozed';

-- author_type: as in conversations. assigned_type: 'admin', 'team', 'nobody_admin' or 'nobody_team'. state:
-- the conversation's after the part. attachments: JSON array of ids. details: JSON object of rare fields, or null.
CREATE TABLE conversation_parts (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    part_type TEXT NOT NULL,
    body TEXT,
    author_type TEXT NOT NULL,
    author_id BIGINT NOT NULL,
    assigned_type TEXT,
    assigned_id BIGINT,
    state TEXT NOT NULL,
    attachments TEXT,
    redacted BOOLEAN NOT NULL,
    details TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
) WITHOUT ROWID;

CREATE TABLE conversation_contacts (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, contact_id)
) WITHOUT ROWID;
CREATE INDEX conversation_contacts_contact ON conversation_contacts (workspace_id, contact_id, conversation_id);

-- The teammates who took part.
CREATE TABLE conversation_teammates (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, admin_id)
) WITHOUT ROWID;
CREATE INDEX conversation_teammates_admin ON conversation_teammates (workspace_id, admin_id, conversation_id);

-- part_id: the last part when the tag was applied; null when that was the first message.
CREATE TABLE conversation_tags (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    part_id BIGINT,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, conversation_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX conversation_tags_tag ON conversation_tags (workspace_id, tag_id, conversation_id);

-- options: JSON array of {id, label, archived}. reference: JSON object {type, object_type_id}. visible_to_team_ids:
-- JSON array.
-- small
CREATE TABLE conversation_attributes (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    data_type TEXT NOT NULL,
    required BOOLEAN NOT NULL,
    multiline BOOLEAN,
    visible_to_team_ids TEXT NOT NULL,
    options TEXT,
    reference TEXT,
    archived BOOLEAN NOT NULL,
    admin_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- What is kept of a deleted conversation. metrics: JSON of its statistics, if they are retained.
CREATE TABLE deleted_conversations (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    is_ticket BOOLEAN NOT NULL,
    metrics_retained BOOLEAN NOT NULL,
    metrics TEXT,
    deleted_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX deleted_conversations_deleted_at ON deleted_conversations (workspace_id, deleted_at, id, is_ticket);

-- How many conversations were deleted, which every page of the list shows.
-- small
CREATE TABLE deleted_conversation_counts (
    workspace_id TEXT NOT NULL,
    is_ticket BOOLEAN NOT NULL,
    deleted BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, is_ticket)
) WITHOUT ROWID;

-- What teammates send to contacts outside a conversation. recipients: JSON object {to, cc, bcc} of contact ids.
CREATE TABLE messages (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    message_type TEXT NOT NULL,
    subject TEXT,
    body TEXT NOT NULL,
    template TEXT,
    admin_id BIGINT NOT NULL,
    recipients TEXT NOT NULL,
    details TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- Who received a message, and the conversation that started from it.
CREATE TABLE message_recipients (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    conversation_id BIGINT,
    PRIMARY KEY (workspace_id, contact_id, message_id)
) WITHOUT ROWID;

-- kind: 'paused' or 'resumed'.
CREATE TABLE handling_events (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
) WITHOUT ROWID;

-- The parts of a side conversation are in conversation_parts, under its own id.
CREATE TABLE side_conversations (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    part_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
) WITHOUT ROWID;
