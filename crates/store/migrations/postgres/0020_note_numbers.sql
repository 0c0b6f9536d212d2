-- The published descriptions type the id of a note as a 32-bit integer.
UPDATE notes SET id = numbered.number FROM (
    SELECT workspace_id, id, 1000 + ROW_NUMBER() OVER (PARTITION BY workspace_id ORDER BY id) AS number FROM notes
) AS numbered WHERE notes.workspace_id = numbered.workspace_id AND notes.id = numbered.id;
INSERT INTO counters (workspace_id, name, value) SELECT workspace_id, 'note', 1000 + COUNT(*) FROM notes GROUP BY workspace_id;
