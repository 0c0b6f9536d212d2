//! Upgrades: once each, together or not at all, with a copy kept.

use deskwire_store::{Db, Dialect, Error, Migration, Options};

use crate::scratch::{self, Folder, Schema, TABLES, add, count};

const fn same(number: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration { number, name, sqlite: sql, postgres: sql }
}

const SECOND: Migration = same(2, "0002_notes", "CREATE TABLE notes (id BIGINT PRIMARY KEY)");
const BROKEN: Migration =
    same(3, "0003_broken", "CREATE TABLE half (id BIGINT);\n-- There is none.\nINSERT INTO missing\n VALUES (1)");

fn upgrades_run_once_and_whole(url: &str) {
    let db = Db::open(url, Options::default()).unwrap();
    assert_eq!(db.pending_of(&[TABLES, SECOND]).unwrap(), ["0001_init", "0002_notes"]);
    assert_eq!(db.migrate_with(&[TABLES]).unwrap(), ["0001_init"]);
    assert_eq!(db.migrate_with(&[TABLES, SECOND]).unwrap(), ["0002_notes"]);
    assert!(db.migrate_with(&[TABLES, SECOND]).unwrap().is_empty());
    assert!(db.pending_of(&[TABLES, SECOND]).unwrap().is_empty());

    let failed = db.migrate_with(&[TABLES, SECOND, BROKEN]).unwrap_err();
    let Error::Database(words) = &failed else { panic!("{failed}") };
    assert!(words.starts_with("migration 0003_broken: ") && words.contains("missing"), "{words}");
    // SQLite does not report where in the migration the missing table is used.
    let named = words.ends_with(" in INSERT INTO missing");
    assert!(words.lines().count() == 1 && (named || db.dialect() == Dialect::Sqlite), "{words}");
    assert_eq!(db.pending_of(&[TABLES, SECOND, BROKEN]).unwrap(), ["0003_broken"]);
    let half = db.read_sync(|tx| tx.query_all("SELECT id FROM half", &[], |_| Ok(())));
    assert!(half.is_err(), "nothing of a broken migration stays");

    let older = db.migrate_with(&[TABLES]).unwrap_err();
    assert!(matches!(&older, Error::Unavailable(text) if text.contains("0002")), "{older}");
}

#[test]
fn upgrades_run_once_and_whole_on_sqlite() {
    upgrades_run_once_and_whole(&Folder::new().url());
}

#[test]
fn upgrades_run_once_and_whole_in_memory() {
    upgrades_run_once_and_whole("sqlite::memory:");
}

#[test]
fn upgrades_run_once_and_whole_on_postgres() {
    let schema = Schema::new();
    upgrades_run_once_and_whole(&schema.url());
}

fn two_processes_upgrade_at_once(url: &str) {
    let ran: Vec<String> = std::thread::scope(|scope| {
        let upgrade = || {
            let db = Db::open(url, Options::default()).unwrap();
            db.migrate_with(&[TABLES, SECOND]).unwrap()
        };
        let both = [scope.spawn(upgrade), scope.spawn(upgrade)];
        both.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    let mut sorted = ran.clone();
    sorted.sort();
    assert_eq!(sorted, ["0001_init", "0002_notes"], "{ran:?}");
}

#[test]
fn two_processes_upgrade_at_once_on_sqlite() {
    two_processes_upgrade_at_once(&Folder::new().url());
}

#[test]
fn two_processes_upgrade_at_once_on_postgres() {
    let schema = Schema::new();
    two_processes_upgrade_at_once(&schema.url());
}

#[test]
fn a_copy_is_kept_before_a_file_in_use_is_upgraded() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    assert!(!folder.path("test.db.before-0001").exists(), "there was nothing to copy");
    add(&db, "old");
    db.migrate_with(&[TABLES, SECOND]).unwrap();
    add(&db, "new");
    let copy = folder.path("test.db.before-0002");
    let copy = Db::open(&scratch::file_url(&copy), Options::default()).unwrap();
    assert_eq!(count(&copy), 1);
    assert_eq!(copy.pending_of(&[TABLES, SECOND]).unwrap(), ["0002_notes"]);
    assert_eq!(count(&db), 2);
}

#[test]
fn a_table_can_be_rebuilt_without_its_rows_cascading_away() {
    let folder = Folder::new();
    let first = same(
        1,
        "0001_a",
        "CREATE TABLE parents (id BIGINT PRIMARY KEY);
         CREATE TABLE children (id BIGINT REFERENCES parents (id) ON DELETE CASCADE);
         INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1)",
    );
    let rebuild = same(
        2,
        "0002_b",
        "CREATE TABLE rebuilt (id BIGINT PRIMARY KEY, more TEXT);
         INSERT INTO rebuilt (id) SELECT id FROM parents;
         DROP TABLE parents; ALTER TABLE rebuilt RENAME TO parents",
    );
    let orphan = same(3, "0003_c", "DELETE FROM parents");
    let db = Db::open(&folder.url(), Options::default()).unwrap();
    db.migrate_with(&[first, rebuild]).unwrap();
    let children = || db.read_sync(|tx| tx.query_one("SELECT count(*) FROM children", &[], |row| row.get::<i64>(0)));
    assert_eq!(children(), Ok(1));
    assert!(db.migrate_with(&[first, rebuild, orphan]).is_err(), "a child would lose its parent");
    assert_eq!(db.pending_of(&[first, rebuild, orphan]).unwrap(), ["0003_c"]);
}

#[test]
fn the_embedded_migrations_run_on_an_empty_database() {
    let db = Db::open("sqlite::memory:", Options::default()).unwrap();
    let pending = db.pending_migrations().unwrap();
    assert_eq!(db.migrate().unwrap(), pending);
    assert!(db.pending_migrations().unwrap().is_empty());
}

#[test]
fn the_embedded_migrations_run_on_an_empty_postgres() {
    let schema = Schema::new();
    let db = Db::open(&schema.url(), Options::default()).unwrap();
    let pending = db.pending_migrations().unwrap();
    assert_eq!(db.migrate().unwrap(), pending);
    assert!(db.pending_migrations().unwrap().is_empty());
}
