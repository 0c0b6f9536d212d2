//! The signs of life of this process, which keep its claims valid.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deskwire_domain::doctor;
use deskwire_domain::error::{Error, Result};
use deskwire_store::global::workers::{self, Claimant};
use deskwire_store::{Db, Tx};
use parking_lot::Mutex;

/// The interval of signs of life while anything is claimed.
const SIGN_INTERVAL: Duration = Duration::from_secs(1);

/// This process as a claimant.
#[derive(Debug)]
pub(crate) struct Alive {
    db: Db,
    id: i64,
    /// The database's time in unix milliseconds, and when it was read.
    clock: Mutex<Option<(i64, Instant)>>,
    /// Whether the local clock was far from the database's when that was read.
    is_skewed: AtomicBool,
    claims: AtomicUsize,
    /// Whether it has given a sign of life.
    is_registered: AtomicBool,
    /// When the last sign of life was committed.
    last_sign: Mutex<Option<Instant>>,
}

/// Counts as one claim until dropped.
#[derive(Debug)]
pub(crate) struct ClaimGuard(Arc<Alive>);

impl Drop for ClaimGuard {
    fn drop(&mut self) {
        self.0.claims.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Alive {
    pub(crate) fn new(db: Db) -> Arc<Self> {
        Arc::new(Self {
            db,
            id: random(),
            clock: Mutex::new(None),
            is_skewed: AtomicBool::new(false),
            claims: AtomicUsize::new(0),
            is_registered: AtomicBool::new(false),
            last_sign: Mutex::new(None),
        })
    }

    /// The id of this process.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// This process at the current time.
    pub(crate) async fn claimant(&self) -> Result<Claimant> {
        let cached = *self.clock.lock();
        let now_ms = match cached {
            // Between two signs of life the local clock is precise enough. In tests the clock is frozen and the only
            // one.
            Some((at, read_at)) if read_at.elapsed() < SIGN_INTERVAL && !self.db.clock().is_frozen() => {
                at + i64::try_from(read_at.elapsed().as_millis()).unwrap_or(0)
            }
            _ => {
                let clocks = self.db.read(doctor::clocks).await?;
                *self.clock.lock() = Some((clocks.database, Instant::now()));
                self.note_skew(clocks.skew());
                clocks.database
            }
        };
        Ok(Claimant { id: self.id, now_ms })
    }

    /// Logs when the clocks begin or cease to differ by more than is tolerated.
    fn note_skew(&self, skew: Option<String>) {
        let was_skewed = self.is_skewed.swap(skew.is_some(), Ordering::Relaxed);
        match skew {
            Some(skew) if !was_skewed => tracing::error!("not ready: {skew}"),
            None if was_skewed => tracing::info!("the clock of this machine agrees with that of the database again"),
            _ => {}
        }
    }

    /// Runs a claim in a transaction that also writes a sign of life, unless the last one is recent.
    pub(crate) async fn claim<T: Send + 'static>(
        &self,
        db: &Db,
        f: impl FnMut(&mut Tx<'_>, Claimant) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let last_sign = *self.last_sign.lock();
        self.claim_after(last_sign, db, f).await
    }

    async fn claim_after<T: Send + 'static>(
        &self,
        last_sign: Option<Instant>,
        db: &Db,
        mut f: impl FnMut(&mut Tx<'_>, Claimant) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (by, read_at) = (self.claimant().await?, Instant::now());
        let frozen = self.db.clock().is_frozen();
        self.is_registered.store(true, Ordering::SeqCst);
        let claim = move |tx: &mut Tx<'_>| {
            // Only now: the write may have waited, it may run again, and the process may have been paused meanwhile.
            let by = if frozen { by } else { by.after(read_at.elapsed()) };
            let recent = last_sign.filter(|at| !frozen && at.elapsed() < SIGN_INTERVAL);
            let sign = recent.unwrap_or_else(Instant::now);
            if recent.is_none() {
                workers::beat(tx, by)?;
            }
            Ok::<_, Error>((f(tx, by)?, sign))
        };
        let (done, sign) = db.write(claim).await?;
        let mut last_sign = self.last_sign.lock();
        *last_sign = (*last_sign).max(Some(sign));
        Ok(done)
    }

    /// Writes a sign of life.
    async fn beat(&self) -> Result<()> {
        self.claim_after(None, &self.db, |_, _| Ok(())).await
    }

    /// Counts a claim.
    pub(crate) fn guard(self: &Arc<Self>) -> ClaimGuard {
        self.claims.fetch_add(1, Ordering::SeqCst);
        ClaimGuard(self.clone())
    }

    /// Writes signs of life while anything is claimed. When `ended` is ready, records that this process has ended.
    pub(crate) async fn run(&self, ended: impl Future<Output = ()>) {
        let beats = async {
            loop {
                if self.claims.load(Ordering::SeqCst) > 0
                    && let Err(error) = self.beat().await
                {
                    tracing::warn!(cause = error.cause.as_deref(), "no sign of life could be given: {error}");
                }
                tokio::time::sleep(SIGN_INTERVAL).await;
            }
        };
        tokio::select! {
            () = beats => {}
            () = ended => {}
        }
        if self.is_registered.load(Ordering::SeqCst)
            && let Err(error) = self.leave().await
        {
            tracing::warn!(cause = error.cause.as_deref(), "the end of this process could not be recorded: {error}");
        }
    }

    async fn leave(&self) -> Result<()> {
        let by = self.claimant().await?;
        self.db.write(move |tx| workers::leave(tx, by).map_err(Error::from)).await
    }
}

/// A random number, practically unique to this process.
pub(crate) fn random() -> i64 {
    use std::hash::{BuildHasher, RandomState};
    // The hasher gets new random keys in every process and every time.
    i64::from_ne_bytes(RandomState::new().hash_one(std::process::id()).to_ne_bytes()) | 1
}
