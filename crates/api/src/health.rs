//! `/healthz`, `/readyz` and `/metrics`: for whoever runs the server, without a token.

use std::fmt::Write;
use std::sync::atomic::Ordering;
use std::time::Duration;

use http::StatusCode;

use crate::app::App;
use crate::reply::Reply;

/// How long the database has to show that it can serve.
const PATIENCE: Duration = Duration::from_millis(1_500);
const PLAIN: &str = "text/plain; charset=utf-8";

/// The answer, if the path is one of these.
pub(crate) async fn answer(app: &App, path: &str) -> Option<Reply> {
    match path {
        "/healthz" => Some(Reply::text(PLAIN, "ok\n".to_owned())),
        "/readyz" => Some(ready(app).await),
        "/metrics" => Some(Reply::text("text/plain; version=0.0.4; charset=utf-8", metrics(app))),
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

fn metrics(app: &App) -> String {
    let mut out = app.metrics.render();
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
