-- Events that wait for their place. With position in the index it serves the question for them better than the primary
-- key does, which would be walked from its start: all events there ever were, each time something happens.
DROP INDEX events_pending;
CREATE INDEX events_pending ON events (workspace_id, position, id) WHERE position IS NULL;
