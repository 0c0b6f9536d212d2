-- Requests to other servers that a workspace configures, and what came of them.

-- small
CREATE TABLE data_connectors (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    created_by BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- state: 'draft' or 'live'; a connector has one version of each at most, and at least one. settings: JSON. secrets: a JSON
-- array of the values of the headers that the settings name.
-- small
CREATE TABLE data_connector_versions (
    workspace_id TEXT NOT NULL,
    connector_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    settings TEXT NOT NULL,
    secrets TEXT,
    updated_by BIGINT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, connector_id, state)
) WITHOUT ROWID;

-- error_type: null after a success. request_url is without its query. contact_id, admin_id: on whose behalf.
CREATE TABLE data_connector_executions (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    connector_id BIGINT NOT NULL,
    success BOOLEAN NOT NULL,
    http_status BIGINT,
    http_method TEXT NOT NULL,
    error_type TEXT,
    error_message TEXT,
    execution_time_ms BIGINT,
    source_type TEXT,
    source_id TEXT,
    conversation_id BIGINT,
    contact_id BIGINT,
    admin_id BIGINT,
    request_url TEXT,
    request_body TEXT,
    response_body TEXT,
    raw_response_body TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX data_connector_executions_created_at ON data_connector_executions (workspace_id, connector_id, created_at, id);
CREATE INDEX data_connector_executions_success ON data_connector_executions (workspace_id, connector_id, success, created_at, id);
CREATE INDEX data_connector_executions_error_type ON data_connector_executions (workspace_id, connector_id, error_type, created_at, id) WHERE error_type IS NOT NULL;
