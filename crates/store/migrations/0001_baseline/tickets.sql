-- category: 'Customer', 'Back-office' or 'Tracker'.
-- small
CREATE TABLE ticket_types (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    category TEXT NOT NULL,
    is_internal BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX ticket_types_name ON ticket_types (workspace_id, name);

-- data_type: 'string', 'list', 'integer', 'decimal', 'boolean', 'datetime' or 'files'. list_items: JSON array of {id, label,
-- archived}, for lists. multiline is for texts, allow_multiple_values for files.
-- small
CREATE TABLE ticket_type_attributes (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    ticket_type_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    data_type TEXT NOT NULL,
    multiline BOOLEAN NOT NULL,
    list_items TEXT,
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
) WITHOUT ROWID;
CREATE UNIQUE INDEX ticket_type_attributes_name_key ON ticket_type_attributes (workspace_id, ticket_type_id, name);

-- category: 'submitted', 'in_progress', 'waiting_on_customer' or 'resolved'. The default state of each category belongs to
-- every type; any other belongs to the types named in ticket_state_types.
-- small
CREATE TABLE ticket_states (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    category TEXT NOT NULL,
    internal_label TEXT NOT NULL,
    external_label TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX ticket_states_internal_label_key ON ticket_states (workspace_id, internal_label);

-- small
CREATE TABLE ticket_state_types (
    workspace_id TEXT NOT NULL,
    ticket_state_id BIGINT NOT NULL,
    ticket_type_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_state_id, ticket_type_id)
) WITHOUT ROWID;

-- What a ticket is linked to. object_id: a conversation or another ticket.
CREATE TABLE ticket_links (
    workspace_id TEXT NOT NULL,
    ticket_id BIGINT NOT NULL,
    object_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, ticket_id, object_id)
) WITHOUT ROWID;
CREATE INDEX ticket_links_object ON ticket_links (workspace_id, object_id, ticket_id);
