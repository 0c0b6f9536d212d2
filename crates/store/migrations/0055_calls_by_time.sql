-- Calls by the time at which they became known: the dataset of reporting.
CREATE INDEX calls_created_at ON calls (workspace_id, created_at, id);
