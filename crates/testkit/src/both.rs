//! How `#[both]` runs a test of a whole server.

use crate::{Database, TestApp};

/// Runs a test on SQLite.
pub fn sqlite<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    run(Database::Sqlite, test);
}

/// Runs a test on PostgreSQL.
pub fn postgres<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    run(Database::Postgres, test);
}

fn run<F: Future<Output = ()>>(database: Database, test: impl FnOnce(TestApp) -> F) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async { test(TestApp::start(database).await).await });
}
