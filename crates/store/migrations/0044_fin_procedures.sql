-- Procedures: what Fin does step by step.

-- state: 'draft' or 'live'. steps: a JSON array.
-- small
CREATE TABLE fin_procedures (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL,
    api_trigger BOOLEAN NOT NULL,
    steps TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX fin_procedures_name_key ON fin_procedures (workspace_id, name);

-- A question of a procedure to teammates. step_id: as they are told. attributes: a JSON array of what is to be collected.
-- state: 'waiting', 'fulfilled' or 'expired'.
CREATE TABLE fin_requests (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    step_id TEXT NOT NULL,
    session_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    procedure_name TEXT NOT NULL,
    question TEXT NOT NULL,
    attributes TEXT NOT NULL,
    priority BOOLEAN NOT NULL,
    team_id BIGINT,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX fin_requests_step_id_key ON fin_requests (workspace_id, step_id);
CREATE INDEX fin_requests_conversation_id ON fin_requests (workspace_id, conversation_id);
