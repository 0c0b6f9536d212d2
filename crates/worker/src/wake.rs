//! Waking snoozed conversations when they are due.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::Result;
use deskwire_domain::{Actor, Cx, conversations, workspaces};
use deskwire_store::Db;
use deskwire_store::fair::Key;

use crate::looks::Looks;

/// How many conversations of a workspace are woken before the next workspace's turn.
const TURN: i64 = 20;

/// Wakes all that are due; returns how many. Each is woken in its own transaction, so that no other write waits long.
pub(crate) async fn all_due(db: &Db, looks: &Looks, stop: &AtomicBool) -> usize {
    let mut woken = 0;
    while !stop.load(Ordering::Relaxed) {
        match some_due(db, looks, stop).await {
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

/// Wakes some of each workspace; returns how many. 0 when nothing is due, or other processes were faster.
async fn some_due(db: &Db, looks: &Looks, stop: &AtomicBool) -> Result<usize> {
    let mut woken = 0;
    for workspace in looks.all("snoozed conversations", conversations::waking).await? {
        match some_of(db, &workspace, stop).await {
            Ok(more) => woken += more,
            // The other workspaces need not wait for it.
            Err(error) => {
                tracing::warn!(
                    workspace,
                    cause = error.cause.as_deref(),
                    "snoozed conversations could not be woken: {error}"
                );
            }
        }
    }
    Ok(woken)
}

/// Wakes some of one workspace; returns how many.
async fn some_of(db: &Db, workspace: &str, stop: &AtomicBool) -> Result<usize> {
    let (mut woken, db, workspace) = (0, db.with_key(Key::workspace(workspace)), workspace.to_owned());
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
    Ok(woken)
}
