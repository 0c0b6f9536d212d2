//! Searches on both databases, compared with an evaluation that is too simple to be wrong.

mod collisions;
mod columns;
mod naive;
mod ordered;
mod people;
mod random;
mod semantics;

use deskwire_testkit_macros::both;

/// How `#[both]` runs a test of the search.
mod both {
    use super::unique;
    use crate::{Db, Options};

    pub(super) fn sqlite(test: fn(&Db)) {
        let name = format!("deskwire_search_{}", unique());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        run(&format!("sqlite:{}", folder.join("test.db").display()), test);
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[expect(clippy::disallowed_methods, reason = "the server of the tests")]
    pub(super) fn postgres(test: fn(&Db)) {
        let Ok(server) = std::env::var("DESKWIRE_TEST_POSTGRES") else {
            panic!("DESKWIRE_TEST_POSTGRES is not set: it names the PostgreSQL server of the tests");
        };
        let schema = format!("deskwire_search_{}", unique());
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client.batch_execute(&format!("CREATE SCHEMA {schema}")).unwrap();
        let join = if server.contains('?') { '&' } else { '?' };
        run(&format!("{server}{join}options=-csearch_path%3D{schema}"), test);
        client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE")).unwrap();
    }

    fn run(url: &str, test: fn(&Db)) {
        let db = Db::open(url, Options::default()).unwrap();
        db.migrate().unwrap();
        test(&db);
        db.close();
    }
}

fn unique() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{}_{number}", std::process::id())
}
