//! How `#[both]` runs a test of a whole server.

use std::io::Write as _;
use std::time::{Duration, Instant};

use crate::{Database, TestApp};

/// A test that takes longer is reported.
const SLOW: Duration = Duration::from_secs(2);

/// Runs a test on SQLite.
pub fn sqlite<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    run(Database::Sqlite, test);
}

/// Runs a test on PostgreSQL.
pub fn postgres<F: Future<Output = ()>>(test: impl FnOnce(TestApp) -> F) {
    run(Database::Postgres, test);
}

fn run<F: Future<Output = ()>>(database: Database, test: impl FnOnce(TestApp) -> F) {
    let started = Instant::now();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
    runtime.block_on(async { test(TestApp::start(database).await).await });
    let (took, thread) = (started.elapsed(), std::thread::current());
    if took > SLOW {
        // Not `eprintln!`, whose output libtest shows for failed tests alone.
        let line = format!("slow test: {:.1} s {}\n", took.as_secs_f64(), thread.name().unwrap_or_default());
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}
