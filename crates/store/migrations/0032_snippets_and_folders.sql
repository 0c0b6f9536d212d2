-- Content snippets, folders of content, and the audiences of articles.

-- body: HTML. audience_ids: a JSON array of numbers.
CREATE TABLE content_snippets (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    locale TEXT NOT NULL,
    audience_ids TEXT NOT NULL,
    ai_chatbot_availability BOOLEAN NOT NULL,
    ai_copilot_availability BOOLEAN NOT NULL,
    ai_sales_agent_availability BOOLEAN NOT NULL,
    created_by_id BIGINT,
    updated_by_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- A tree of ten levels.
-- small
CREATE TABLE folders (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    emoji TEXT,
    parent_folder_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

ALTER TABLE articles ADD COLUMN folder_id BIGINT;
ALTER TABLE internal_articles ADD COLUMN folder_id BIGINT;
ALTER TABLE content_entries ADD COLUMN folder_id BIGINT;
CREATE INDEX content_entries_folder ON content_entries (workspace_id, folder_id, content_id) WHERE folder_id IS NOT NULL;
-- A JSON array of numbers.
ALTER TABLE article_contents ADD COLUMN audience_ids TEXT NOT NULL DEFAULT '[]';
