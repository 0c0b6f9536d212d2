//! `/healthz`, `/readyz` and `/metrics`: for the operator, without a token.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use deskwire_domain::doctor::{self, Clocks};
use deskwire_domain::error::Result;
use deskwire_domain::workspaces;
use deskwire_store::{Tx, background, free_space, object_requests};
use http::StatusCode;

use crate::app::App;
use crate::reply::Reply;

/// How long the database may take to respond.
const TIMEOUT: Duration = Duration::from_millis(1_500);
const PLAIN: &str = "text/plain; charset=utf-8";

/// `GET /healthz`: the process responds.
pub(super) fn alive() -> Reply {
    Reply::text(PLAIN, "ok\n".to_owned())
}

/// `GET /readyz`: requests can be served.
pub(super) async fn ready(app: &App) -> Reply {
    let reason = if app.stopping.load(Ordering::Relaxed) || app.draining.load(Ordering::Relaxed) {
        Some("stopping".to_owned())
    } else {
        match app.db.check(TIMEOUT, answers).await {
            Ok(clocks) => match clocks.skew() {
                Some(skew) => Some(skew),
                None => disk_shortage(app).await,
            },
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

/// Reads something, and the database's clock.
fn answers(tx: &mut Tx<'_>) -> Result<Clocks> {
    workspaces::any(tx)?;
    doctor::clocks(tx)
}

/// The message if a disk that the server writes to has less free space than the reserve.
async fn disk_shortage(app: &App) -> Option<String> {
    let reserve = app.config.disk_reserve;
    if reserve == 0 {
        return None;
    }
    let database = app.db.path().and_then(Path::parent).map(|directory| Path::new(".").join(directory));
    let directories: Vec<PathBuf> = database.into_iter().chain([app.config.files.local()]).collect();
    // A network disk may not respond.
    let looked = background::run(move || {
        let scarce = directories.into_iter().find_map(|directory| {
            let free = free_space(&directory).filter(|free| *free < reserve)?;
            Some(format!(
                "{} MiB are free on the disk of {}, and disk_reserve is {} MiB",
                free >> 20,
                directory.display(),
                reserve >> 20
            ))
        });
        Ok::<_, deskwire_store::Error>(scarce)
    });
    match tokio::time::timeout(TIMEOUT, looked).await {
        Ok(Ok(scarce)) => scarce,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("the disk does not answer".to_owned()),
    }
}

/// `GET /metrics`: counters and gauges in Prometheus text format.
pub(super) async fn metrics(app: &App) -> Reply {
    let mut out = app.metrics.render();
    out.push_str(&app.backlog.render(&app.db).await);
    app.connections.render(&mut out);
    app.live.render(&mut out);
    let stats = app.db.stats();
    let (requests, failures) = object_requests();
    let (portions, unanswered) = app.app_limit.counts();
    for (name, kind, value) in [
        ("deskwire_object_requests_total", "counter", requests),
        ("deskwire_object_failures_total", "counter", failures),
        ("deskwire_rate_limit_portions_total", "counter", portions),
        ("deskwire_rate_limit_unanswered_total", "counter", unanswered),
        ("deskwire_writes_total", "counter", stats.writes),
        ("deskwire_write_batches_total", "counter", stats.write_batches),
        ("deskwire_write_queue", "gauge", stats.queue_depth),
        ("deskwire_wal_bytes", "gauge", stats.wal_bytes),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
    }
    Reply::text("text/plain; version=0.0.4; charset=utf-8", out)
}
