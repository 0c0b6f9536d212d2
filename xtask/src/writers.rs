//! Connections that create contacts until they are stopped, or until the server is killed.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::people::Person;

/// They end by themselves after this many writes each, so that a fast machine stays bounded.
const WRITES_PER_CONNECTION: usize = 5_000;
/// Writes that are waited for.
const ENOUGH: u64 = 50;
/// How long they may take, however slow the machine is.
const PATIENCE: Duration = Duration::from_secs(30);

/// The id and the email address of a contact whose creation was answered with 200.
pub(crate) type Acknowledged = (String, String);

/// State that the connections share.
#[derive(Debug, Default)]
struct Shared {
    /// Writes that were acknowledged.
    count: AtomicU64,
    /// A broken connection is expected from here on.
    is_end_expected: AtomicBool,
    is_stopped: AtomicBool,
}

/// Connections at work.
pub(crate) struct Writers {
    shared: Arc<Shared>,
    tasks: JoinSet<Result<Vec<Acknowledged>, String>>,
}

impl Writers {
    /// Starts so many. `next` numbers the contacts, over all writers of a seed.
    pub(crate) fn start(count: usize, target: &Target, seed: u64, next: &Arc<AtomicU64>) -> Self {
        let (shared, mut tasks) = (Arc::<Shared>::default(), JoinSet::new());
        for _ in 0..count {
            let (target, next, shared) = (target.clone(), Arc::clone(next), Arc::clone(&shared));
            tasks.spawn(async move { write(&target, seed, &next, &shared).await });
        }
        Self { shared, tasks }
    }

    /// Waits until more are acknowledged: a kill before that would test nothing.
    pub(crate) async fn wait_for_answers(&self) -> Result<(), String> {
        let (before, began) = (self.shared.count.load(Ordering::Relaxed), Instant::now());
        while self.shared.count.load(Ordering::Relaxed) < before + ENOUGH {
            if began.elapsed() > PATIENCE {
                return Err(format!("fewer than {ENOUGH} contacts were acknowledged in {} s", PATIENCE.as_secs()));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Announces that the server is about to be killed. Before that, a broken connection is an error.
    pub(crate) fn expect_the_end(&self) {
        self.shared.is_end_expected.store(true, Ordering::SeqCst);
    }

    /// Stops them; returns the acknowledged contacts.
    pub(crate) async fn end(mut self) -> Result<Vec<Acknowledged>, String> {
        self.shared.is_stopped.store(true, Ordering::SeqCst);
        let mut acknowledged = Vec::new();
        while let Some(joined) = self.tasks.join_next().await {
            acknowledged.extend(joined.map_err(|e| format!("a connection failed: {e}"))??);
        }
        Ok(acknowledged)
    }
}

async fn write(target: &Target, seed: u64, next: &AtomicU64, shared: &Shared) -> Result<Vec<Acknowledged>, String> {
    let (mut body, mut request, mut acknowledged) = (String::new(), Vec::new(), Vec::new());
    let mut connection = match Connection::open(target.addr).await {
        Err(_) if shared.is_end_expected.load(Ordering::SeqCst) => return Ok(acknowledged),
        opened => opened?,
    };
    while acknowledged.len() < WRITES_PER_CONNECTION && !shared.is_stopped.load(Ordering::SeqCst) {
        let person = Person::live(seed, next.fetch_add(1, Ordering::Relaxed));
        person.body_without_attributes(&mut body);
        target.render(&mut request, "POST", "/contacts", &body);
        match connection.call(&request).await {
            Ok(reply) => {
                reply.expect_ok()?;
                let contact: Value =
                    serde_json::from_slice(reply.body).map_err(|e| format!("the answer is not JSON: {e}"))?;
                let id = contact["id"].as_str().ok_or_else(|| format!("the answer has no id: {contact}"))?;
                acknowledged.push((id.to_owned(), person.email()));
                shared.count.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) if shared.is_end_expected.load(Ordering::SeqCst) => break,
            Err(e) => return Err(format!("the server failed before it was killed: {e}")),
        }
    }
    Ok(acknowledged)
}
