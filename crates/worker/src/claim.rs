//! Running a claimed job, and retrying one that fails.

use std::time::{Duration, Instant};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs::Job;
use deskwire_store::fair::Key;
use deskwire_store::global::workers::Claimant;
use deskwire_store::{Tx, jobs};

use crate::kinds::{self, Pool};
use crate::pools::{Place, Pools};

/// How long a job keeps its place while others wait for one.
const TURN: Duration = Duration::from_millis(250);

/// The outcome of one transaction of a job.
enum Stepped {
    /// There is more to do; the claim was renewed.
    More(Job),
    /// The job is done, or another process has claimed it.
    Over,
}

/// Runs a job until it is done, fails or has used up its turn.
pub(crate) async fn carry_out(pools: &Pools, mut job: Job, place: &Place) {
    let begun = Instant::now();
    loop {
        match next(pools, &job, place).await {
            Ok(Stepped::Over) => return,
            Ok(Stepped::More(next)) => job = next,
            Err(error) => return failed(pools, job, place.pool().attempts, &error).await,
        }
        if pools.is_stopping() || (place.is_wanted() && begun.elapsed() >= TURN) {
            return release(pools, job).await;
        }
    }
}

/// Does the first step of a job in the transaction that claims it; returns the job if there is more to do. A failure
/// rolls back only that step; [`carry_out`] then meets it again and counts it.
pub(crate) fn begin(tx: &mut Tx<'_>, by: Claimant, job: Job, pool: &Pool) -> Option<Job> {
    if job.attempts > pool.attempts {
        return Some(job);
    }
    match tx.nested(|tx| step(tx, by, &job)) {
        Ok(Stepped::Over) => None,
        Ok(Stepped::More(next)) => Some(next),
        Err(_) => Some(job),
    }
}

async fn next(pools: &Pools, job: &Job, place: &Place) -> Result<Stepped> {
    // Claimed more often than it may fail: it probably kills the process.
    if job.attempts > place.pool().attempts {
        return Err(Error::internal("the worker died of this job each time"));
    }
    tokio::select! {
        done = pools.outside.work(job) => done?,
        () = pools.stopped() => return Ok(Stepped::More(job.clone())),
    }
    let by = pools.alive.claimant().await?;
    let (db, job) = (pools.db.with_key(Key::workspace(&job.workspace)), job.clone());
    db.write(move |tx| step(tx, by, &job)).await
}

fn step(tx: &mut Tx<'_>, by: Claimant, job: &Job) -> Result<Stepped> {
    if !jobs::lock_if_claimed(&mut tx.within(&job.workspace), job)? {
        return Ok(Stepped::Over);
    }
    if kinds::step(tx, job)? {
        jobs::done(&mut tx.within(&job.workspace), job)?;
        return Ok(Stepped::Over);
    }
    Ok(Stepped::More(jobs::renew(&mut tx.within(&job.workspace), by, job)?))
}

/// Schedules a retry of a job, or gives it up if it failed often enough.
async fn failed(pools: &Pools, job: Job, attempts: i64, error: &Error) {
    let text = error.cause.clone().unwrap_or_else(|| error.to_string());
    tracing::error!(
        workspace = job.workspace,
        job = %job.id,
        kind = job.kind.as_str(),
        attempt = job.attempts,
        "a job failed: {text}"
    );
    let written = pools.db.write(move |tx| {
        let tx = &mut tx.within(&job.workspace);
        if !jobs::lock_if_claimed(tx, &job)? {
            return Ok(());
        }
        if job.attempts >= attempts {
            kinds::give_up(tx, &job)?;
            return jobs::failed(tx, &job, &text).map_err(Error::from);
        }
        let run_at = tx.now() + backoff(job.attempts);
        jobs::retry_at(tx, &job, run_at, &text).map_err(Error::from)
    });
    if let Err(error) = written.await {
        // It stays claimed and is due again when the claim expires.
        tracing::error!(cause = error.cause.as_deref(), "a failed job could not be rescheduled: {error}");
    }
}

async fn release(pools: &Pools, job: Job) {
    let released = pools.db.write(move |tx| {
        let tx = &mut tx.within(&job.workspace);
        if jobs::lock_if_claimed(tx, &job)? { jobs::release(tx, &job) } else { Ok(()) }
    });
    if let Err(error) = released.await.map_err(Error::from) {
        tracing::warn!(cause = error.cause.as_deref(), "a job could not be released: {error}");
    }
}

/// Seconds until the next attempt: 10, 40, 160 and so on, at most an hour.
fn backoff(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.clamp(1, 6) - 1).unwrap_or(0);
    (10 * 4_i64.pow(exponent)).min(3600)
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn retries_back_off_up_to_an_hour() {
        let waits: Vec<i64> = (1..=8).map(backoff).collect();
        assert_eq!(waits, [10, 40, 160, 640, 2560, 3600, 3600, 3600]);
    }
}
