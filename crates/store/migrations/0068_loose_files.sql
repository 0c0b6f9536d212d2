-- Files of attachments that were seen without a row that refers to them, and what became of them. hash: that of the file.
-- state: 'loose', 'taken' while somebody removes the file, 'gone' afterwards; since: when it came into that state. A row is
-- deleted when an attachment refers to the file again.
CREATE TABLE loose_files (
    workspace_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hash)
) WITHOUT ROWID;
CREATE INDEX loose_files_since ON loose_files (since);
