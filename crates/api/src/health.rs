//! `/healthz`, `/readyz` and `/metrics`: for whoever runs the server, without a token.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use deskwire_store::Db;
use http::StatusCode;
use tokio::sync::Mutex;

use crate::app::App;
use crate::reply::Reply;

/// How long the database has to show that it can serve.
const PATIENCE: Duration = Duration::from_millis(1_500);
const PLAIN: &str = "text/plain; charset=utf-8";

/// Whether a path is one of these.
pub(crate) fn is(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz" | "/metrics")
}

/// The answer, if the path is one of these.
pub(crate) async fn answer(app: &App, path: &str) -> Option<Reply> {
    match path {
        "/healthz" => Some(Reply::text(PLAIN, "ok\n".to_owned())),
        "/readyz" => Some(ready(app).await),
        "/metrics" => Some(Reply::text("text/plain; version=0.0.4; charset=utf-8", metrics(app).await)),
        _ => None,
    }
}

async fn ready(app: &App) -> Reply {
    let reason = if app.stopping.load(Ordering::Relaxed) {
        Some("stopping".to_owned())
    } else {
        match app.db.check(PATIENCE, deskwire_domain::workspaces::any).await {
            Ok(_) => None,
            Err(error) => Some(error.cause.unwrap_or_else(|| error.message.into_owned())),
        }
    };
    match reason {
        None => Reply::text(PLAIN, "ready\n".to_owned()),
        Some(reason) => {
            let mut reply = Reply::text(PLAIN, format!("not ready: {reason}\n"));
            reply.status = StatusCode::SERVICE_UNAVAILABLE;
            reply
        }
    }
}

/// How long what was found to wait is told again: anybody may ask, as often as they like.
const FRESH: Duration = Duration::from_secs(1);

/// What waits to be done after commits, as it was asked for last.
#[derive(Debug, Default)]
pub(crate) struct Backlog(Mutex<Option<(Instant, String)>>);

impl Backlog {
    async fn told(&self, db: &Db) -> String {
        let mut last = self.0.lock().await;
        if let Some((_, told)) = last.as_ref().filter(|(asked, _)| asked.elapsed() < FRESH) {
            return told.clone();
        }
        let told = match tokio::time::timeout(PATIENCE, db.search(deskwire_domain::doctor::backlog)).await {
            Ok(Ok(backlog)) => rendered(&backlog),
            // A database that does not answer is told of by /readyz.
            Ok(Err(_)) | Err(_) => String::new(),
        };
        *last = Some((Instant::now(), told.clone()));
        told
    }
}

fn rendered(backlog: &deskwire_domain::doctor::Backlog) -> String {
    let mut out = String::from("# TYPE deskwire_waiting gauge\n");
    // Writing to a String cannot fail.
    for (of, count, _) in backlog.all {
        let _ = writeln!(out, "deskwire_waiting{{of=\"{of}\"}} {count}");
    }
    out.push_str("# TYPE deskwire_waiting_oldest_seconds gauge\n");
    for (of, _, seconds) in backlog.all {
        let _ = writeln!(out, "deskwire_waiting_oldest_seconds{{of=\"{of}\"}} {seconds}");
    }
    out
}

async fn metrics(app: &App) -> String {
    let mut out = app.metrics.render();
    out.push_str(&app.backlog.told(&app.db).await);
    app.connections.render(&mut out);
    let stats = app.db.stats();
    for (name, kind, value) in [
        ("deskwire_writes_total", "counter", stats.writes),
        ("deskwire_write_batches_total", "counter", stats.write_batches),
        ("deskwire_write_queue", "gauge", stats.queue_depth),
        ("deskwire_wal_bytes", "gauge", stats.wal_bytes),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
    }
    out
}
