-- Groups of contacts that content is for.

-- predicates, role_predicates: JSON arrays of objects with the texts attribute, type, comparison and value.
-- small
CREATE TABLE audiences (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    predicates TEXT NOT NULL,
    role_predicates TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
