//! Searches on both databases, held against an evaluation that is too simple to be wrong.

mod collisions;
mod columns;
mod naive;
mod ordered;
mod people;
mod random;
mod semantics;

use crate::{Db, Options};

/// Runs a test on SQLite and on PostgreSQL.
macro_rules! both {
    ($(fn $name:ident($db:ident) $body:block)*) => {$(
        mod $name {
            use super::*;

            fn on_both($db: &crate::Db) $body

            #[test]
            fn sqlite() {
                super::super::on_sqlite(on_both);
            }

            #[test]
            fn postgres() {
                super::super::on_postgres(on_both);
            }
        }
    )*};
}
pub(crate) use both;

fn on_sqlite(run: fn(&Db)) {
    let name = format!("deskwire_search_{}", crate::search::tests::unique());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let url = format!("sqlite:{}", folder.join("test.db").display());
    let db = Db::open(&url, Options::default()).unwrap();
    db.migrate().unwrap();
    run(&db);
    db.close();
    let _ = std::fs::remove_dir_all(&folder);
}

fn on_postgres(run: fn(&Db)) {
    let Ok(server) = std::env::var("DESKWIRE_TEST_POSTGRES") else {
        panic!("DESKWIRE_TEST_POSTGRES is not set: it names the PostgreSQL server of the tests");
    };
    let schema = format!("deskwire_search_{}", unique());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
    let join = if server.contains('?') { '&' } else { '?' };
    let url = format!("{server}{join}options=-csearch_path%3D{schema}");
    let db = Db::open(&url, Options::default()).unwrap();
    db.migrate().unwrap();
    run(&db);
    db.close();
    client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).unwrap();
}

fn unique() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{}_{number}", std::process::id())
}
