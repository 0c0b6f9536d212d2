-- Objects of the workspace's own: what kinds there are, and the instances of each.
-- The same tables stand in ../sqlite/; a test compares the columns.

-- identifier: the name by which paths and answers know the type.
CREATE TABLE custom_object_types (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    identifier TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX custom_object_types_identifier_key ON custom_object_types (workspace_id, identifier);

-- data_type: 'string', 'integer', 'float', 'boolean', 'datetime', 'list' or 'relation'; options: JSON array of strings, for lists.
-- The rest is for relations. target_kind: 'object', 'contact', 'conversation' or 'ticket'; target_type_id: which type of object, else 0.
-- many: whether an instance may refer to several. reverse_name: how what is referred to shows the instances, if it does;
-- reverse_many: whether several instances may refer to the same.
CREATE TABLE custom_object_attributes (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C",
    data_type TEXT COLLATE "C" NOT NULL,
    options TEXT COLLATE "C",
    target_kind TEXT COLLATE "C",
    target_type_id BIGINT NOT NULL,
    many BOOLEAN NOT NULL,
    reverse_name TEXT COLLATE "C",
    reverse_many BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX custom_object_attributes_type_id_name_key ON custom_object_attributes (workspace_id, type_id, name);
CREATE INDEX custom_object_attributes_target ON custom_object_attributes (workspace_id, target_kind, target_type_id) WHERE target_kind IS NOT NULL;

-- custom_attributes: JSON object, without relations.
CREATE TABLE custom_object_instances (
    workspace_id TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    external_created_at BIGINT,
    external_updated_at BIGINT,
    custom_attributes TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX custom_object_instances_type_id_external_id_key ON custom_object_instances (workspace_id, type_id, external_id);
CREATE INDEX custom_object_instances_type ON custom_object_instances (workspace_id, type_id, id);

-- Which instance refers to what, by which attribute. Read from both ends.
CREATE TABLE custom_object_links (
    workspace_id TEXT COLLATE "C" NOT NULL,
    object_kind TEXT COLLATE "C" NOT NULL,
    object_id BIGINT NOT NULL,
    attribute_id BIGINT NOT NULL,
    instance_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, object_kind, object_id, attribute_id, instance_id)
);
CREATE INDEX custom_object_links_instance ON custom_object_links (workspace_id, instance_id, attribute_id, object_kind, object_id);

-- How many links a contact has, so that reading one without any looks for none.
ALTER TABLE contacts ADD COLUMN object_count BIGINT NOT NULL DEFAULT 0;
