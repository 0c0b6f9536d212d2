-- Work to be done after a commit. state: 'pending', 'running', 'done' or 'failed'. owner: the process that claimed it,
-- until lease_until.
CREATE TABLE jobs (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_until BIGINT NOT NULL,
    owner BIGINT NOT NULL,
    error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
-- Workspaces take turns, so that pending work is found by kind and workspace.
CREATE INDEX jobs_live ON jobs (kind, workspace_id, run_at, id) WHERE state IN ('pending', 'running');

-- A bulk job as the API shows it, and its tasks. type: 'contacts.bulk.job' or 'companies.bulk.job'.
CREATE TABLE bulk_jobs (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    type TEXT NOT NULL,
    operation TEXT NOT NULL,
    state TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    completed_at BIGINT,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;

CREATE TABLE bulk_tasks (
    workspace_id TEXT NOT NULL,
    bulk_job_id BIGINT NOT NULL,
    id BIGINT NOT NULL,
    operation TEXT NOT NULL,
    state TEXT NOT NULL,
    admin_id BIGINT,
    items TEXT NOT NULL,
    item_count BIGINT NOT NULL,
    done_count BIGINT NOT NULL,
    error_count BIGINT NOT NULL,
    errors TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    completed_at BIGINT,
    PRIMARY KEY (workspace_id, bulk_job_id, id)
) WITHOUT ROWID;

-- The processes that have claimed work. alive_until: until when their claims count, in unix milliseconds by the
-- database's clock.
-- small
CREATE TABLE workers (
    id BIGINT PRIMARY KEY,
    alive_until BIGINT NOT NULL
) WITHOUT ROWID;
