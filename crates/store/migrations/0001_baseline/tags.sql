-- small
CREATE TABLE tags (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX tags_name_key_key ON tags (workspace_id, name_key);

CREATE TABLE contact_tags (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, contact_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX contact_tags_tag ON contact_tags (workspace_id, tag_id, contact_id);

CREATE TABLE company_tags (
    workspace_id TEXT NOT NULL,
    company_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, company_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX company_tags_tag ON company_tags (workspace_id, tag_id, company_id);
