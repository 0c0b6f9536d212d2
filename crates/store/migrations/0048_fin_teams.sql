-- What Fin lacked: the conversation of a team, and whom a procedure is for.

-- The conversation that /fin/escalate opened for the team, where later messages go.
ALTER TABLE fin_sessions ADD COLUMN team_conversation_id BIGINT;
CREATE INDEX fin_sessions_team_conversation_id ON fin_sessions (workspace_id, team_conversation_id) WHERE team_conversation_id IS NOT NULL;

-- audience: the name of the audience that a procedure is for; null for everyone.
ALTER TABLE fin_procedures ADD COLUMN audience TEXT;
