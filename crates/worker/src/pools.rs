//! The scheduling of jobs: a pool for each kind, in which workspaces take turns.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use deskwire_domain::error::{Error, Result};
use deskwire_domain::jobs::{Job, JobKind};
use deskwire_store::fair::Key;
use deskwire_store::global::queues::{self, Among};
use deskwire_store::global::workers::Claimant;
use deskwire_store::{Db, Dialect, Tx, jobs};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::POLL;
use crate::alive::{Alive, ClaimGuard};
use crate::claim;
use crate::kinds::{BULK_OPEN_MS, Outside, POOLS, Pool};
use crate::looks::Looks;

/// How long a new job waits, so that a client that adds tasks to it one by one finds it open.
const OPEN: Duration = Duration::from_millis(BULK_OPEN_MS.unsigned_abs());

/// The pools of a process.
#[derive(Debug)]
pub(crate) struct Pools {
    pub(crate) db: Db,
    pub(crate) outside: Outside,
    pub(crate) alive: Arc<Alive>,
    looks: Arc<Looks>,
    taken: [Arc<Mutex<Taken>>; POOLS.len()],
    stopping: watch::Sender<bool>,
}

/// The places of a pool.
#[derive(Debug, Default)]
struct Taken {
    total: usize,
    of: HashMap<String, usize>,
    /// The workspace that had the last turn.
    last: String,
}

/// A place in a pool, held until dropped.
#[derive(Debug)]
pub(crate) struct Place {
    pool: &'static Pool,
    taken: Arc<Mutex<Taken>>,
    workspace: String,
    _claim: ClaimGuard,
}

impl Place {
    pub(crate) fn pool(&self) -> &'static Pool {
        self.pool
    }

    /// Whether the pool is full, so that another job may be waiting for this place.
    pub(crate) fn is_wanted(&self) -> bool {
        self.taken.lock().total >= self.pool.at_once
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.taken.lock();
        taken.total -= 1;
        if let Some(own) = taken.of.get_mut(&self.workspace) {
            *own -= 1;
            if *own == 0 {
                taken.of.remove(&self.workspace);
            }
        }
    }
}

impl Taken {
    /// How many more jobs each workspace may have: workspaces take turns, starting after the one that had the last.
    fn share(&mut self, pool: &Pool, waiting: &BTreeSet<&str>) -> Vec<(String, i64)> {
        let after = waiting.iter().filter(|w| **w > self.last.as_str());
        let turns: Vec<&str> = after.chain(waiting.iter().filter(|w| **w <= self.last.as_str())).copied().collect();
        let mut given: Vec<(String, i64)> = turns.iter().map(|w| ((*w).to_owned(), 0)).collect();
        let mut free = pool.at_once.saturating_sub(self.total);
        for _ in 0..pool.each {
            for (workspace, more) in &mut given {
                let own = self.of.get(workspace).copied().unwrap_or(0) + usize::try_from(*more).unwrap_or(0);
                if free > 0 && own < pool.each {
                    free -= 1;
                    *more += 1;
                    self.last.clone_from(workspace);
                }
            }
        }
        given.retain(|(_, more)| *more > 0);
        given
    }
}

impl Pools {
    pub(crate) fn new(db: Db, outside: Outside, alive: Arc<Alive>, looks: Arc<Looks>) -> Arc<Self> {
        let taken = [(); POOLS.len()].map(|()| Arc::default());
        Arc::new(Self { db, outside, alive, looks, taken, stopping: watch::Sender::new(false) })
    }

    /// Lets each job reach its next commit, and cancels work outside of transactions.
    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Ready when the pools are to stop.
    pub(crate) async fn stopped(&self) {
        // An error means that the sender is gone, so it is time to stop as well.
        let _ = self.stopping.subscribe().wait_for(|stop| *stop).await;
    }

    /// Runs due jobs until told to stop: when a job is added or ends, and at intervals.
    pub(crate) async fn run(self: &Arc<Self>) {
        let mut tasks = JoinSet::new();
        while !self.is_stopping() {
            while tasks.try_join_next().is_some() {}
            if self.dispatch(&mut tasks).await > 0 {
                continue;
            }
            tokio::select! {
                () = self.db.jobs_added().notified() => tokio::time::sleep(OPEN).await,
                () = tokio::time::sleep(POLL) => {}
                () = self.stopped() => {}
                Some(_) = tasks.join_next() => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Runs all jobs that are due now; returns how many were claimed.
    pub(crate) async fn run_due(self: &Arc<Self>) -> usize {
        let (mut tasks, mut count) = (JoinSet::new(), 0);
        loop {
            let claimed = self.dispatch(&mut tasks).await;
            count += claimed;
            if claimed == 0 && tasks.join_next().await.is_none() {
                return count;
            }
        }
    }

    async fn dispatch(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> usize {
        let claimed = match self.claim().await {
            Ok(claimed) => claimed,
            Err(error) => {
                tracing::warn!(cause = error.cause.as_deref(), "no job could be claimed: {error}");
                return 0;
            }
        };
        let count = claimed.len();
        for job in claimed.into_iter().flatten() {
            let Some(place) = self.place(&job) else { continue };
            let pools = self.clone();
            tasks.spawn(async move { claim::carry_out(&pools, job, &place).await });
        }
        count
    }

    fn place(&self, job: &Job) -> Option<Place> {
        let (pool, taken) = POOLS.iter().zip(&self.taken).find(|(pool, _)| pool.kind == job.kind)?;
        let mut places = taken.lock();
        places.total += 1;
        *places.of.entry(job.workspace.clone()).or_default() += 1;
        drop(places);
        Some(Place { pool, taken: taken.clone(), workspace: job.workspace.clone(), _claim: self.alive.guard() })
    }

    /// Claims as many due jobs as there are places, except jobs that this process is running.
    async fn claim(self: &Arc<Self>) -> Result<Vec<Option<Job>>> {
        let free = |(pool, taken): &(&Pool, &Arc<Mutex<Taken>>)| taken.lock().total < pool.at_once;
        let kinds: Vec<JobKind> = POOLS.iter().zip(&self.taken).filter(free).map(|(pool, _)| pool.kind).collect();
        if kinds.is_empty() {
            return Ok(Vec::new());
        }
        // A read is cheaper than a claim, and most of the time nothing is due.
        let by = self.alive.claimant().await?;
        let look = move |tx: &mut Tx<'_>, among: Among<'_>| queues::jobs(tx, by, &kinds, among).map_err(Error::from);
        let queues = self.looks.all("jobs", look).await?;
        let mut wanted = Vec::new();
        for (pool, taken) in POOLS.iter().zip(&self.taken) {
            let waiting = queues.iter().filter(|(kind, _)| *kind == pool.kind).map(|(_, w)| w.as_str()).collect();
            let shares = taken.lock().share(pool, &waiting);
            wanted.extend(shares.into_iter().map(|(workspace, more)| (pool, workspace, more)));
        }
        // Concurrently, and each in a transaction that counts as its workspace's: none waits for another.
        let mut claims: JoinSet<_> = wanted
            .into_iter()
            .map(|(pool, workspace, more)| Arc::clone(self).claim_of(pool, workspace, more))
            .collect();
        let mut claimed = Vec::new();
        while let Some(one) = claims.join_next().await {
            match one.map_err(Error::internal).flatten() {
                Ok(jobs) => claimed.extend(jobs),
                Err(error) => tracing::warn!(cause = error.cause.as_deref(), "no job could be claimed: {error}"),
            }
        }
        Ok(claimed)
    }

    /// Claims jobs of one workspace.
    async fn claim_of(self: Arc<Self>, pool: &'static Pool, workspace: String, most: i64) -> Result<Vec<Option<Job>>> {
        let db = self.db.with_key(Key::workspace(&workspace));
        // With a single writer, saving a commit is worth more than shorter claims.
        let begins = pool.is_transactional && db.dialect() == Dialect::Sqlite;
        let frozen = db.clock().is_frozen();
        let claim = move |tx: &mut Tx<'_>, by: Claimant| {
            let before_ms = if frozen || pool.open_ms == 0 { i64::MAX } else { by.now_ms - pool.open_ms + 1 };
            let jobs = jobs::claim(&mut tx.within(&workspace), by, pool.kind, before_ms, most)?;
            Ok(jobs.into_iter().map(|job| if begins { claim::begin(tx, by, job, pool) } else { Some(job) }).collect())
        };
        self.alive.claim(&db, claim).await
    }
}

#[cfg(test)]
mod tests {
    use super::{JobKind, Pool, Taken};

    const POOL: Pool =
        Pool { kind: JobKind::Bulk, at_once: 4, each: 2, attempts: 1, is_transactional: false, open_ms: 0 };

    fn shares(taken: &mut Taken, waiting: &[&str]) -> Vec<(String, i64)> {
        taken.share(&POOL, &waiting.iter().copied().collect())
    }

    fn share(of: &str, more: i64) -> (String, i64) {
        (of.to_owned(), more)
    }

    #[test]
    fn one_workspace_never_has_all_places() {
        let mut taken = Taken::default();
        assert_eq!(shares(&mut taken, &["a"]), [share("a", 2)]);
        (taken.total, taken.of) = (2, [share("a", 2)].map(|(w, _)| (w, 2)).into());
        assert_eq!(shares(&mut taken, &["a"]), []);
        assert_eq!(shares(&mut taken, &["a", "b", "c"]), [share("b", 1), share("c", 1)]);
    }

    #[test]
    fn workspaces_have_their_turns() {
        let mut taken = Taken { total: 3, ..Taken::default() };
        let waiting = ["a", "b", "c"];
        let turns: Vec<_> = (0..4).flat_map(|_| shares(&mut taken, &waiting)).collect();
        assert_eq!(turns, [share("a", 1), share("b", 1), share("c", 1), share("a", 1)]);
    }
}
