//! Waking snoozed conversations when they are due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::Result;
use deskwire_domain::{Actor, Cx, conversations, workspaces};
use deskwire_store::Db;
use deskwire_store::fair::Key;

/// How many conversations of a workspace are woken before the next workspace's turn.
const TURN: i64 = 20;

/// Wakes all that are due; returns how many. Each is woken in its own transaction, so that no other write waits long.
pub(crate) async fn all_due(db: &Db, stop: &AtomicBool) -> usize {
    let mut woken = 0;
    while !stop.load(Ordering::Relaxed) {
        match some_due(db, stop).await {
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

/// Wakes some of each workspace; returns how many. `None` when nothing is due, or other processes were faster.
async fn some_due(db: &Db, stop: &AtomicBool) -> Result<usize> {
    let mut woken = 0;
    for workspace in db.read(conversations::waking).await? {
        let db = db.with_key(Key::workspace(&workspace));
        let due = db.read(move |tx| {
            Ok::<_, deskwire_domain::error::Error>((
                workspaces::known(&mut tx.within(&workspace))?,
                conversations::to_wake(&mut tx.within(&workspace), TURN)?,
            ))
        });
        let (tenant, ids) = due.await?;
        let actor = Actor::system(Arc::new(tenant.into()));
        for id in ids {
            if stop.load(Ordering::Relaxed) {
                return Ok(woken);
            }
            let actor = actor.clone();
            match db.write(move |tx| conversations::wake(&mut Cx::new(tx, &actor), id)).await {
                Ok(awake) => woken += usize::from(awake),
                // It is retried later; the others need not wait for it.
                Err(error) => {
                    tracing::warn!(cause = error.cause.as_deref(), "a conversation could not be woken: {error}");
                }
            }
        }
    }
    Ok(woken)
}
