-- How much mail was to go out in an hour. kind: 'workspace' (address is empty), 'address' or 'automatic' (what no person
-- wrote, to an address); hour: since 1970; count: what went over a limit is counted as well, and not sent.
CREATE TABLE mail_counts (
    workspace_id TEXT NOT NULL,
    hour BIGINT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hour, kind, address)
) WITHOUT ROWID;
CREATE INDEX mail_counts_hour ON mail_counts (hour, kind, count);
