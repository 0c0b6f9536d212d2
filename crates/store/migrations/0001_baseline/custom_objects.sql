-- identifier: the name of the type in paths and answers.
-- small
CREATE TABLE custom_object_types (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    identifier TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX custom_object_types_identifier_key ON custom_object_types (workspace_id, identifier);

-- data_type: 'string', 'integer', 'float', 'boolean', 'datetime', 'list' or 'relation'. options: JSON array of strings, for
-- lists. The rest is for relations. target_kind: 'object', 'contact', 'conversation' or 'ticket'; target_type_id: the type
-- of object, else 0. many: whether an instance may refer to several. reverse_name: under which name the target shows its
-- instances, if it does; reverse_many: whether several instances may refer to the same target.
-- small
CREATE TABLE custom_object_attributes (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    type_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    data_type TEXT NOT NULL,
    options TEXT,
    target_kind TEXT,
    target_type_id BIGINT NOT NULL,
    many BOOLEAN NOT NULL,
    reverse_name TEXT,
    reverse_many BOOLEAN NOT NULL,
    archived BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX custom_object_attributes_type_id_name_key ON custom_object_attributes (workspace_id, type_id, name);

-- custom_attributes: JSON object, without relations.
CREATE TABLE custom_object_instances (
    workspace_id TEXT NOT NULL,
    id INTEGER PRIMARY KEY,
    type_id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    external_created_at BIGINT,
    external_updated_at BIGINT,
    custom_attributes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX custom_object_instances_type_id_external_id_key ON custom_object_instances (workspace_id, type_id, external_id);
CREATE INDEX custom_object_instances_type ON custom_object_instances (workspace_id, type_id, id);

-- Which instance refers to what, by which attribute. Read from both ends (ADR 10).
CREATE TABLE custom_object_links (
    workspace_id TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    attribute_id BIGINT NOT NULL,
    instance_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, object_kind, object_id, attribute_id, instance_id)
) WITHOUT ROWID;
CREATE INDEX custom_object_links_instance ON custom_object_links (workspace_id, instance_id, attribute_id, object_kind, object_id);
