//! The signs of life of this process: while it gives them, what it has claimed is its own.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deskwire_domain::error::{Error, Result};
use deskwire_store::global::workers::{self, Claimant};
use deskwire_store::{Db, Tx};
use parking_lot::Mutex;

/// From one sign of life to the next, while anything is claimed.
const BEAT: Duration = Duration::from_secs(1);

/// This process, as one that claims work.
#[derive(Debug)]
pub(crate) struct Alive {
    db: Db,
    id: i64,
    /// The time by the database's clock, in unix milliseconds, and when it was asked for.
    clock: Mutex<Option<(i64, Instant)>>,
    held: AtomicUsize,
    /// Whether it has ever given a sign of life.
    known: AtomicBool,
    /// When the last sign of life was committed.
    beaten: Mutex<Option<Instant>>,
}

/// Something that is claimed, for as long as this is kept.
#[derive(Debug)]
pub(crate) struct Held(Arc<Alive>);

impl Drop for Held {
    fn drop(&mut self) {
        self.0.held.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Alive {
    pub(crate) fn new(db: Db) -> Arc<Self> {
        Arc::new(Self {
            db,
            id: random(),
            clock: Mutex::new(None),
            held: AtomicUsize::new(0),
            known: AtomicBool::new(false),
            beaten: Mutex::new(None),
        })
    }

    /// What tells this process from others.
    pub(crate) fn id(&self) -> i64 {
        self.id
    }

    /// This process, now.
    pub(crate) async fn claimant(&self) -> Result<Claimant> {
        let known = *self.clock.lock();
        let now_ms = match known {
            // Between two signs of life our own clock is as good; and if it is held still, ours is the only one.
            Some((at, asked)) if asked.elapsed() < BEAT && !self.db.clock().is_frozen() => {
                at + i64::try_from(asked.elapsed().as_millis()).unwrap_or(0)
            }
            _ => {
                let now_ms = self.db.read(|tx| workers::clock(tx).map_err(Error::from)).await?;
                *self.clock.lock() = Some((now_ms, Instant::now()));
                now_ms
            }
        };
        Ok(Claimant { id: self.id, now_ms })
    }

    /// Claims something in a transaction that also gives a sign of life, unless the last one is recent.
    pub(crate) async fn claim<T: Send + 'static>(
        &self,
        db: &Db,
        mut f: impl FnMut(&mut Tx<'_>, Claimant) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let by = self.claimant().await?;
        let is_recent = self.beaten.lock().is_some_and(|at| at.elapsed() < BEAT) && !self.db.clock().is_frozen();
        if is_recent {
            return db.write(move |tx| f(tx, by)).await;
        }
        self.known.store(true, Ordering::SeqCst);
        let began = Instant::now();
        let done = db
            .write(move |tx| {
                workers::beat(tx, by)?;
                f(tx, by)
            })
            .await?;
        *self.beaten.lock() = Some(began);
        Ok(done)
    }

    /// Gives a sign of life.
    async fn beat(&self) -> Result<()> {
        *self.beaten.lock() = None;
        self.claim(&self.db, |_, _| Ok(())).await
    }

    /// Notes that something is claimed.
    pub(crate) fn hold(self: &Arc<Self>) -> Held {
        self.held.fetch_add(1, Ordering::SeqCst);
        Held(self.clone())
    }

    /// Gives signs of life while anything is claimed, until `ended`; then says that it was the last one.
    pub(crate) async fn run(&self, ended: impl Future<Output = ()>) {
        let beats = async {
            loop {
                if self.held.load(Ordering::SeqCst) > 0
                    && let Err(error) = self.beat().await
                {
                    tracing::warn!(cause = error.cause.as_deref(), "no sign of life could be given: {error}");
                }
                tokio::time::sleep(BEAT).await;
            }
        };
        tokio::select! {
            () = beats => {}
            () = ended => {}
        }
        if self.known.load(Ordering::SeqCst)
            && let Err(error) = self.leave().await
        {
            tracing::warn!(cause = error.cause.as_deref(), "leaving could not be noted: {error}");
        }
    }

    async fn leave(&self) -> Result<()> {
        let by = self.claimant().await?;
        self.db.write(move |tx| workers::leave(tx, by).map_err(Error::from)).await
    }
}

/// A number that no other process has.
pub(crate) fn random() -> i64 {
    use std::hash::{BuildHasher, RandomState};
    // Keyed afresh from the system's randomness in every process and every time.
    i64::from_ne_bytes(RandomState::new().hash_one(std::process::id()).to_ne_bytes()) | 1
}
