-- Workspaces, the people in them and everything the API tells of people.
-- The same tables stand in ../sqlite/; a test compares the columns.
-- Times are unix seconds. Ids are minted by the node (see ids.rs).

CREATE TABLE workspaces (
    workspace_id TEXT COLLATE "C" PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    timezone TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    default_country TEXT COLLATE "C" NOT NULL,
    identity_verification BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- One counter a name; who caches what a name stands for reads the counter to learn that it changed.
CREATE TABLE epochs (
    name TEXT COLLATE "C" PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO epochs (name, value) VALUES ('auth', 0);

CREATE TABLE roles (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX roles_name_key ON roles (workspace_id, name);

CREATE TABLE admins (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    email_verified BOOLEAN NOT NULL,
    job_title TEXT COLLATE "C",
    avatar TEXT COLLATE "C",
    role_id BIGINT,
    has_inbox_seat BOOLEAN NOT NULL,
    away_mode_enabled BOOLEAN NOT NULL,
    away_mode_reassign BOOLEAN NOT NULL,
    away_status_reason_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX admins_email_key ON admins (workspace_id, email);

CREATE TABLE away_status_reasons (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    emoji TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    deleted BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX away_status_reasons_label_key ON away_status_reasons (workspace_id, label);

CREATE TABLE teams (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    assignment_limit BIGINT,
    distribution_method TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX teams_name_key ON teams (workspace_id, name);

-- priority: 'primary', 'secondary' or null.
CREATE TABLE team_members (
    workspace_id TEXT COLLATE "C" NOT NULL,
    team_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    priority TEXT COLLATE "C",
    PRIMARY KEY (workspace_id, team_id, admin_id)
);
CREATE INDEX team_members_admin ON team_members (workspace_id, admin_id);

CREATE TABLE activity_logs (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    uuid TEXT COLLATE "C" NOT NULL,
    admin_id BIGINT,
    admin_email TEXT COLLATE "C",
    ip TEXT COLLATE "C",
    activity_type TEXT COLLATE "C" NOT NULL,
    activity_description TEXT COLLATE "C" NOT NULL,
    metadata TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX activity_logs_created_at ON activity_logs (workspace_id, created_at, id);

-- scopes: space separated; api_version: as in the Intercom-Version header; secret_hash: SHA-256, hex.
CREATE TABLE apps (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    client_id TEXT COLLATE "C" NOT NULL,
    secret_hash TEXT COLLATE "C" NOT NULL,
    redirect_uris TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    api_version TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX apps_client_id_key ON apps (client_id);

-- lookup: the first half of the token's SHA-256 (hex), hash: all of it. The token itself is nowhere.
CREATE TABLE tokens (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    app_id BIGINT,
    admin_id BIGINT NOT NULL,
    lookup TEXT COLLATE "C" NOT NULL,
    hash TEXT COLLATE "C" NOT NULL,
    scopes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX tokens_lookup_key ON tokens (lookup);

-- state: 'active', 'archived', 'blocked', 'merged' or 'visitor'. *_key: folded for comparison.
-- details: JSON of what is rarely set. *_count: how many rows the lists of a contact have.
CREATE TABLE contacts (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C",
    email TEXT COLLATE "C",
    email_key TEXT COLLATE "C",
    email_domain TEXT COLLATE "C",
    phone TEXT COLLATE "C",
    formatted_phone TEXT COLLATE "C",
    name TEXT COLLATE "C",
    name_key TEXT COLLATE "C",
    avatar TEXT COLLATE "C",
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
    language_override TEXT COLLATE "C",
    details TEXT COLLATE "C" NOT NULL,
    custom_attributes TEXT COLLATE "C" NOT NULL,
    tag_count BIGINT NOT NULL,
    note_count BIGINT NOT NULL,
    company_count BIGINT NOT NULL,
    subscription_count BIGINT NOT NULL,
    merged_into BIGINT,
    merged_at BIGINT,
    PRIMARY KEY (workspace_id, id)
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

CREATE TABLE plans (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX plans_name_key ON plans (workspace_id, name);

-- state: 'active' or 'archived'. company_id: the caller's own id.
CREATE TABLE companies (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    company_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C",
    name_key TEXT COLLATE "C",
    plan_id BIGINT,
    size BIGINT,
    website TEXT COLLATE "C",
    industry TEXT COLLATE "C",
    monthly_spend BIGINT NOT NULL,
    session_count BIGINT NOT NULL,
    user_count BIGINT NOT NULL,
    remote_created_at BIGINT,
    last_request_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    custom_attributes TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX companies_company_id_key ON companies (workspace_id, company_id) WHERE state = 'active';
CREATE INDEX companies_id ON companies (workspace_id, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_name ON companies (workspace_id, name_key, id) WHERE state = 'active';
CREATE INDEX companies_last_request_at ON companies (workspace_id, last_request_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_created_at ON companies (workspace_id, created_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_updated_at ON companies (workspace_id, updated_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_remote_created_at ON companies (workspace_id, remote_created_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_monthly_spend ON companies (workspace_id, monthly_spend, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_session_count ON companies (workspace_id, session_count, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_user_count ON companies (workspace_id, user_count, id) WHERE state = 'active' AND user_count > 0;

CREATE TABLE contact_companies (
    workspace_id TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    company_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, company_id)
);
CREATE INDEX contact_companies_company ON contact_companies (workspace_id, company_id, contact_id);

-- What searches filter by besides the columns above: one row an object and field. Rows exist for
-- active objects only, so that an index of this table alone can be counted. field: the id of a data
-- attribute, or the small number of a standard field. text_value is folded and cut.
CREATE TABLE search_values (
    workspace_id TEXT COLLATE "C" NOT NULL,
    object_id BIGINT NOT NULL,
    field BIGINT NOT NULL,
    text_value TEXT COLLATE "C",
    number_value DOUBLE PRECISION,
    PRIMARY KEY (workspace_id, object_id, field)
);
CREATE INDEX search_values_text ON search_values (workspace_id, field, text_value, object_id) WHERE text_value IS NOT NULL;
CREATE INDEX search_values_number ON search_values (workspace_id, field, number_value, object_id) WHERE number_value IS NOT NULL;

-- Which three-letter pieces occur in an object's texts (active objects only).
CREATE TABLE search_grams (
    workspace_id TEXT COLLATE "C" NOT NULL,
    object_id BIGINT NOT NULL,
    grams TEXT[] NOT NULL,
    PRIMARY KEY (workspace_id, object_id)
);
CREATE INDEX search_grams_grams ON search_grams USING gin (grams);

CREATE TABLE tags (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    name_key TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX tags_name_key_key ON tags (workspace_id, name_key);

CREATE TABLE contact_tags (
    workspace_id TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, contact_id, tag_id)
);
CREATE INDEX contact_tags_tag ON contact_tags (workspace_id, tag_id, contact_id);

CREATE TABLE company_tags (
    workspace_id TEXT COLLATE "C" NOT NULL,
    company_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, company_id, tag_id)
);
CREATE INDEX company_tags_tag ON company_tags (workspace_id, tag_id, company_id);

-- A note is on a contact or on a company.
CREATE TABLE notes (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    contact_id BIGINT,
    company_id BIGINT,
    author_id BIGINT,
    body TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notes_contact ON notes (workspace_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX notes_company ON notes (workspace_id, company_id, id) WHERE company_id IS NOT NULL;

-- query: a search query as JSON, with days_ago instead of value for relative times.
-- person_type: 'user', 'contact' (leads) or 'company'.
CREATE TABLE segments (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    person_type TEXT COLLATE "C" NOT NULL,
    query TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX segments_person_type_name_key ON segments (workspace_id, person_type, name);

-- translations, content_types: JSON arrays. The default translation is locale, name and description.
CREATE TABLE subscription_types (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    consent_type TEXT COLLATE "C" NOT NULL,
    locale TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    translations TEXT COLLATE "C" NOT NULL,
    content_types TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX subscription_types_name_key ON subscription_types (workspace_id, name);

-- The explicit choices of a contact. consent_type: 'opt_out' or 'opt_in'.
CREATE TABLE contact_subscriptions (
    workspace_id TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    subscription_type_id BIGINT NOT NULL,
    consent_type TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, subscription_type_id)
);

-- Custom data attributes. model: 'contact' or 'company'; options: JSON array of strings or null.
CREATE TABLE data_attributes (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    model TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    data_type TEXT COLLATE "C" NOT NULL,
    options TEXT COLLATE "C",
    messenger_writable BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    admin_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX data_attributes_name_key ON data_attributes (workspace_id, name);

CREATE TABLE data_events (
    workspace_id TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    id BIGINT NOT NULL,
    event_name TEXT COLLATE "C" NOT NULL,
    metadata TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, created_at, id)
);
CREATE UNIQUE INDEX data_events_contact_id_event_name_created_at_key ON data_events (workspace_id, contact_id, event_name, created_at);

CREATE TABLE data_event_summaries (
    workspace_id TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    event_name TEXT COLLATE "C" NOT NULL,
    count BIGINT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, event_name)
);

CREATE TABLE contact_activities (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    event_type TEXT COLLATE "C" NOT NULL,
    contact_id BIGINT NOT NULL,
    external_id TEXT COLLATE "C",
    role TEXT COLLATE "C" NOT NULL,
    merge_source_id BIGINT,
    merge_target_id BIGINT,
    failure_reason TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- An open walk over all of a resource. position: the id after which the next batch starts.
CREATE TABLE scrolls (
    workspace_id TEXT COLLATE "C" NOT NULL,
    resource TEXT COLLATE "C" NOT NULL,
    scroll_param TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, resource)
);

-- What happened, written with the change itself. payload: JSON. notify: whether people may be told.
CREATE TABLE events (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    topic TEXT COLLATE "C" NOT NULL,
    object_id BIGINT NOT NULL,
    actor_id BIGINT,
    payload TEXT COLLATE "C" NOT NULL,
    notify BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Work to be done after a commit; claimed by lease. state: 'pending', 'running', 'done' or 'failed'.
CREATE TABLE jobs (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    payload TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    error TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX jobs_due ON jobs (run_at, lease_until, workspace_id, id) WHERE state IN ('pending', 'running');

-- A bulk job as the API shows it, and its tasks. type: 'contacts.bulk.job' or 'companies.bulk.job'.
CREATE TABLE bulk_jobs (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    type TEXT COLLATE "C" NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE TABLE bulk_tasks (
    workspace_id TEXT COLLATE "C" NOT NULL,
    bulk_job_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    operation TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    admin_id BIGINT,
    items TEXT COLLATE "C" NOT NULL,
    item_count BIGINT NOT NULL,
    done_count BIGINT NOT NULL,
    error_count BIGINT NOT NULL,
    errors TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    PRIMARY KEY (workspace_id, bulk_job_id, id)
);
