-- The processes that have claimed work. alive_until: until when their claims count (unix milliseconds by the database's
-- clock). A process moves it on while it holds claims, so those of one that died are free within seconds.
CREATE TABLE workers (
    id BIGINT PRIMARY KEY,
    alive_until BIGINT NOT NULL
);

-- owner: the process that claimed it.
ALTER TABLE jobs ADD COLUMN owner BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mails ADD COLUMN owner BIGINT NOT NULL DEFAULT 0;

-- Work is taken up from one workspace after the other, so what waits is found by its workspace.
DROP INDEX jobs_due;
CREATE INDEX jobs_live ON jobs (kind, workspace_id, run_at, id) WHERE state IN ('pending', 'running');
DROP INDEX mails_due;
CREATE INDEX mails_due ON mails (workspace_id, run_at, id) WHERE state = 'pending';
DROP INDEX conversations_wake;
CREATE INDEX conversations_wake ON conversations (workspace_id, snoozed_until, id) WHERE state = 'snoozed';
