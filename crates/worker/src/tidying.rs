//! Tidying: deleting what is no longer needed. One process at a time does it, for all.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs;
use deskwire_store::global::duties::{self, Duty};
use deskwire_store::global::workers::Claimant;
use deskwire_store::{Db, Tx, global};

use crate::Worker;
use crate::alive::Held;
use crate::attachments;

/// Every ten minutes. A process that hangs while it tidies loses its turn after an hour, one that ends within seconds.
const TIDYING: Duty = Duty { name: "tidy", every: 600, lease: 3_600 };

impl Worker {
    /// Tidies up, if that is due and no other process does it; whether it did.
    pub async fn tidy_in_turn(&self) -> bool {
        let (rounds, _held) = match self.claim_tidying().await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "it is not known whether to tidy up: {error}");
                return false;
            }
        };
        tidy(&self.db).await;
        // Each round has the next of 256 parts of the files.
        self.sweep(u8::try_from(rounds.rem_euclid(256)).unwrap_or(0)).await;
        if let Err(error) = self.end_tidying().await {
            // It is due again when the claim ends.
            tracing::warn!(cause = error.cause.as_deref(), "the end of tidying up could not be noted: {error}");
        }
        true
    }

    /// The number of rounds before this one, if it is ours; and our signs of life for as long as it takes.
    async fn claim_tidying(&self) -> Result<Option<(i64, Held)>> {
        let by = self.alive.claimant().await?;
        // Looking costs less than claiming, and most of the time it is not due.
        if !self.db.read(move |tx| duties::is_due(tx, TIDYING, by).map_err(Error::from)).await? {
            return Ok(None);
        }
        let held = self.alive.hold();
        let claim = move |tx: &mut Tx<'_>, by: Claimant| duties::claim(tx, TIDYING, by).map_err(Error::from);
        Ok(self.alive.claim(&self.db, claim).await?.map(|rounds| (rounds, held)))
    }

    async fn end_tidying(&self) -> Result<()> {
        let by = self.alive.claimant().await?;
        self.db.write(move |tx| duties::done(tx, TIDYING, by).map_err(Error::from)).await
    }

    /// Removes unfinished files of attachments, notes unreferenced ones whose names begin with these two hexadecimal
    /// digits, and removes those that were noted an hour ago or longer.
    pub async fn sweep(&self, digits: u8) {
        self.remove_unfinished().await;
        told(attachments::sweep(&self.pools.outside, digits).await, "removed files that nobody refers to");
    }

    /// Removes unfinished files of attachments, which each machine has for itself.
    pub(crate) async fn remove_unfinished(&self) {
        told(attachments::remove_unfinished(&self.pools.outside).await, "removed files that were never finished");
    }
}

fn told(done: Result<usize>, what: &str) {
    match done {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{what}"),
        Err(error) => tracing::warn!(cause = error.cause.as_deref(), "files could not be tidied: {error}"),
    }
}

/// Deletes what is no longer needed: abandoned scrolls, old events, finished work.
pub async fn tidy(db: &Db) {
    if let Err(error) = tidy_all(db).await {
        tracing::warn!(cause = error.cause.as_deref(), "tidying up failed: {error}");
    }
}

async fn tidy_all(db: &Db) -> Result<()> {
    let workspaces = db.read(|tx| global::workspaces::all(tx).map_err(Error::from)).await?;
    for workspace in workspaces {
        loop {
            let id = workspace.id.clone();
            // In small steps, so that others do not wait long.
            if !db.write(move |tx| jobs::tidy(&mut tx.within(&id))).await? {
                break;
            }
        }
    }
    Ok(())
}
