//! Schemas of a PostgreSQL server, one for each test. Those of finished tests are emptied and used again: making one takes
//! several times as long, and hundreds of them would fill a small disk.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};

use deskwire_store::{Db, Error, Options, params};

/// The columns and indexes of a schema, as one text; none if it has functions, which only tests make.
const FORM: &str = "SELECT md5(string_agg(relname || ' ' || attname, ',' ORDER BY relname, attnum)) \
    FROM pg_class JOIN pg_attribute ON attrelid = oid \
    WHERE relnamespace = CAST(CAST($1 AS text) AS regnamespace) AND NOT attisdropped \
    AND NOT EXISTS (SELECT 1 FROM pg_proc WHERE pronamespace = CAST(CAST($1 AS text) AS regnamespace))";

/// The schemas of tests that have ended, oldest first.
static FINISHED: Mutex<VecDeque<String>> = Mutex::new(VecDeque::new());
/// The form of a schema in which nothing was changed; none before the first test has ended.
static FORM_OF_ALL: Mutex<Option<String>> = Mutex::new(None);
static NEXT: AtomicU64 = AtomicU64::new(0);
/// Connections to the server that no test uses. They stay open: a new one reads the catalog entries of all tables again.
static DB: LazyLock<Db> = LazyLock::new(|| Db::open(&server(), Options::default()).expect("the test server answers"));

/// A schema of one test. When it is dropped, another test may have it.
#[derive(Debug)]
pub(crate) struct Schema {
    name: String,
    server: String,
}

impl Schema {
    /// A schema without rows, on the server that `DESKWIRE_TEST_POSTGRES` names. Blocks.
    pub(crate) fn take() -> Schema {
        // First, so that each test says what is missing.
        let server = server();
        let name = again(&DB).unwrap_or_else(|| new(&DB));
        Schema { name, server }
    }

    /// The URL of a database whose tables are in this schema.
    pub(crate) fn url(&self) -> String {
        let (name, joint) = (&self.name, if self.server.contains('?') { '&' } else { '?' });
        // Its connections have its name, by which those that are still open are known.
        format!("{}{joint}options=-csearch_path%3D{name}&application_name={name}", self.server)
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        // What a failed test leaves is there to be looked at.
        if !std::thread::panicking() {
            finished().push_back(std::mem::take(&mut self.name));
        }
    }
}

/// The URL of the server.
fn server() -> String {
    let Ok(server) = std::env::var("DESKWIRE_TEST_POSTGRES") else {
        panic!("DESKWIRE_TEST_POSTGRES is not set: run the tests with `make test`, which starts a PostgreSQL for them");
    };
    server
}

fn finished() -> std::sync::MutexGuard<'static, VecDeque<String>> {
    FINISHED.lock().unwrap_or_else(PoisonError::into_inner)
}

fn new(db: &Db) -> String {
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let create = format!("CREATE SCHEMA {name}");
    db.write_sync::<_, Error>(move |tx| tx.execute_batch(&create)).expect("a schema can be made");
    name
}

/// The schema of a finished test, without its rows; none if all are still connected to, or were changed.
fn again(db: &Db) -> Option<String> {
    let names = std::mem::take(&mut *finished());
    let (mut chosen, mut busy) = (None, Vec::new());
    for name in names {
        if chosen.is_some() || is_connected_to(db, &name) {
            busy.push(name);
        } else if is_unchanged(db, &name) {
            empty(db, &name);
            chosen = Some(name);
        }
    }
    finished().extend(busy);
    chosen
}

fn is_connected_to(db: &Db, name: &str) -> bool {
    let name = name.to_owned();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    let count = db.read_sync::<i64, Error>(move |tx| tx.query_one(sql, params![name.as_str()], |row| row.get(0)));
    count.expect("connections can be counted") > 0
}

/// Whether a schema has what the first one had, and no functions.
fn is_unchanged(db: &Db, name: &str) -> bool {
    let name = name.to_owned();
    let form =
        db.read_sync::<Option<String>, Error>(move |tx| tx.query_one(FORM, params![name.as_str()], |row| row.get(0)));
    let Some(form) = form.expect("a schema can be described") else { return false };
    let mut first = FORM_OF_ALL.lock().unwrap_or_else(PoisonError::into_inner);
    *first.get_or_insert_with(|| form.clone()) == form
}

/// Deletes what is not there right after the migrations.
fn empty(db: &Db, name: &str) {
    let tables = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition \
                  AND relname NOT IN ('schema_migrations', 'epochs') AND relnamespace = CAST(CAST($1 AS text) AS regnamespace)";
    let name = name.to_owned();
    let emptied = db.write_sync::<(), Error>(move |tx| {
        let tables = tx.query_all(tables, params![name.as_str()], |row| row.get::<String>(0))?;
        let mut sql: String = tables.iter().map(|table| format!("DELETE FROM {name}.{table}; ")).collect();
        sql.push_str(&format!("UPDATE {name}.epochs SET value = 0"));
        tx.execute_batch(&sql)
    });
    emptied.expect("a schema can be emptied");
}
