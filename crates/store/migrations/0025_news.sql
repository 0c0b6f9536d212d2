-- Newsfeeds and the news items in them.

-- small
CREATE TABLE newsfeeds (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX newsfeeds_name_key ON newsfeeds (workspace_id, name);

-- state: 'draft' or 'live'. labels: a JSON array of texts. reactions: a JSON array of emoji, or nulls.
-- small
CREATE TABLE news_items (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    sender_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    labels TEXT NOT NULL,
    cover_image_url TEXT,
    reactions TEXT NOT NULL,
    deliver_silently BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

-- live: whether the news item is.
CREATE TABLE newsfeed_assignments (
    workspace_id TEXT NOT NULL,
    news_item_id BIGINT NOT NULL,
    newsfeed_id BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    live BOOLEAN NOT NULL,
    PRIMARY KEY (workspace_id, news_item_id, newsfeed_id)
) WITHOUT ROWID;
CREATE INDEX newsfeed_assignments_published_at ON newsfeed_assignments (workspace_id, newsfeed_id, live, published_at, news_item_id);
