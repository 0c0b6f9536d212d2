-- What searches filter by besides the columns of an object: one row for each object and field. Only active objects have
-- rows, so that counts need this table alone. field: the id of a data attribute, or the small number of a standard field.
-- text_value: folded and cut.
CREATE TABLE search_values (
    workspace_id TEXT NOT NULL,
    object_id BIGINT NOT NULL,
    field BIGINT NOT NULL,
    text_value TEXT,
    number_value REAL,
    PRIMARY KEY (workspace_id, object_id, field)
) WITHOUT ROWID;
CREATE INDEX search_values_text ON search_values (workspace_id, field, text_value, object_id) WHERE text_value IS NOT NULL;
CREATE INDEX search_values_number ON search_values (workspace_id, field, number_value, object_id) WHERE number_value IS NOT NULL;

-- Which trigrams occur in an object's texts (ADR 2). Only active objects have a row.
-- On SQLite the rowid is the object's id. Segments are merged eight at a time instead of four: a third less is written
-- again, and a search reads a few segments more.
-- sqlite: CREATE VIRTUAL TABLE search_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- sqlite: INSERT INTO search_grams (search_grams, rank) VALUES ('automerge', 8);
-- postgres: CREATE TABLE search_grams (
-- postgres:     workspace_id TEXT NOT NULL,
-- postgres:     object_id BIGINT NOT NULL,
-- postgres:     grams TEXT[] NOT NULL,
-- postgres:     PRIMARY KEY (workspace_id, object_id)
-- postgres: );
-- A search also reads the pending list: at the default of 4 MB that takes longer than the rest of the search.
-- postgres: CREATE INDEX search_grams_grams ON search_grams USING gin (grams) WITH (gin_pending_list_limit = 512);
