-- Product catalogs that are uploaded to content import sources.

-- state: 'open' while more parts may come, 'syncing', then 'done'. parts: how many have come.
CREATE TABLE catalog_uploads (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    source_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    parts BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, source_id, id)
) WITHOUT ROWID;

-- A product in an upload. product: JSON, as it was uploaded. page_id: the external page that says what it is; null until it is
-- written, and 0 if it cannot be.
CREATE TABLE catalog_products (
    workspace_id TEXT NOT NULL,
    source_id BIGINT NOT NULL,
    upload_id BIGINT NOT NULL,
    product_id TEXT NOT NULL,
    product TEXT NOT NULL,
    page_id BIGINT,
    PRIMARY KEY (workspace_id, source_id, upload_id, product_id)
) WITHOUT ROWID;
CREATE INDEX catalog_products_pending ON catalog_products (workspace_id, source_id, upload_id, product_id) WHERE page_id IS NULL;
