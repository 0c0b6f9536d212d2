//! Whether the server responds. While it does not, calls are refused at once, and one thread probes it until it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::server::{Refused, Server};
use super::wire::{Failure, Wire};
use crate::{Error, Result};

/// How long the server may take to answer a probe.
const ANSWER: Duration = Duration::from_secs(1);
/// The shortest and the longest pause between two probes.
const PAUSES: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(200)];

/// The known state of the server.
pub(crate) struct Health {
    server: Server,
    down: watch::Sender<bool>,
    probing: AtomicBool,
    closed: AtomicBool,
}

impl Health {
    pub(crate) fn new(server: Server) -> Health {
        Health {
            server,
            down: watch::Sender::new(false),
            probing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.server.lineage.generation()
    }

    /// Records that the server was lost, unless that was recorded after a connection of this generation was opened.
    pub(crate) fn lost(&self, generation: u64) {
        self.server.lineage.discard_of(generation);
    }

    /// Fails with [`Error::Unavailable`] while the server does not respond.
    pub(crate) fn check(&self) -> Result<()> {
        if *self.down.borrow() { Err(down()) } else { Ok(()) }
    }

    /// Completes when the server does not respond.
    pub(crate) async fn failed(&self) -> Error {
        let mut watched = self.down.subscribe();
        // Fails if the sender was dropped, which `self` prevents.
        let _ = watched.wait_for(|down| *down).await;
        down()
    }

    /// Checks in the background whether the server still responds, and repeats that until it does.
    pub(crate) fn suspect(self: &Arc<Self>) {
        if self.closed.load(Ordering::SeqCst) || self.probing.swap(true, Ordering::SeqCst) {
            return;
        }
        let this = Arc::clone(self);
        let probe = move || {
            this.probe();
            this.probing.store(false, Ordering::SeqCst);
        };
        if let Err(error) = std::thread::Builder::new().name("pg-probe".to_owned()).spawn(probe) {
            self.probing.store(false, Ordering::SeqCst);
            tracing::warn!(%error, "starting a thread failed");
        }
    }

    /// Stops probing.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    fn probe(&self) {
        let mut pause = PAUSES[0];
        while !self.closed.load(Ordering::SeqCst) {
            let refused = match ask(&self.server) {
                // A server that has no free connections or another password still serves the open connections.
                Ok(()) | Err(Refused { answered: true, .. }) => {
                    if self.down.send_replace(false) {
                        tracing::info!("PostgreSQL answers again");
                    }
                    return;
                }
                Err(refused) => refused,
            };
            if !self.down.send_replace(true) {
                self.server.lineage.discard();
                tracing::warn!(cause = %refused.reason, "PostgreSQL does not answer: requests are refused until it does");
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSES[1]);
        }
    }
}

/// Runs a query on the server. Connecting is not enough: a pooler accepts connections even while its server is down.
fn ask(server: &Server) -> Result<(), Refused> {
    let begun = Instant::now();
    let mut wire = Wire::connect(server, ANSWER)?;
    match wire.call(Some(begun + ANSWER), async |client| client.batch_execute("SELECT 1").await) {
        Ok(()) => Ok(()),
        Err(Failure::Driver(error)) => {
            // Class 08: reported by a pooler that cannot reach its server.
            let unreached = error.code().is_none_or(|code| code.code().starts_with("08"));
            let refused = Refused::from(error);
            Err(Refused { answered: refused.answered && !unreached, ..refused })
        }
        Err(failure) => Err(failure.into()),
    }
}

fn down() -> Error {
    Error::Unavailable("PostgreSQL does not answer".to_owned())
}
