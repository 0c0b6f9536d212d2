//! Whether the server answers. While it does not, callers are refused at once, and one thread asks until it does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::server::{Refused, Server};
use super::wire::{Failure, Wire};
use crate::{Error, Result};

/// How long the server has to answer a question whether it is there.
const ANSWER: Duration = Duration::from_secs(1);
/// Between two such questions, growing.
const PAUSES: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(200)];

/// What is known of the server.
pub(crate) struct Health {
    server: Server,
    /// How often the server was lost. Connections made before the last time are not used again.
    generation: AtomicU64,
    down: watch::Sender<bool>,
    probing: AtomicBool,
    closed: AtomicBool,
}

impl Health {
    pub(crate) fn new(server: Server) -> Health {
        Health {
            server,
            generation: AtomicU64::new(0),
            down: watch::Sender::new(false),
            probing: AtomicBool::new(false),
            closed: AtomicBool::new(false),
        }
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// Notes that the server was lost, unless that is known of connections as old as this one.
    pub(crate) fn lost(&self, generation: u64) {
        let _ = self.generation.compare_exchange(generation, generation + 1, Ordering::SeqCst, Ordering::SeqCst);
    }

    /// [`Error::Unavailable`] while the server does not answer.
    pub(crate) fn check(&self) -> Result<()> {
        if *self.down.borrow() { Err(down()) } else { Ok(()) }
    }

    /// Ready once the server does not answer.
    pub(crate) async fn failed(&self) -> Error {
        let mut watched = self.down.subscribe();
        // It fails when nobody is left to tell, which `self` rules out.
        let _ = watched.wait_for(|down| *down).await;
        down()
    }

    /// Finds out, beside what goes on, whether the server still answers, and again until it does.
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

    /// Stops asking.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    fn probe(&self) {
        let mut pause = PAUSES[0];
        while !self.closed.load(Ordering::SeqCst) {
            let refused = match ask(&self.server) {
                // A server that has no room or another password still serves the connections that there are.
                Ok(()) | Err(Refused { answered: true, .. }) => {
                    if self.down.send_replace(false) {
                        tracing::info!("PostgreSQL answers again");
                    }
                    return;
                }
                Err(refused) => refused,
            };
            if !self.down.send_replace(true) {
                self.generation.fetch_add(1, Ordering::SeqCst);
                tracing::warn!(cause = %refused.reason, "PostgreSQL does not answer: requests are refused until it does");
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(PAUSES[1]);
        }
    }
}

/// Has the server answer a question: a pooler takes connections by itself, also while the server behind it is gone.
fn ask(server: &Server) -> Result<(), Refused> {
    let begun = Instant::now();
    let mut wire = Wire::connect(server, ANSWER)?;
    match wire.call(Some(begun + ANSWER), async |client| client.batch_execute("SELECT 1").await) {
        Ok(()) => Ok(()),
        Err(Failure::Late) => Err(Refused::silent("it took a connection and answered nothing".to_owned())),
        Err(Failure::Closed) => Err(Refused::silent("it took a connection and closed it".to_owned())),
        Err(Failure::Driver(error)) => {
            // Class 08: what a pooler says of a server that it cannot reach.
            let unreached = error.code().is_none_or(|code| code.code().starts_with("08"));
            let refused = Refused::from(error);
            Err(Refused { answered: refused.answered && !unreached, ..refused })
        }
    }
}

fn down() -> Error {
    Error::Unavailable("PostgreSQL does not answer".to_owned())
}
