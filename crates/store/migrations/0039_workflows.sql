-- Workflows as a workspace file declares them. state: 'live', 'draft' or 'paused'. target_channels, preferred_devices:
-- JSON arrays of texts. targeting, snapshot: JSON objects, or null. attributes, embedded_rules: JSON arrays of objects.
-- small
CREATE TABLE workflows (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    description TEXT,
    trigger_type TEXT NOT NULL,
    state TEXT NOT NULL,
    target_channels TEXT NOT NULL,
    preferred_devices TEXT NOT NULL,
    targeting TEXT,
    snapshot TEXT,
    attributes TEXT NOT NULL,
    embedded_rules TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX workflows_title_key ON workflows (workspace_id, title);
