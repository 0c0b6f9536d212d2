-- What tickets are made of, and what they are linked to. A ticket itself is a row of conversations.
-- The same tables stand in ../sqlite/; a test compares the columns.

-- category: 'Customer', 'Back-office' or 'Tracker'.
CREATE TABLE ticket_types (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    icon TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    is_internal BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX ticket_types_name ON ticket_types (workspace_id, name);

-- data_type: 'string', 'list', 'integer', 'decimal', 'boolean', 'datetime' or 'files'.
-- list_items: JSON array of {id, label, archived}, for lists; multiline is for texts, allow_multiple_values for files.
CREATE TABLE ticket_type_attributes (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    ticket_type_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    data_type TEXT COLLATE "C" NOT NULL,
    multiline BOOLEAN NOT NULL,
    list_items TEXT COLLATE "C",
    allow_multiple_values BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    required_to_create BOOLEAN NOT NULL,
    required_to_create_for_contacts BOOLEAN NOT NULL,
    visible_on_create BOOLEAN NOT NULL,
    visible_to_contacts BOOLEAN NOT NULL,
    is_default BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX ticket_type_attributes_name_key ON ticket_type_attributes (workspace_id, ticket_type_id, name);

-- category: 'submitted', 'in_progress', 'waiting_on_customer' or 'resolved'. The default state of each is every type's;
-- any other is a state of the types that ticket_state_types names.
CREATE TABLE ticket_states (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    category TEXT COLLATE "C" NOT NULL,
    internal_label TEXT COLLATE "C" NOT NULL,
    external_label TEXT COLLATE "C" NOT NULL,
    is_default BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX ticket_states_internal_label_key ON ticket_states (workspace_id, internal_label);

CREATE TABLE ticket_state_types (
    workspace_id TEXT COLLATE "C" NOT NULL,
    ticket_state_id BIGINT NOT NULL,
    ticket_type_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_state_id, ticket_type_id)
);

-- Workspaces that are older than tickets get the states that every workspace starts with.
INSERT INTO ticket_states (workspace_id, id, category, internal_label, external_label, is_default, archived, created_at, updated_at)
SELECT w.workspace_id, s.id, s.category, s.internal_label, s.external_label, TRUE, FALSE, w.created_at, w.created_at FROM workspaces w
CROSS JOIN (
    SELECT 1 AS id, 'submitted' AS category, 'Submitted' AS internal_label, 'Submitted' AS external_label
    UNION ALL SELECT 2, 'in_progress', 'In progress', 'In progress'
    UNION ALL SELECT 3, 'waiting_on_customer', 'Waiting on customer', 'Waiting on you'
    UNION ALL SELECT 4, 'resolved', 'Resolved', 'Resolved'
) s;

-- What a ticket is linked to. object_id: a conversation or another ticket.
CREATE TABLE ticket_links (
    workspace_id TEXT COLLATE "C" NOT NULL,
    ticket_id BIGINT NOT NULL,
    object_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, object_id)
);
CREATE INDEX ticket_links_object ON ticket_links (workspace_id, object_id, ticket_id);

-- Numbers that people read, counted up in each workspace.
CREATE TABLE counters (
    workspace_id TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
