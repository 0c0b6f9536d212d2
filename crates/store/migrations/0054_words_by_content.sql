-- The words of a content lie together, whatever its languages, so that a search groups them as it reads (ADR 62).

-- The words of each entry. weight: how much the entry is about the word, greater for words of titles. published and
-- help_center_id are those of the entry, by which searches of articles filter.
CREATE TABLE content_words_by_content (
    workspace_id TEXT NOT NULL,
    word TEXT NOT NULL,
    kind TEXT NOT NULL,
    content_id BIGINT NOT NULL,
    entry_id BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    published BOOLEAN NOT NULL,
    help_center_id BIGINT,
    PRIMARY KEY (workspace_id, word, kind, content_id, entry_id)
) WITHOUT ROWID;
INSERT INTO content_words_by_content (workspace_id, word, kind, content_id, entry_id, weight, published, help_center_id)
    SELECT workspace_id, word, kind, content_id, entry_id, weight, published, help_center_id FROM content_words;
DROP TABLE content_words;
ALTER TABLE content_words_by_content RENAME TO content_words;
-- postgres: ALTER INDEX content_words_by_content_pkey RENAME TO content_words_pkey;
