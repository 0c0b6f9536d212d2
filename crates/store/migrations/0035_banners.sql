-- Banners, which a workspace file declares, and what contacts saw of them.

-- style: 'inline' or 'floating'. position: 'top' or 'bottom'. action: JSON, or null. audience_ids: a JSON array of numbers; empty
-- for everyone.
-- small
CREATE TABLE banners (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    live BOOLEAN NOT NULL,
    title TEXT,
    body TEXT,
    style TEXT NOT NULL,
    position TEXT NOT NULL,
    show_dismiss_button BOOLEAN NOT NULL,
    action TEXT,
    audience_ids TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX banners_name_key ON banners (workspace_id, name);

-- id: what the API calls the view. impressions: how often the banner was shown to the contact.
CREATE TABLE banner_views (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    banner_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    impressions BIGINT NOT NULL,
    dismissed_at BIGINT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, banner_id)
) WITHOUT ROWID;
CREATE INDEX banner_views_banner_id ON banner_views (workspace_id, banner_id, contact_id);
