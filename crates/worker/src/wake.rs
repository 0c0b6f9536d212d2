//! Waking snoozed conversations whose time has come.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::Result;
use deskwire_domain::{Actor, conversations, workspaces};
use deskwire_store::Db;

/// How many are looked for at once.
const BATCH: i64 = 100;

/// Wakes all that are due; how many that were. Each is a transaction of its own, so that nobody waits for the others.
pub(crate) async fn all_due(db: &Db, stop: &AtomicBool) -> usize {
    let mut woken = 0;
    while !stop.load(Ordering::Relaxed) {
        match some_due(db).await {
            Ok(0) => break,
            Ok(more) => woken += more,
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "snoozed conversations could not be woken: {error}");
                break;
            }
        }
    }
    woken
}

/// A batch; how many of it were woken here. None when nothing is due, or others were faster.
async fn some_due(db: &Db) -> Result<usize> {
    let due = db.read(|tx| conversations::to_wake(tx, BATCH)).await?;
    let mut by: HashMap<String, Vec<i64>> = HashMap::new();
    for (workspace, id) in due {
        by.entry(workspace).or_default().push(id);
    }
    let mut woken = 0;
    for (workspace, ids) in by {
        let tenant = db.read(move |tx| workspaces::known(tx, &workspace)).await?;
        let actor = Actor::system(Arc::new(tenant.into()), None);
        for id in ids {
            let actor = actor.clone();
            match db.write(move |tx| conversations::wake(tx, &actor, id)).await {
                Ok(awake) => woken += usize::from(awake),
                // It is tried again; the others need not wait for it.
                Err(error) => tracing::warn!(cause = error.cause.as_deref(), "a conversation stays asleep: {error}"),
            }
        }
    }
    Ok(woken)
}
