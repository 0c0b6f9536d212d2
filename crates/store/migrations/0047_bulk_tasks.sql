-- Who asked for a task is in the payload of its job, with which it also runs.
ALTER TABLE bulk_tasks DROP COLUMN admin_id;
