-- Help centers, their collections and articles, redirects, and the words that articles are found by.

-- locales: the codes of its languages, separated by spaces, the default one first. custom_domain: a host name.
-- small
CREATE TABLE help_centers (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    identifier TEXT NOT NULL,
    display_name TEXT NOT NULL,
    website_turned_on BOOLEAN NOT NULL,
    custom_domain TEXT,
    is_default BOOLEAN NOT NULL,
    locales TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX help_centers_identifier_key ON help_centers (workspace_id, identifier);
INSERT INTO help_centers (workspace_id, id, identifier, display_name, website_turned_on, custom_domain, is_default,
    locales, created_at, updated_at)
    SELECT workspace_id, 1, 'help-center', name, FALSE, NULL, TRUE, 'en', created_at, created_at FROM workspaces;

-- level: 1 to 3. position: the place among the collections of the same parent. translations: a JSON object that has an
-- object of name and description for each locale but the default one.
-- small
CREATE TABLE collections (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    help_center_id BIGINT NOT NULL,
    parent_id BIGINT,
    level BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    icon TEXT NOT NULL,
    translations TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX collections_parent ON collections (workspace_id, parent_id, position);

-- views and reactions are totals of all locales; conversations: those that began at the article.
CREATE TABLE articles (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    help_center_id BIGINT NOT NULL,
    default_locale TEXT NOT NULL,
    tag_count BIGINT NOT NULL,
    views BIGINT NOT NULL,
    conversations BIGINT NOT NULL,
    happy_reactions BIGINT NOT NULL,
    neutral_reactions BIGINT NOT NULL,
    sad_reactions BIGINT NOT NULL,
    scheduled_publish_at BIGINT,
    scheduled_unpublish_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE INDEX articles_updated_at ON articles (workspace_id, updated_at, id);

-- What an article says in one language. state: 'draft' or 'published'. published_at: when it was published first. body:
-- HTML. draft: changes of a published content that are not published, as a JSON object of title, description, body and
-- author_id. version_id: the newest of its versions.
CREATE TABLE article_contents (
    workspace_id TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    body TEXT NOT NULL,
    author_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    published_at BIGINT,
    draft TEXT,
    draft_updated_at BIGINT,
    version_id BIGINT,
    ai_chatbot_availability BOOLEAN NOT NULL,
    ai_copilot_availability BOOLEAN NOT NULL,
    ai_sales_agent_availability BOOLEAN NOT NULL,
    created_by_id BIGINT,
    updated_by_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, article_id, locale)
) WITHOUT ROWID;

-- position: the place of the collection among those of the article.
CREATE TABLE article_collections (
    workspace_id TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    collection_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, article_id, collection_id)
) WITHOUT ROWID;
CREATE INDEX article_collections_collection ON article_collections (workspace_id, collection_id, article_id);

CREATE TABLE article_tags (
    workspace_id TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    tag_id BIGINT NOT NULL,
    applied_at BIGINT NOT NULL,
    applied_by BIGINT,
    PRIMARY KEY (workspace_id, article_id, tag_id)
) WITHOUT ROWID;
CREATE INDEX article_tags_tag ON article_tags (workspace_id, tag_id, article_id);

-- Each text that a content had. created_via: 'web' or 'api'. state: 'draft' or 'published'.
CREATE TABLE article_versions (
    workspace_id TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    body TEXT NOT NULL,
    author_id BIGINT NOT NULL,
    created_by_id BIGINT,
    created_via TEXT NOT NULL,
    from_version_id BIGINT,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, article_id, id)
) WITHOUT ROWID;

-- The words of each content (ADR 41). weight: how much the content is about the
-- word, greater for words of titles.
CREATE TABLE article_words (
    workspace_id TEXT NOT NULL,
    word TEXT NOT NULL,
    article_id BIGINT NOT NULL,
    locale TEXT NOT NULL,
    weight BIGINT NOT NULL,
    published BOOLEAN NOT NULL,
    help_center_id BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, word, article_id, locale)
) WITHOUT ROWID;

-- target_type: 'article' or 'collection'.
CREATE TABLE help_center_redirects (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    help_center_id BIGINT NOT NULL,
    from_url TEXT NOT NULL,
    locale TEXT NOT NULL,
    target_type TEXT NOT NULL,
    target_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX help_center_redirects_help_center_id_from_url_key ON help_center_redirects (workspace_id, help_center_id, from_url);
CREATE INDEX help_center_redirects_target ON help_center_redirects (workspace_id, target_type, target_id);
CREATE INDEX help_center_redirects_updated_at ON help_center_redirects (workspace_id, help_center_id, updated_at, id);

-- can_manage_content: whether those who have the role may stage and publish drafts, and tag articles.
ALTER TABLE roles ADD COLUMN can_manage_content BOOLEAN NOT NULL DEFAULT true;
