-- Internal articles, which teammates and AI agents read; and the tags of all content in one table.

-- body: HTML. audience_ids: a JSON array of numbers.
CREATE TABLE internal_articles (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    owner_id BIGINT NOT NULL,
    author_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    tag_count BIGINT NOT NULL,
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
CREATE INDEX internal_articles_updated_at ON internal_articles (workspace_id, updated_at, id);

-- content_id: of an article, an internal article, a content snippet or an external page, which have their ids from one counter.
CREATE TABLE content_tags (
    workspace_id TEXT NOT NULL,
    content_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, content_id, tag_id)
) WITHOUT ROWID;
INSERT INTO content_tags (workspace_id, content_id, tag_id, applied_at, applied_by)
    SELECT workspace_id, article_id, tag_id, applied_at, applied_by FROM article_tags;
DROP TABLE article_tags;
CREATE INDEX content_tags_tag ON content_tags (workspace_id, tag_id, content_id);
