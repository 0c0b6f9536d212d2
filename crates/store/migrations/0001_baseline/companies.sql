CREATE TABLE plans (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX plans_name_key ON plans (workspace_id, name);

-- state: 'active' or 'archived'. company_id: the caller's own id. *_key: folded for comparison.
CREATE TABLE companies (
    workspace_id TEXT NOT NULL,
    id INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    company_id TEXT NOT NULL,
    name TEXT,
    name_key TEXT,
    plan_id BIGINT,
    size BIGINT,
    website TEXT,
    industry TEXT,
    monthly_spend BIGINT NOT NULL,
    session_count BIGINT NOT NULL,
    user_count BIGINT NOT NULL,
    remote_created_at BIGINT,
    last_request_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    custom_attributes TEXT NOT NULL
);
CREATE UNIQUE INDEX companies_company_id_key ON companies (workspace_id, company_id) WHERE state = 'active';
CREATE INDEX companies_id ON companies (workspace_id, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_name ON companies (workspace_id, name_key, id) WHERE state = 'active';
CREATE INDEX companies_last_request_at ON companies (workspace_id, last_request_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_created_at ON companies (workspace_id, created_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_updated_at ON companies (workspace_id, updated_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_remote_created_at ON companies (workspace_id, remote_created_at, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_monthly_spend ON companies (workspace_id, monthly_spend, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_session_count ON companies (workspace_id, session_count, id) WHERE state = 'active' AND user_count > 0;
CREATE INDEX companies_user_count ON companies (workspace_id, user_count, id) WHERE state = 'active' AND user_count > 0;

CREATE TABLE contact_companies (
    workspace_id TEXT NOT NULL,
    contact_id BIGINT NOT NULL,
    company_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, company_id)
) WITHOUT ROWID;
CREATE INDEX contact_companies_company ON contact_companies (workspace_id, company_id, contact_id);
