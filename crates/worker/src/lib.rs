//! The worker: does what was put off until after a commit, and tidies up.
//!
//! Any number of workers may run on one database, in one process or in several. A job is claimed by lease, never by
//! holding a transaction; what a worker that died had claimed is due again when the lease runs out. Work is done at
//! least once, so every kind of it writes its progress in the same transaction as what it did.

mod claim;
mod kinds;
pub mod outbound;
mod wake;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deskwire_domain::error::Error;
use deskwire_domain::jobs;
use deskwire_store::{Db, workspaces};
use tokio::sync::Notify;

/// How long a worker sleeps when nobody wakes it: work of other processes, retries and lapsed leases are found by
/// looking.
const POLL: Duration = Duration::from_secs(1);
/// How long from one tidying up to the next.
const TIDY: Duration = Duration::from_secs(600);

/// Works until `shutdown` is ready. What is in hand then is carried to its next commit and left to whoever comes next.
pub async fn run(db: Db, shutdown: impl Future<Output = ()>) {
    let stop = AtomicBool::new(false);
    let stopped = Notify::new();
    let work = async {
        let mut tidied: Option<Instant> = None;
        while !stop.load(Ordering::Relaxed) {
            wake::all_due(&db, &stop).await;
            claim::all_due(&db, &stop).await;
            if tidied.is_none_or(|at| at.elapsed() >= TIDY) {
                tidy(&db).await;
                tidied = Some(Instant::now());
            }
            let (woken, polled, stopped) =
                (pin!(db.woken().notified()), pin!(tokio::time::sleep(POLL)), pin!(stopped.notified()));
            tokio::select! {
                () = woken => {}
                () = polled => {}
                () = stopped => {}
            }
        }
    };
    let watch = async {
        shutdown.await;
        stop.store(true, Ordering::Relaxed);
        stopped.notify_one();
    };
    tokio::join!(work, watch);
}

/// Does all work that is due now; how many jobs it took up and conversations it woke.
pub async fn run_due(db: &Db) -> usize {
    let stop = AtomicBool::new(false);
    wake::all_due(db, &stop).await + claim::all_due(db, &stop).await
}

/// Forgets what is no longer needed: walks nobody went on with, old events, finished work.
pub async fn tidy(db: &Db) {
    if let Err(error) = tidy_all(db).await {
        tracing::warn!(cause = error.cause.as_deref(), "tidying up failed: {error}");
    }
}

async fn tidy_all(db: &Db) -> Result<(), Error> {
    let workspaces = db.read(|tx| workspaces::all(tx).map_err(Error::from)).await?;
    for workspace in workspaces {
        loop {
            let id = workspace.id.clone();
            // A little at a time: nobody waits long for it.
            if !db.write(move |tx| jobs::tidy(tx, &id)).await? {
                break;
            }
        }
    }
    Ok(())
}
