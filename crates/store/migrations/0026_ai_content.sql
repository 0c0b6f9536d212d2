-- What an AI agent answers from besides the help center: external pages, and where they come from.

-- sync_behavior: 'api', 'automatic' or 'manual'. status: 'active' or 'deactivated'. audience_ids: a JSON array of numbers.
-- small
CREATE TABLE content_import_sources (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    sync_behavior TEXT NOT NULL,
    status TEXT NOT NULL,
    url TEXT NOT NULL,
    audience_ids TEXT NOT NULL,
    last_synced_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- external_id: the id that the source gave it. audience_ids: a JSON array of numbers.
CREATE TABLE external_pages (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    url TEXT,
    locale TEXT NOT NULL,
    ai_agent_availability BOOLEAN NOT NULL,
    ai_copilot_availability BOOLEAN NOT NULL,
    ai_sales_agent_availability BOOLEAN NOT NULL,
    audience_ids TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_ingested_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX external_pages_source_id_external_id_key ON external_pages (workspace_id, source_id, external_id);
