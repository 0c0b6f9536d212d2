-- The conversations of a teammate or team by how long they wait and by priority are found in the index alone. What is behind
-- updated_at costs no further write, because that column changes with each; the order by it goes on with the id.
DROP INDEX conversations_admin_assignee;
DROP INDEX conversations_team_assignee;
CREATE INDEX conversations_admin_assignee ON conversations
    (workspace_id, admin_assignee_id, state, updated_at, is_ticket, id, waiting_since, priority);
CREATE INDEX conversations_team_assignee ON conversations
    (workspace_id, team_assignee_id, state, updated_at, is_ticket, id, waiting_since, priority);
