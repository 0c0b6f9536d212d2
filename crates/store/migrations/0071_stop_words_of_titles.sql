-- Titles are found by the words that say nothing, too (ADR 45). Texts are indexed again, by a job of each workspace, and are found
-- as before meanwhile. A workspace without entries has nothing to index, or a job that will.
INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, error, created_at)
    SELECT workspace_id, 71, 'content.index', '{}', 'pending', 0, 0, 0, 0, NULL, created_at FROM workspaces w
    WHERE EXISTS (SELECT 1 FROM content_entries e WHERE e.workspace_id = w.workspace_id);
