-- state: 'active', 'archived', 'blocked', 'merged' or 'visitor'. *_key: folded for comparison. details: JSON of rare
-- fields. *_count: how many tags, notes, ... the contact has, so that reading one without any is one statement.
CREATE TABLE contacts (
    workspace_id TEXT NOT NULL,
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    role TEXT NOT NULL,
    external_id TEXT,
    email TEXT,
    email_key TEXT,
    email_domain TEXT,
    phone TEXT,
    formatted_phone TEXT,
    name TEXT,
    name_key TEXT,
    avatar TEXT,
    owner_id BIGINT,
    email_verified BOOLEAN NOT NULL,
    has_hard_bounced BOOLEAN NOT NULL,
    marked_email_as_spam BOOLEAN NOT NULL,
    unsubscribed_from_emails BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    signed_up_at BIGINT,
    last_seen_at BIGINT,
    last_replied_at BIGINT,
    last_contacted_at BIGINT,
    last_email_opened_at BIGINT,
    last_email_clicked_at BIGINT,
    language_override TEXT,
    details TEXT NOT NULL,
    custom_attributes TEXT NOT NULL,
    tag_count BIGINT NOT NULL,
    note_count BIGINT NOT NULL,
    company_count BIGINT NOT NULL,
    subscription_count BIGINT NOT NULL,
    object_count BIGINT NOT NULL,
    merged_into BIGINT,
    merged_at BIGINT
);
CREATE UNIQUE INDEX contacts_external_id_key ON contacts (workspace_id, external_id) WHERE external_id IS NOT NULL AND state <> 'merged';
CREATE UNIQUE INDEX contacts_email_key_key ON contacts (workspace_id, email_key) WHERE email_key IS NOT NULL AND role = 'user' AND state <> 'merged';
CREATE INDEX contacts_id ON contacts (workspace_id, id) WHERE state = 'active';
CREATE INDEX contacts_role ON contacts (workspace_id, role, id) WHERE state = 'active';
CREATE INDEX contacts_email ON contacts (workspace_id, email_key, id) WHERE state = 'active' AND email_key IS NOT NULL;
CREATE INDEX contacts_email_domain ON contacts (workspace_id, email_domain, id) WHERE state = 'active' AND email_domain IS NOT NULL;
CREATE INDEX contacts_phone ON contacts (workspace_id, phone, id) WHERE state = 'active' AND phone IS NOT NULL;
CREATE INDEX contacts_formatted_phone ON contacts (workspace_id, formatted_phone, id) WHERE state = 'active' AND formatted_phone IS NOT NULL;
CREATE INDEX contacts_name ON contacts (workspace_id, name_key, id) WHERE state = 'active' AND name_key IS NOT NULL;
CREATE INDEX contacts_owner ON contacts (workspace_id, owner_id, id) WHERE state = 'active' AND owner_id IS NOT NULL;
CREATE INDEX contacts_created_at ON contacts (workspace_id, created_at, id) WHERE state = 'active';
CREATE INDEX contacts_updated_at ON contacts (workspace_id, updated_at, id) WHERE state = 'active';
CREATE INDEX contacts_signed_up_at ON contacts (workspace_id, signed_up_at, id) WHERE state = 'active' AND signed_up_at IS NOT NULL;
CREATE INDEX contacts_last_seen_at ON contacts (workspace_id, last_seen_at, id) WHERE state = 'active' AND last_seen_at IS NOT NULL;
CREATE INDEX contacts_last_replied_at ON contacts (workspace_id, last_replied_at, id) WHERE state = 'active' AND last_replied_at IS NOT NULL;
CREATE INDEX contacts_last_contacted_at ON contacts (workspace_id, last_contacted_at, id) WHERE state = 'active' AND last_contacted_at IS NOT NULL;
CREATE INDEX contacts_visitor_email ON contacts (workspace_id, email_key) WHERE state = 'visitor' AND email_key IS NOT NULL;
CREATE INDEX contacts_merged_into ON contacts (workspace_id, merged_into, id) WHERE merged_into IS NOT NULL;
-- Finds whom a contact was merged into by its external id, when no other contact has it.
CREATE INDEX contacts_merged_external_id ON contacts (workspace_id, external_id) WHERE state = 'merged';

-- A note is on a contact or on a company.
CREATE TABLE notes (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    contact_id BIGINT,
    company_id BIGINT,
    author_id BIGINT,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX notes_contact ON notes (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX notes_company ON notes (workspace_id, company_id, id) WHERE company_id IS NOT NULL;

-- The explicit choices of a contact. consent_type: 'opt_out' or 'opt_in'.
CREATE TABLE contact_subscriptions (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    subscription_type_id BIGINT NOT NULL,
    consent_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, subscription_type_id)
) WITHOUT ROWID;

-- translations, content_types: JSON arrays. The default translation is locale, name and description.
-- small
CREATE TABLE subscription_types (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL,
    consent_type TEXT NOT NULL,
    locale TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    translations TEXT NOT NULL,
    content_types TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX subscription_types_name_key ON subscription_types (workspace_id, name);

-- Custom data attributes. model: 'contact' or 'company'. options: JSON array of strings, or null.
-- small
CREATE TABLE data_attributes (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    model TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    data_type TEXT NOT NULL,
    options TEXT,
    messenger_writable BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    admin_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX data_attributes_name_key ON data_attributes (workspace_id, name);
-- Which values to leave out whenever a contact or company with custom attributes is shown.
CREATE INDEX data_attributes_archived ON data_attributes (workspace_id, model, name) WHERE archived;

CREATE TABLE data_events (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    id BIGINT NOT NULL,
    event_name TEXT NOT NULL,
    metadata TEXT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, created_at, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX data_events_contact_id_event_name_created_at_key ON data_events (workspace_id, contact_id, event_name, created_at);

CREATE TABLE data_event_summaries (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    event_name TEXT NOT NULL,
    count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, event_name)
) WITHOUT ROWID;

CREATE TABLE contact_activities (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    event_type TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    external_id TEXT,
    role TEXT NOT NULL,
    merge_source_id BIGINT,
    merge_target_id BIGINT,
    failure_reason TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- An open scroll over a resource. position: the id after which the next batch starts.
-- small
CREATE TABLE scrolls (
    workspace_id TEXT NOT NULL,
    resource TEXT NOT NULL,
    scroll_param TEXT NOT NULL,
    position BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, resource)
) WITHOUT ROWID;

-- query: a search query as JSON, with days_ago instead of value for relative times. person_type: 'user', 'contact'
-- (leads) or 'company'.
-- small
CREATE TABLE segments (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    person_type TEXT NOT NULL,
    query TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX segments_person_type_name_key ON segments (workspace_id, person_type, name);
