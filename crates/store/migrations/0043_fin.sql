-- Fin, the AI agent that answers for front ends of other programs.

-- One row at most. team_id: whose conversations become that are handed over. answerer: a JSON object, null for the
-- embedded one.
-- small
CREATE TABLE fin_settings (
    workspace_id TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    webhook_url TEXT,
    webhook_secret TEXT,
    event_stream BOOLEAN NOT NULL,
    csat BOOLEAN NOT NULL,
    procedures_hitl BOOLEAN NOT NULL,
    team_id BIGINT,
    inactivity_minutes BIGINT NOT NULL,
    answerer TEXT,
    PRIMARY KEY (workspace_id)
) WITHOUT ROWID;

-- A conversation that Fin takes part in, by the id that the client gave it. mode: 'conversation', 'ask' or 'procedure'.
-- replying: whether the client's version has the status 'replying'. turn: how many messages Fin was given to answer.
-- position: that of the last event; turn_position: that of the last one before the turn. recent: a JSON array of the times of messages, [of the message, when it came].
-- rating_requested_at, rated: of the customer satisfaction survey. procedure_id, step, variables: of the procedure that runs;
-- variables are a JSON object.
CREATE TABLE fin_sessions (
    workspace_id TEXT NOT NULL,
    id BIGINT NOT NULL,
    external_id TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    status TEXT NOT NULL,
    replying BOOLEAN NOT NULL,
    email BOOLEAN NOT NULL,
    follow_up_questions BOOLEAN NOT NULL,
    turn BIGINT NOT NULL,
    position BIGINT NOT NULL,
    turn_position BIGINT NOT NULL,
    recent TEXT NOT NULL,
    rating_requested_at BIGINT,
    rating TEXT,
    rating_remark TEXT,
    procedure_id BIGINT,
    step BIGINT NOT NULL,
    variables TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
) WITHOUT ROWID;
CREATE UNIQUE INDEX fin_sessions_external_id_key ON fin_sessions (workspace_id, external_id);
CREATE INDEX fin_sessions_conversation_id ON fin_sessions (workspace_id, conversation_id);

-- What the client of a session is told, in order. name: as the client knows it. body: a JSON object. ends: whether it is the
-- last of a turn.
CREATE TABLE fin_events (
    workspace_id TEXT NOT NULL,
    session_id BIGINT NOT NULL,
    position BIGINT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    ends BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, session_id, position)
) WITHOUT ROWID;
CREATE INDEX fin_events_created_at ON fin_events (workspace_id, created_at);

-- What Fin did in a conversation: a JSON object, null if it took no part.
ALTER TABLE conversations ADD COLUMN ai_agent TEXT;
