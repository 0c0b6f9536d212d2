//! Throwaway databases.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use deskwire_store::{Db, Migration, Options};
pub(crate) use deskwire_testkit_macros::everywhere;
use postgres::{Client, NoTls};

/// The tables of these tests.
pub(crate) const TABLES: Migration = Migration {
    number: 1,
    name: "0001_init",
    sqlite: "CREATE TABLE things (
            workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT, parent_id BIGINT,
            PRIMARY KEY (workspace_id, id),
            FOREIGN KEY (workspace_id, parent_id) REFERENCES things (workspace_id, id),
            CONSTRAINT things_name_check CHECK (name <> ''));
        CREATE UNIQUE INDEX things_name_key ON things (workspace_id, name);
        CREATE TABLE kinds (
            id BIGINT NOT NULL PRIMARY KEY, flag BOOLEAN, n BIGINT, small INTEGER, x REAL, t TEXT, b BLOB);
        CREATE TABLE late (id BIGINT REFERENCES kinds (id) DEFERRABLE INITIALLY DEFERRED);",
    postgres: "CREATE TABLE things (
            workspace_id BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT, parent_id BIGINT,
            CONSTRAINT things_pkey PRIMARY KEY (workspace_id, id),
            FOREIGN KEY (workspace_id, parent_id) REFERENCES things (workspace_id, id),
            CONSTRAINT things_name_check CHECK (name <> ''));
        CREATE UNIQUE INDEX things_name_key ON things (workspace_id, name);
        CREATE TABLE kinds (
            id BIGINT NOT NULL PRIMARY KEY, flag BOOLEAN, n BIGINT, small INTEGER,
            x DOUBLE PRECISION, t TEXT, b BYTEA);
        CREATE TABLE late (id BIGINT REFERENCES kinds (id) DEFERRABLE INITIALLY DEFERRED);",
};

/// Adds a thing of workspace 1.
pub(crate) const INSERT: &str = "INSERT INTO things (workspace_id, id, name) VALUES (1, $1, $2)";
/// How many things there are.
pub(crate) const COUNT: &str = "SELECT count(*) FROM things";

static NUMBER: AtomicU64 = AtomicU64::new(0);

fn unique() -> String {
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("deskwire_test_{}_{number}", std::process::id())
}

/// A folder that is removed at the end.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Folder {
        let path = std::env::temp_dir().join(unique());
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn url(&self) -> String {
        file_url(&self.path("test.db"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn file_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// A schema that is dropped at the end.
pub(crate) struct Schema {
    server: String,
    name: String,
}

impl Schema {
    pub(crate) fn new() -> Schema {
        let server = std::env::var("DESKWIRE_TEST_POSTGRES")
            .unwrap_or_else(|_| panic!("DESKWIRE_TEST_POSTGRES is not set: run the tests through `make test`"));
        let name = unique();
        let mut client = Client::connect(&server, NoTls).unwrap();
        client.batch_execute(&format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}")).unwrap();
        Schema { server, name }
    }

    pub(crate) fn url(&self) -> String {
        let join = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{join}options=-csearch_path%3D{}", self.server, self.name)
    }

    /// The same, with access to another schema.
    pub(crate) fn url_with(&self, other: &Schema) -> String {
        format!("{}%2C{}", self.url(), other.name)
    }

    /// The same as behind a pooler that gives each transaction another session of the server.
    pub(crate) fn pooled_url(&self) -> String {
        format!("{}&pooler=transaction", self.url())
    }

    /// A plain connection to the server.
    pub(crate) fn client(&self) -> Client {
        Client::connect(&self.url(), NoTls).unwrap()
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        if let Ok(mut client) = Client::connect(&self.server, NoTls) {
            let _ = client.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.name));
        }
    }
}

/// Opens a database and gives it the tables of these tests.
pub(crate) fn open(url: &str, options: Options) -> Db {
    let db = Db::open(url, options).unwrap();
    db.migrate_with(&[TABLES]).unwrap();
    db
}

pub(crate) fn add(db: &Db, name: &'static str) {
    db.write_sync(move |tx| {
        let id = tx.mint::<i64>();
        tx.execute(INSERT, deskwire_store::params![id, name])
    })
    .unwrap();
}

pub(crate) fn count(db: &Db) -> i64 {
    db.read_sync(|tx| tx.query_one(COUNT, &[], |row| row.get(0))).unwrap()
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// How `#[everywhere]` runs a test: on a file, in memory and on PostgreSQL.
pub(crate) mod everywhere {
    use super::{Db, Folder, Options, Schema, open};

    pub(crate) fn sqlite(test: fn(Db)) {
        let folder = Folder::new();
        test(open(&folder.url(), Options::default()));
    }

    pub(crate) fn memory(test: fn(Db)) {
        test(open("sqlite::memory:", Options::default()));
    }

    pub(crate) fn postgres(test: fn(Db)) {
        let schema = Schema::new();
        test(open(&schema.url(), Options::default()));
    }
}
