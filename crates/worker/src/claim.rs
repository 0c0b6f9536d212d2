//! Claiming jobs, carrying them on, and what becomes of those that fail.

use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs::Job;
use deskwire_store::{Db, Tx, jobs};

use crate::kinds::{self, Outside};

/// How long a claim lasts without a sign of life, in seconds.
const LEASE: i64 = 60;
/// How often a job is tried.
const ATTEMPTS: i64 = 8;

/// What one transaction of a job came to.
enum Stepped {
    /// There is more to do; the claim was renewed.
    More(Job),
    /// It is done, or somebody else has it.
    Over,
}

/// Does jobs until none is due; how many it took up.
pub(crate) async fn all_due(db: &Db, outside: &Outside, stop: &AtomicBool) -> usize {
    let mut taken = 0;
    while !stop.load(Ordering::Relaxed) {
        match next(db).await {
            Ok(Some(job)) => carry_out(db, outside, job, stop).await,
            Ok(None) => break,
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "no job could be claimed: {error}");
                break;
            }
        }
        taken += 1;
    }
    taken
}

async fn next(db: &Db) -> Result<Option<Job>> {
    // Looking costs less than claiming, and most of the time there is nothing.
    if !db.read(|tx| jobs::any_due(tx).map_err(Error::from)).await? {
        return Ok(None);
    }
    db.write(|tx| jobs::claim(tx, LEASE).map_err(Error::from)).await
}

async fn carry_out(db: &Db, outside: &Outside, mut job: Job, stop: &AtomicBool) {
    loop {
        // Claimed more often than it may fail: it takes the whole process with it.
        let stepped = if job.attempts > ATTEMPTS {
            Err(Error::internal("the worker died of this job each time"))
        } else if let Err(error) = outside.work(&job).await {
            Err(error)
        } else {
            let job = job.clone();
            db.write(move |tx| step(tx, &job)).await
        };
        match stepped {
            Ok(Stepped::Over) => return,
            Ok(Stepped::More(next)) => job = next,
            Err(error) => return failed(db, job, &error).await,
        }
        if stop.load(Ordering::Relaxed) {
            return release(db, job).await;
        }
    }
}

fn step(tx: &mut Tx<'_>, job: &Job) -> Result<Stepped> {
    if !jobs::held(tx, job)? {
        return Ok(Stepped::Over);
    }
    if kinds::step(tx, job)? {
        jobs::done(tx, job)?;
        return Ok(Stepped::Over);
    }
    Ok(Stepped::More(jobs::renew(tx, job, LEASE)?))
}

/// Puts a job back for later, or gives it up when it failed often enough.
async fn failed(db: &Db, job: Job, error: &Error) {
    let text = error.cause.clone().unwrap_or_else(|| error.to_string());
    tracing::error!(
        workspace = job.workspace,
        job = job.id,
        kind = job.kind,
        attempt = job.attempts,
        "a job failed: {text}"
    );
    let written = db.write(move |tx| {
        if !jobs::held(tx, &job)? {
            return Ok(());
        }
        if job.attempts >= ATTEMPTS {
            kinds::give_up(tx, &job)?;
            return jobs::failed(tx, &job, &text).map_err(Error::from);
        }
        let run_at = tx.now() + backoff(job.attempts);
        jobs::put_back(tx, &job, run_at, &text).map_err(Error::from)
    });
    if let Err(error) = written.await {
        // It stays claimed and comes back when the lease runs out.
        tracing::error!(cause = error.cause.as_deref(), "a failed job could not be put back: {error}");
    }
}

async fn release(db: &Db, job: Job) {
    let released = db.write(move |tx| if jobs::held(tx, &job)? { jobs::release(tx, &job) } else { Ok(()) });
    if let Err(error) = released.await.map_err(Error::from) {
        tracing::warn!(cause = error.cause.as_deref(), "a job could not be let go of: {error}");
    }
}

/// Seconds until the next try: 10, 40, 160 and so on, an hour at most.
fn backoff(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.clamp(1, 6) - 1).unwrap_or(0);
    (10 * 4_i64.pow(exponent)).min(3600)
}

#[cfg(test)]
mod tests {
    use super::backoff;

    #[test]
    fn tries_are_ever_further_apart_up_to_an_hour() {
        let waits: Vec<i64> = (1..=8).map(backoff).collect();
        assert_eq!(waits, [10, 40, 160, 640, 2560, 3600, 3600, 3600]);
    }
}
