//! Clients that create contacts and read them again, while the database fails over.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use crate::client::{Connection, Target};

/// Clients of each server.
const CLIENTS: usize = 4;
/// Between two writes: everything that was acknowledged is read in the end.
const PACE: Duration = Duration::from_millis(10);
/// The delay before a refused client retries. `Retry-After` says a second.
const AGAIN: Duration = Duration::from_millis(100);

/// How many writes were acknowledged, and refused with 503.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) acknowledged: usize,
    pub(crate) refused: usize,
}

/// What one server has done so far.
#[derive(Debug)]
struct Progress {
    count: Count,
    /// When a write was acknowledged last, and the longest time without since the last mark.
    last: Instant,
    gap: Duration,
    /// Whether a write was acknowledged since the last call.
    has_news: bool,
}

impl Progress {
    fn add(&mut self, is_acknowledged: bool) {
        if is_acknowledged {
            self.count.acknowledged += 1;
            self.gap = self.gap.max(self.last.elapsed());
            (self.last, self.has_news) = (Instant::now(), true);
        } else {
            self.count.refused += 1;
        }
    }
}

/// A contact by its id and `external_id`.
type Contact = (String, String);

/// The answers that a client got.
#[derive(Debug, Default)]
struct Answers {
    acknowledged: Vec<Contact>,
    refused: Vec<String>,
}

/// Clients of several servers at work.
pub(crate) struct Clients {
    target: Target,
    progress: Vec<Arc<Mutex<Progress>>>,
    stop: Arc<AtomicBool>,
    tasks: JoinSet<Result<Answers, String>>,
}

impl Clients {
    /// Starts them. They expect each answer within a time.
    pub(crate) fn start(servers: impl Iterator<Item = SocketAddr>, token: &str, within: Duration) -> Clients {
        let (mut progress, mut tasks, stop) = (Vec::new(), JoinSet::new(), Arc::new(AtomicBool::new(false)));
        let mut target =
            Target { addr: ([127, 0, 0, 1], 0).into(), token: token.to_owned(), version: "2.16".to_owned() };
        for (at, addr) in servers.enumerate() {
            target.addr = addr;
            let count = Count::default();
            let own = Progress { count, last: Instant::now(), gap: Duration::ZERO, has_news: false };
            let own = Arc::new(Mutex::new(own));
            for number in 0..CLIENTS {
                let (target, stop, own) = (target.clone(), Arc::clone(&stop), Arc::clone(&own));
                tasks.spawn(work(target, within, format!("failover-{at}-{number}"), stop, own));
            }
            progress.push(own);
        }
        Clients { target, progress, stop, tasks }
    }

    /// Fails if a client got an answer that it must not get.
    pub(crate) fn check(&mut self) -> Result<(), String> {
        match self.tasks.try_join_next() {
            None => Ok(()),
            Some(ended) => ended.map_err(|e| format!("a client failed: {e}"))?.map(drop),
        }
    }

    /// How much was done, over all servers.
    pub(crate) fn count(&self) -> Count {
        self.each(|own| own.count).fold(Count::default(), |sum, one| Count {
            acknowledged: sum.acknowledged + one.acknowledged,
            refused: sum.refused + one.refused,
        })
    }

    /// Begins to measure the time without an acknowledged write.
    pub(crate) fn mark(&self) {
        self.each(|own| (own.last, own.gap) = (Instant::now(), Duration::ZERO)).for_each(drop);
    }

    /// The longest such time of a server since then.
    pub(crate) fn gap(&self) -> Duration {
        self.each(|own| own.gap.max(own.last.elapsed())).max().unwrap_or_default()
    }

    /// From here on [`Clients::have_news`] waits for further writes.
    pub(crate) fn expect_news(&self) {
        self.each(|own| own.has_news = false).for_each(drop);
    }

    /// Whether each server acknowledged one.
    pub(crate) fn have_news(&self) -> bool {
        self.each(|own| own.has_news).all(|has| has)
    }

    /// Stops them; returns the acknowledged and refused writes.
    pub(crate) async fn stop(mut self) -> Result<Outcome, String> {
        self.stop.store(true, Ordering::SeqCst);
        let mut outcome = Outcome { target: self.target.clone(), answers: Answers::default() };
        while let Some(ended) = self.tasks.join_next().await {
            let answers = ended.map_err(|e| format!("a client failed: {e}"))??;
            outcome.answers.acknowledged.extend(answers.acknowledged);
            outcome.answers.refused.extend(answers.refused);
        }
        Ok(outcome)
    }

    fn each<T>(&self, f: impl Fn(&mut Progress) -> T) -> impl Iterator<Item = T> {
        self.progress.iter().map(move |own| f(&mut lock(own)))
    }
}

fn lock(own: &Mutex<Progress>) -> std::sync::MutexGuard<'_, Progress> {
    own.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Creates contacts one after another, and reads one of the acknowledged ones after each.
async fn work(
    target: Target,
    within: Duration,
    name: String,
    stop: Arc<AtomicBool>,
    progress: Arc<Mutex<Progress>>,
) -> Result<Answers, String> {
    let (mut answers, mut connection) = (Answers::default(), Connection::open(target.addr).await?);
    for number in 0_usize.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let external_id = format!("{name}-{number}");
        let body = format!(r#"{{"role":"user","external_id":"{external_id}"}}"#);
        let written = answer(&mut connection, &target.post("/contacts", &body), within).await?;
        lock(&progress).add(written.is_some());
        if let Some(contact) = &written {
            let id = contact["id"].as_str().ok_or_else(|| format!("the answer has no id: {contact}"))?;
            answers.acknowledged.push((id.to_owned(), external_id));
            tokio::time::sleep(PACE).await;
        } else {
            answers.refused.push(external_id);
            tokio::time::sleep(AGAIN).await;
        }
        // 31 is coprime to most lengths, so that it is another one each time.
        let index = number.wrapping_mul(31).checked_rem(answers.acknowledged.len());
        let one = index.and_then(|at| answers.acknowledged.get(at));
        if let Some((id, external_id)) = one
            && let Some(read) = answer(&mut connection, &target.get(&format!("/contacts/{id}")), within).await?
            && read["external_id"] != external_id.as_str()
        {
            return Err(format!("{external_id} was acknowledged, and is read as {read}"));
        }
    }
    Ok(answers)
}

/// The body of a 200; none for a 503. Any other answer is an error, and so is a late one.
async fn answer(connection: &mut Connection, request: &[u8], within: Duration) -> Result<Option<Value>, String> {
    let started = Instant::now();
    let reply = tokio::time::timeout(within, connection.call(request))
        .await
        .map_err(|_| format!("no answer within {} s", started.elapsed().as_secs()))??;
    if reply.status == 503 {
        return Ok(None);
    }
    reply.expect_ok()?;
    serde_json::from_slice(reply.body).map(Some).map_err(|e| format!("the answer is not JSON: {e}"))
}

/// The acknowledged and refused writes at the end.
pub(crate) struct Outcome {
    target: Target,
    answers: Answers,
}

impl Outcome {
    /// How many contacts were acknowledged.
    pub(crate) fn acknowledged(&self) -> usize {
        self.answers.acknowledged.len()
    }

    /// Fails unless a server has all that was acknowledged.
    pub(crate) async fn look_up(&self, server: SocketAddr) -> Result<(), String> {
        let mut connection = Connection::open(server).await?;
        let mut lost = Vec::new();
        for (id, external_id) in &self.answers.acknowledged {
            let reply = connection.call(&self.target.get(&format!("/contacts/{id}"))).await?;
            if reply.status != 404 {
                reply.expect_ok()?;
            }
            let contact = serde_json::from_slice::<Value>(reply.body).unwrap_or_default();
            if contact["external_id"] != external_id.as_str() {
                lost.push(external_id);
            }
        }
        match lost.first() {
            None => Ok(()),
            Some(first) => Err(format!(
                "{} of {} acknowledged contacts are lost, the first {first}",
                lost.len(),
                self.answers.acknowledged.len()
            )),
        }
    }

    /// How many of the refused are there: their commit was not answered.
    pub(crate) async fn refused_but_written(&self, server: SocketAddr) -> Result<usize, String> {
        let mut connection = Connection::open(server).await?;
        let mut found = 0;
        for external_id in &self.answers.refused {
            let path = format!("/contacts/find_by_external_id/{external_id}");
            let reply = connection.call(&self.target.get(&path)).await?;
            if reply.status != 404 {
                reply.expect_ok()?;
                found += 1;
            }
        }
        Ok(found)
    }
}
