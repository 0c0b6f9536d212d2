//! Tables distributed over the nodes of Citus. No package of the tests has it: functions of its names stand in for it, and note
//! what they are asked for.

use std::collections::BTreeMap;

use deskwire_store::{Db, Error, Migration, ON_COORDINATOR, Options, SHARED_TABLES};
use postgres::{Client, NoTls};

use crate::inspect;
use crate::scratch::{Folder, Schema, TABLES};

const CITUS: &str = "
    CREATE TABLE pg_dist_local_group (groupid INT);
    INSERT INTO pg_dist_local_group VALUES (0);
    CREATE TABLE pg_dist_partition (logicalrelid REGCLASS PRIMARY KEY, partmethod CHAR, beside TEXT);
    CREATE FUNCTION create_distributed_table(t REGCLASS, c TEXT, colocate_with TEXT) RETURNS VOID LANGUAGE sql AS
        $$ INSERT INTO pg_dist_partition VALUES (t, 'h', c || ' beside ' || colocate_with) $$;
    CREATE FUNCTION create_reference_table(t REGCLASS) RETURNS VOID LANGUAGE sql AS
        $$ INSERT INTO pg_dist_partition VALUES (t, 'n', 'on all nodes') $$;
    CREATE FUNCTION undistribute_table(t REGCLASS) RETURNS VOID LANGUAGE sql AS
        $$ DELETE FROM pg_dist_partition WHERE logicalrelid = t $$;";

const LATER: Migration = Migration {
    number: 9_999,
    name: "9999_nicknames",
    sqlite: "",
    postgres: "CREATE TABLE nicknames (workspace_id TEXT COLLATE \"C\" NOT NULL PRIMARY KEY)",
};

/// A schema whose connections also see the functions that replace Citus.
struct Cluster {
    citus: Schema,
    tables: Schema,
}

impl Cluster {
    fn new() -> Cluster {
        let cluster = Cluster { citus: Schema::new(), tables: Schema::new() };
        cluster.citus.client().batch_execute(CITUS).unwrap();
        cluster
    }

    fn open(&self) -> Db {
        Db::open(&self.tables.url_with(&self.citus), Options::default()).unwrap()
    }

    /// How each table is distributed.
    fn distributed(&self) -> BTreeMap<String, String> {
        let sql = "SELECT c.relname::text, d.beside FROM pg_dist_partition d JOIN pg_class c ON c.oid = d.logicalrelid";
        let rows = self.citus.client().query(sql, &[]).unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

fn refusal(db: &Db) -> String {
    let Err(Error::Unavailable(why)) = db.distribute() else { panic!("tables were distributed") };
    why
}

fn setting(db: &Db, name: &'static str) -> String {
    let sql = format!("SELECT current_setting('{name}')");
    db.read_sync::<_, Error>(move |tx| tx.query_one(&sql, &[], |row| row.get(0))).unwrap()
}

#[test]
fn only_a_coordinator_of_citus_distributes() {
    let folder = Folder::new();
    let db = Db::open(&folder.url(), Options::default()).unwrap();
    assert!(refusal(&db).contains("PostgreSQL with the extension citus"));

    let schema = Schema::new();
    let db = Db::open(&schema.url(), Options::default()).unwrap();
    db.migrate_with(&[TABLES]).unwrap();
    assert!(refusal(&db).contains("citus is not installed"));

    let cluster = Cluster::new();
    let db = cluster.open();
    db.migrate().unwrap();
    cluster.citus.client().batch_execute("UPDATE pg_dist_local_group SET groupid = 3").unwrap();
    assert!(refusal(&db).contains("not the coordinator"));
    assert!(cluster.distributed().is_empty());
}

#[test]
fn all_tables_are_distributed_and_later_ones_too() {
    let cluster = Cluster::new();
    let db = cluster.open();
    db.migrate().unwrap();
    assert!(cluster.distributed().is_empty(), "an operator decides when");

    let done = db.distribute().unwrap();
    assert_eq!(done[0], "workspaces", "the others lie beside it");
    let how = cluster.distributed();
    let known = inspect::tables(&db);
    assert_eq!(how.len() + ON_COORDINATOR.len(), known.len() + 1, "those and search_grams");
    for (table, how) in &how {
        let expected = match SHARED_TABLES.iter().any(|(shared, _)| shared == table) {
            true => "on all nodes",
            false if table == "workspaces" => "workspace_id beside none",
            false => "workspace_id beside workspaces",
        };
        assert_eq!(how, expected, "{table}");
    }
    for (shared, _) in SHARED_TABLES {
        assert_eq!(how.contains_key(shared), !ON_COORDINATOR.contains(&shared), "{shared}");
    }
    assert!(db.distribute().unwrap().is_empty());

    let set: Vec<Migration> = Migration::embedded().iter().copied().chain([LATER]).collect();
    assert_eq!(db.migrate_with(&set).unwrap(), [LATER.name]);
    assert_eq!(cluster.distributed()["nicknames"], "workspace_id beside workspaces");
}

#[test]
fn what_processes_write_while_they_work_moves_to_the_coordinator() {
    let cluster = Cluster::new();
    let db = cluster.open();
    db.migrate().unwrap();
    db.distribute().unwrap();
    // As an earlier version distributed it.
    let mut client = Client::connect(&cluster.tables.url_with(&cluster.citus), NoTls).unwrap();
    client.batch_execute("SELECT create_reference_table('workers')").unwrap();
    assert_eq!(cluster.distributed()["workers"], "on all nodes");
    assert_eq!(db.distribute().unwrap(), ["workers"]);
    assert!(!cluster.distributed().contains_key("workers"));
}

#[test]
fn joins_of_distributed_tables_are_planned_by_value() {
    let cluster = Cluster::new();
    let db = cluster.open();
    db.migrate().unwrap();
    db.distribute().unwrap();
    // Older connections are no longer used; new ones know that tables are distributed.
    for db in [db, cluster.open()] {
        assert_eq!(setting(&db, "plan_cache_mode"), "auto");
    }
}
