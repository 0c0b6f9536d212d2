-- What reports of conversations count, kept as conversations change. All three tables follow from conversations and
-- deleted_conversations: archives leave them out, and the job below fills them.

-- What is counted of a conversation. state: 'open', 'closed' or 'snoozed'. response_time, close_time: seconds. ended_at: when
-- it was closed for the last time; for one without such a time, when it began, and for a deleted one that was open, when it
-- was deleted. close_time is null for those.
CREATE TABLE report_counted (
    workspace_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    team_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    responded_at BIGINT,
    response_time BIGINT,
    ended_at BIGINT,
    close_time BIGINT,
    PRIMARY KEY (workspace_id, conversation_id)
) WITHOUT ROWID;

-- The counts of a day in UTC. kind: 'all', 'team' or 'admin'; group_id: of the team or admin, 0 for none and for 'all'. day:
-- days since 1970. total: the counts of the whole day; quarters: those of each quarter of an hour. Both are lists of pairs of
-- varints, see domain/src/reports/day.rs.
CREATE TABLE report_days (
    workspace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    group_id BIGINT NOT NULL,
    day BIGINT NOT NULL,
    total BLOB NOT NULL,
    quarters BLOB NOT NULL,
    PRIMARY KEY (workspace_id, kind, group_id, day)
) WITHOUT ROWID;

-- How many conversations of each team and admin are open and snoozed; a row for each that report_days has.
-- small
CREATE TABLE report_groups (
    workspace_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    group_id BIGINT NOT NULL,
    open BIGINT NOT NULL,
    snoozed BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, group_id)
) WITHOUT ROWID;

INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, created_at)
    SELECT workspace_id, 66, 'report.count', '{}', 'pending', 0, 0, 0, 0, NULL, created_at FROM workspaces w
    WHERE EXISTS (SELECT 1 FROM conversations c WHERE c.workspace_id = w.workspace_id)
    OR EXISTS (SELECT 1 FROM deleted_conversations d WHERE d.workspace_id = w.workspace_id AND d.metrics_retained);
