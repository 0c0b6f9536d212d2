-- One index for all content (ADR 45). Texts are indexed anew, by a job of each workspace.

-- A content in one language, as searches filter and show it. id: that of the content in this language. content_id: that of
-- the article that it is part of; of other kinds the same as id. kind: 'article', 'internal_article', 'content_snippet' or
-- 'external_content'. updated_at: when the content was changed last, in any language.
CREATE TABLE content_entries (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    content_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    title TEXT NOT NULL,
    published BOOLEAN NOT NULL,
    help_center_id BIGINT,
    ai_chatbot_availability BOOLEAN NOT NULL,
    ai_copilot_availability BOOLEAN NOT NULL,
    ai_sales_agent_availability BOOLEAN NOT NULL,
    created_by_id BIGINT,
    updated_by_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX content_entries_content_id_locale_key ON content_entries (workspace_id, content_id, locale);
CREATE INDEX content_entries_updated_at ON content_entries (workspace_id, updated_at, content_id);

-- The words of each entry. weight: how much the entry is about the word, greater for words of titles. The other columns are
-- those of the entry that searches of articles filter by.
CREATE TABLE content_words (
    workspace_id TEXT NOT NULL,
    word TEXT NOT NULL,
    kind TEXT NOT NULL,
    entry_id BIGINT NOT NULL,
    content_id BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    published BOOLEAN NOT NULL,
    help_center_id BIGINT,
    PRIMARY KEY (workspace_id, word, kind, entry_id)
) WITHOUT ROWID;

DROP TABLE article_words;
INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, created_at)
    SELECT workspace_id, 30, 'content.index', '{}', 'pending', 0, 0, 0, 0, NULL, created_at FROM workspaces w
    WHERE EXISTS (SELECT 1 FROM articles a WHERE a.workspace_id = w.workspace_id)
        OR EXISTS (SELECT 1 FROM external_pages p WHERE p.workspace_id = w.workspace_id);
