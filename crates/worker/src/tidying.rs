//! Tidying: deleting what is no longer needed. It is a duty: one process at a time does it, for all.

use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs;
use deskwire_store::global::duties::{self, Duty};
use deskwire_store::global::workers::Claimant;
use deskwire_store::{Db, Tx, global};

use crate::Worker;
use crate::alive::ClaimGuard;
use crate::attachments;

/// Every ten minutes. A process that hangs while tidying loses the duty after an hour; one that dies, within seconds.
const TIDYING: Duty = Duty { name: "tidy", every: 600, claim_seconds: 3_600 };

impl Worker {
    /// Tidies up if it is due and this process gets the duty; returns whether it did.
    pub async fn tidy_in_turn(&self) -> bool {
        let (rounds, _claim) = match self.claim_tidying().await {
            Ok(Some(claimed)) => claimed,
            Ok(None) => return false,
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "cannot tell whether tidying is due: {error}");
                return false;
            }
        };
        tidy(&self.db).await;
        // Each round checks the next of 256 groups of files.
        self.sweep(u8::try_from(rounds.rem_euclid(256)).unwrap_or(0)).await;
        if let Err(error) = self.end_tidying().await {
            // It is due again when the claim expires.
            tracing::warn!(cause = error.cause.as_deref(), "the end of tidying could not be recorded: {error}");
        }
        true
    }

    /// Claims a round: its number, and a guard for the time that it takes. `None` if it is not due or another process
    /// has it.
    async fn claim_tidying(&self) -> Result<Option<(i64, ClaimGuard)>> {
        let by = self.alive.claimant().await?;
        // A read is cheaper than a claim, and most of the time tidying is not due.
        if !self.db.read(move |tx| duties::is_due(tx, TIDYING, by).map_err(Error::from)).await? {
            return Ok(None);
        }
        let guard = self.alive.guard();
        let claim = move |tx: &mut Tx<'_>, by: Claimant| duties::claim(tx, TIDYING, by).map_err(Error::from);
        Ok(self.alive.claim(&self.db, claim).await?.map(|rounds| (rounds, guard)))
    }

    async fn end_tidying(&self) -> Result<()> {
        let by = self.alive.claimant().await?;
        self.db.write(move |tx| duties::done(tx, TIDYING, by).map_err(Error::from)).await
    }

    /// Removes unfinished files of attachments. Marks unreferenced files whose names begin with these two hexadecimal
    /// digits, and removes those that were marked an hour ago or longer.
    pub async fn sweep(&self, digits: u8) {
        self.remove_unfinished().await;
        log_removed(attachments::sweep(&self.pools.outside, digits).await, "removed unreferenced files");
    }

    /// Removes unfinished files of attachments, which each machine has on its own disk.
    pub(crate) async fn remove_unfinished(&self) {
        log_removed(attachments::remove_unfinished(&self.pools.outside).await, "removed unfinished files");
    }
}

fn log_removed(done: Result<usize>, what: &str) {
    match done {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "{what}"),
        Err(error) => tracing::warn!(cause = error.cause.as_deref(), "files could not be tidied: {error}"),
    }
}

/// Deletes rows that are no longer needed: abandoned scrolls, old events, finished work.
pub async fn tidy(db: &Db) {
    if let Err(error) = tidy_all(db).await {
        tracing::warn!(cause = error.cause.as_deref(), "tidying failed: {error}");
    }
}

async fn tidy_all(db: &Db) -> Result<()> {
    let workspaces = db.read(|tx| global::workspaces::all(tx).map_err(Error::from)).await?;
    for workspace in workspaces {
        loop {
            let id = workspace.id.clone();
            // In small steps, so that other writes do not wait long.
            if !db.write(move |tx| jobs::tidy(&mut tx.within(&id))).await? {
                break;
            }
        }
    }
    Ok(())
}
