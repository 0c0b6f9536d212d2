-- What customers and teammates say. A ticket is a conversation too: one table, one space of ids.
-- The same tables stand in ../sqlite/; a test compares the columns.

-- state: 'open', 'closed' or 'snoozed'. *_assignee_id: 0 when nobody is. priority: 'none', 'low', 'medium', 'high', 'urgent'.
-- source_*: the message that started it; source_author_type: 'user', 'lead', 'admin' or 'bot'.
-- source_attachments: JSON array of attachments' ids. source_details, rating: JSON objects, or null.
-- ticket_attributes, custom_attributes: JSON objects; keys are the ids of the attributes.
-- *_key: as searches compare them; body_key: the words, folded, a space around each.
-- From first_contact_reply_at on: statistics, kept as parts are written. reply_times: JSON array of seconds.
-- handling_since, active_since: since when time is being counted into handling_time, adjusted_handling_time.
CREATE TABLE conversations (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    is_ticket BOOLEAN NOT NULL,
    ticket_number BIGINT,
    ticket_type_id BIGINT,
    ticket_category TEXT COLLATE "C",
    ticket_state_id BIGINT,
    previous_ticket_state_id BIGINT,
    is_shared BOOLEAN NOT NULL,
    ticket_attributes TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    title TEXT COLLATE "C",
    read BOOLEAN NOT NULL,
    priority TEXT COLLATE "C" NOT NULL,
    admin_assignee_id BIGINT NOT NULL,
    team_assignee_id BIGINT NOT NULL,
    company_id BIGINT,
    waiting_since BIGINT,
    snoozed_until BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    source_type TEXT COLLATE "C" NOT NULL,
    source_id BIGINT NOT NULL,
    source_delivered_as TEXT COLLATE "C" NOT NULL,
    source_subject TEXT COLLATE "C",
    source_body TEXT COLLATE "C",
    source_author_type TEXT COLLATE "C" NOT NULL,
    source_author_id BIGINT NOT NULL,
    source_url TEXT COLLATE "C",
    source_attachments TEXT COLLATE "C",
    source_redacted BOOLEAN NOT NULL,
    source_details TEXT COLLATE "C",
    channel_initial TEXT COLLATE "C" NOT NULL,
    channel_current TEXT COLLATE "C" NOT NULL,
    rating TEXT COLLATE "C",
    custom_attributes TEXT COLLATE "C" NOT NULL,
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
    reply_times TEXT COLLATE "C" NOT NULL,
    team_assigned_at BIGINT,
    team_response_times TEXT COLLATE "C" NOT NULL,
    subject_key TEXT COLLATE "C",
    body_key TEXT COLLATE "C",
    author_name_key TEXT COLLATE "C",
    author_email_key TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, id)
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
CREATE INDEX conversations_company ON conversations (workspace_id, company_id, id) WHERE company_id IS NOT NULL;
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
-- Snoozed conversations that are to wake, of all workspaces.
CREATE INDEX conversations_wake ON conversations (snoozed_until, workspace_id, id) WHERE state = 'snoozed';

-- author_type: as in conversations, or 'team'. assigned_type: 'admin', 'team', 'nobody_admin' or 'nobody_team'.
-- state: the conversation's after the part. attachments: JSON array of ids. details: JSON object of what few parts have, or null.
CREATE TABLE conversation_parts (
    workspace_id TEXT COLLATE "C" NOT NULL,
    conversation_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    part_type TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C",
    author_type TEXT COLLATE "C" NOT NULL,
    author_id BIGINT NOT NULL,
    assigned_type TEXT COLLATE "C",
    assigned_id BIGINT,
    state TEXT COLLATE "C" NOT NULL,
    attachments TEXT COLLATE "C",
    redacted BOOLEAN NOT NULL,
    details TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
);

CREATE TABLE conversation_contacts (
    workspace_id TEXT COLLATE "C" NOT NULL,
    conversation_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, contact_id)
);
CREATE INDEX conversation_contacts_contact ON conversation_contacts (workspace_id, contact_id, conversation_id);

-- The teammates who took part.
CREATE TABLE conversation_teammates (
    workspace_id TEXT COLLATE "C" NOT NULL,
    conversation_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, admin_id)
);
CREATE INDEX conversation_teammates_admin ON conversation_teammates (workspace_id, admin_id, conversation_id);

-- part_id: the part that was the last one when the tag was put on; none when it was the first message.
CREATE TABLE conversation_tags (
    workspace_id TEXT COLLATE "C" NOT NULL,
    conversation_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    part_id BIGINT,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, conversation_id, tag_id)
);
CREATE INDEX conversation_tags_tag ON conversation_tags (workspace_id, tag_id, conversation_id);

-- What is left of a conversation that was deleted. metrics: JSON of its statistics when they are retained.
CREATE TABLE deleted_conversations (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    is_ticket BOOLEAN NOT NULL,
    metrics_retained BOOLEAN NOT NULL,
    metrics TEXT COLLATE "C",
    deleted_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX deleted_conversations_deleted_at ON deleted_conversations (workspace_id, deleted_at, id, is_ticket);

-- hash: SHA-256 of the content, hex; it is the file's name under the data directory. None until it was fetched from source_url.
-- state: 'stored', 'pending' or 'failed'.
CREATE TABLE attachments (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    content_type TEXT COLLATE "C" NOT NULL,
    filesize BIGINT NOT NULL,
    width BIGINT,
    height BIGINT,
    hash TEXT COLLATE "C",
    source_url TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX attachments_hash ON attachments (hash) WHERE hash IS NOT NULL;

-- options: JSON array of {id, label, archived}; reference: JSON object {type, object_type_id}; visible_to_team_ids: JSON array.
CREATE TABLE conversation_attributes (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    data_type TEXT COLLATE "C" NOT NULL,
    required BOOLEAN NOT NULL,
    multiline BOOLEAN,
    visible_to_team_ids TEXT COLLATE "C" NOT NULL,
    options TEXT COLLATE "C",
    reference TEXT COLLATE "C",
    archived BOOLEAN NOT NULL,
    admin_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX conversation_attributes_name ON conversation_attributes (workspace_id, name);

-- What teammates send to contacts before there is a conversation. recipients: JSON object {to, cc, bcc} of contacts' ids.
CREATE TABLE messages (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    message_type TEXT COLLATE "C" NOT NULL,
    subject TEXT COLLATE "C",
    body TEXT COLLATE "C" NOT NULL,
    template TEXT COLLATE "C",
    admin_id BIGINT NOT NULL,
    recipients TEXT COLLATE "C" NOT NULL,
    details TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
-- Who got a message, and the conversation that came of it.
CREATE TABLE message_recipients (
    workspace_id TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    conversation_id BIGINT,
    PRIMARY KEY (workspace_id, contact_id, message_id)
);

-- kind: 'paused' or 'resumed'.
CREATE TABLE handling_events (
    workspace_id TEXT COLLATE "C" NOT NULL,
    conversation_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
);

-- A side conversation's parts are in conversation_parts, under its own id.
CREATE TABLE side_conversations (
    workspace_id TEXT COLLATE "C" NOT NULL,
    conversation_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    part_count BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, id)
);
