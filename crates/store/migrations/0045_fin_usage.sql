-- The tokens that the language model of Fin used. day: days since 1970.
CREATE TABLE fin_usage (
    workspace_id TEXT NOT NULL,
    day BIGINT NOT NULL,
    tokens BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day)
) WITHOUT ROWID;
