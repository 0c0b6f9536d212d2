-- Loaded into a database of tests (partitioned_database in postgres.sh). After each migration, the tables that
-- it made become partitioned by workspace, as `deskwire migrate --distribute` makes them on Citus: a unique key must hold the
-- workspace, constraints have the name that they were given and a number behind it, and later migrations find such tables.
CREATE SCHEMA partitioned;

-- The partition of each remainder, of every table. Rows of a workspace have the same number in all of them.
CREATE FUNCTION partitioned.number(remainder int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '10200' || remainder $$;

CREATE FUNCTION partitioned.convert(was regclass) RETURNS void LANGUAGE plpgsql SET client_min_messages = warning AS $$
DECLARE
    space text;
    name text;
    unlogged text;
    keys text[];
    indexes text[];
    made text;
BEGIN
    SELECT c.relnamespace::regnamespace::text, c.relname, CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED' ELSE '' END
        INTO space, name, unlogged FROM pg_class c WHERE c.oid = was;
    SELECT array_agg(format('ALTER TABLE %s.%I ADD CONSTRAINT %I %s', space, name, conname, pg_get_constraintdef(oid))
        ORDER BY contype = 'f', conname) INTO keys FROM pg_constraint WHERE conrelid = was AND contype IN ('p', 'u', 'f');
    SELECT array_agg(pg_get_indexdef(i.indexrelid) ORDER BY i.indexrelid) INTO indexes FROM pg_index i WHERE i.indrelid = was
        AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.conrelid = was);
    EXECUTE format('CREATE TABLE %s.becoming (LIKE %s INCLUDING ALL EXCLUDING INDEXES) PARTITION BY HASH (workspace_id)', space, was);
    FOR remainder IN 0..3 LOOP
        EXECUTE format('CREATE %s TABLE %s.%I PARTITION OF %s.becoming FOR VALUES WITH (MODULUS 4, REMAINDER %s)',
            unlogged, space, name || '_' || partitioned.number(remainder), space, remainder);
    END LOOP;
    EXECUTE format('INSERT INTO %s.becoming SELECT * FROM %s', space, was);
    EXECUTE format('DROP TABLE %s', was);
    EXECUTE format('ALTER TABLE %s.becoming RENAME TO %I', space, name);
    FOREACH made IN ARRAY coalesce(keys, '{}') || coalesce(indexes, '{}') LOOP
        EXECUTE made;
    END LOOP;
END
$$;

-- Indexes of partitions get a name of their columns, where Citus gives them that of the table's index.
CREATE FUNCTION partitioned.name_indexes(space regnamespace) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    index record;
BEGIN
    FOR index IN
        SELECT c.oid::regclass AS was, p.relname || substring(t.relname FROM '_[0-9]+$') AS name
        FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid JOIN pg_class p ON p.oid = h.inhparent
        JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_class t ON t.oid = i.indrelid
        WHERE c.relnamespace = space AND c.relname <> p.relname || substring(t.relname FROM '_[0-9]+$')
    LOOP
        EXECUTE format('ALTER INDEX %s RENAME TO %I', index.was, index.name);
    END LOOP;
END
$$;

CREATE FUNCTION partitioned.after_migration() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    made regclass;
BEGIN
    FOR made IN
        SELECT c.oid FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'workspace_id' AND NOT a.attisdropped
        WHERE c.relnamespace = TG_TABLE_SCHEMA::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
    LOOP
        PERFORM partitioned.convert(made);
    END LOOP;
    PERFORM partitioned.name_indexes(TG_TABLE_SCHEMA::regnamespace);
    RETURN NULL;
END
$$;

CREATE FUNCTION partitioned.watch() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    made regclass;
BEGIN
    FOR made IN
        SELECT c.objid FROM pg_event_trigger_ddl_commands() c JOIN pg_class t ON t.oid = c.objid
        WHERE c.command_tag = 'CREATE TABLE' AND t.relname = 'schema_migrations'
    LOOP
        EXECUTE format('CREATE TRIGGER partitions AFTER INSERT ON %s EXECUTE FUNCTION partitioned.after_migration()', made);
    END LOOP;
END
$$;

CREATE EVENT TRIGGER partitions ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION partitioned.watch();
