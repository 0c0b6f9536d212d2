//! Checks that nothing that teammates did in the inbox is lost or done twice: ten of them reply, write notes and drafts,
//! assign and close, each write with its key, while the server is killed. A write that was not answered is sent again, as the
//! inbox does. In the end each conversation must show the result of the answered writes, with every message once.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::client::Connection;
use crate::desk::{self, Seat};
use crate::people::scramble;
use crate::server::{self, Server};

/// Teammates, and the conversations that each works in.
const TEAMMATES: u64 = 10;
const CONVERSATIONS: usize = 5;
/// Writes that must have been answered before the server may be killed, and how long they may take.
const ENOUGH: u64 = 50;
const PATIENCE: Duration = Duration::from_secs(60);
/// The maximum number of writes of a teammate in a round.
const MAX_WRITES: usize = 400;
/// How long replies are held, with time for the worker to send them.
const HELD: Duration = Duration::from_secs(40);

/// The expected state of a conversation.
#[derive(Debug, Clone, Default)]
struct Expected {
    /// The texts of messages and notes.
    texts: Vec<String>,
    assignee: Option<String>,
    closed: bool,
    draft: Option<String>,
    /// `updated_at` of the draft.
    base: i64,
}

/// A write that was not answered yet.
#[derive(Debug, Clone)]
struct Write {
    conversation: usize,
    method: &'static str,
    path: String,
    key: String,
    body: Value,
}

/// A teammate at work.
struct Teammate {
    seat: Seat,
    ids: Vec<String>,
    expected: Vec<Expected>,
    /// The requests in flight when the server was killed.
    unanswered: Option<Write>,
    written: u64,
}

/// Runs all rounds.
pub(crate) async fn rounds(rounds: u32, binary: &Path, database: &str, log: &Path, seed: u64) -> Result<(), String> {
    let workspace = server::create_workspace(binary, database, "desk")?;
    let seats = desk::seats(database, &workspace, 0, TEAMMATES)?;
    let mut server = Server::deskwire(binary, database, log)?;
    let count = CONVERSATIONS * usize::try_from(TEAMMATES).unwrap_or(1);
    let ids = desk::conversations(server.addr, &workspace, count).await?;
    let teammate = |(seat, ids): (Seat, &[String])| Teammate {
        seat,
        ids: ids.to_vec(),
        expected: vec![Expected::default(); ids.len()],
        unanswered: None,
        written: 0,
    };
    let mut team: Vec<Teammate> = seats.into_iter().zip(ids.chunks(CONVERSATIONS)).map(teammate).collect();
    for round in 1..=rounds {
        team = work_until_killed(server, team, scramble(seed ^ u64::from(round))).await?;
        server = Server::deskwire(binary, database, log)?;
        let unanswered = team.iter().filter(|teammate| teammate.unanswered.is_some()).count();
        let answered: u64 = team.iter().map(|teammate| teammate.written).sum();
        println!(
            "round {round}: {answered} writes of {TEAMMATES} teammates answered so far, {unanswered} sent again, ready again after {:.0} ms",
            server.ready_after.as_secs_f64() * 1e3
        );
        for teammate in &mut team {
            teammate.send_again(server.addr).await?;
        }
    }
    let messages: usize = team.iter().flat_map(|teammate| &teammate.expected).map(|one| one.texts.len()).sum();
    let deadline = Instant::now() + HELD;
    for teammate in &team {
        teammate.verify(server.addr, deadline).await?;
    }
    println!("{messages} messages and notes, each there once; every assignment, state and draft is as it was left");
    server.stop()
}

/// Has all work, and kills the server at a random moment.
async fn work_until_killed(server: Server, team: Vec<Teammate>, chance: u64) -> Result<Vec<Teammate>, String> {
    let (killed, written) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut tasks = JoinSet::new();
    for mut teammate in team {
        let (addr, killed, written) = (server.addr, killed.clone(), written.clone());
        tasks.spawn(async move { teammate.work(addr, &killed, &written).await.map(|()| teammate) });
    }
    let patience = Instant::now() + PATIENCE;
    while written.load(Ordering::Relaxed) < ENOUGH {
        if Instant::now() > patience {
            return Err(format!("fewer than {ENOUGH} writes were answered in {} s", PATIENCE.as_secs()));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(chance % 950)).await;
    // Only from here on a broken connection is expected.
    killed.store(true, Ordering::SeqCst);
    server.kill()?;
    let mut team = Vec::new();
    while let Some(done) = tasks.join_next().await {
        team.push(done.map_err(|e| e.to_string())??);
    }
    Ok(team)
}

impl Teammate {
    async fn work(&mut self, addr: SocketAddr, killed: &AtomicBool, written: &AtomicU64) -> Result<(), String> {
        let mut connection = match Connection::open(addr).await {
            Err(_) if killed.load(Ordering::SeqCst) => return Ok(()),
            opened => opened?,
        };
        for _ in 0..MAX_WRITES {
            let write = self.next();
            self.unanswered = Some(write.clone());
            match connection.call(&self.request(&write)).await {
                Ok(reply) => {
                    reply.expect_ok().map_err(|e| format!("{} {}: {e}", write.method, write.path))?;
                    let answer = serde_json::from_slice(reply.body).map_err(|e| e.to_string())?;
                    self.answered(&write, &answer);
                    written.fetch_add(1, Ordering::Relaxed);
                }
                Err(_) if killed.load(Ordering::SeqCst) => return Ok(()),
                Err(e) => return Err(format!("the server failed before it was killed: {e}")),
            }
        }
        Ok(())
    }

    /// The next write: each kind in turn, in one conversation after the other.
    fn next(&self) -> Write {
        let number = self.written;
        let conversation = usize::try_from(number / 6).unwrap_or(0) % self.ids.len();
        let path = |rest: &str| format!("/conversations/{}/{rest}", self.ids[conversation]);
        let text = format!("<p>{} writes {number}</p>", self.seat.admin);
        let expected = &self.expected[conversation];
        let message = |kind: &str| json!({"kind": kind, "html": text, "force": true});
        let (method, path, body) = match number % 6 {
            0 => ("POST", path("reply"), message("reply")),
            2 => {
                let assignee = expected.assignee.is_none().then(|| self.seat.admin.to_string());
                ("POST", path("actions"), json!({"type": "assign", "admin_id": assignee}))
            }
            3 => ("POST", path("actions"), json!({"type": if expected.closed { "open" } else { "close" }})),
            4 => ("PUT", path("drafts/reply"), json!({"html": text, "base": expected.base})),
            _ => ("POST", path("reply"), message("note")),
        };
        Write { conversation, method, path, key: format!("{}-{number:0>20}", self.seat.admin), body }
    }

    fn request(&self, write: &Write) -> Vec<u8> {
        self.seat.write(write.method, &write.path, &write.key, &write.body)
    }

    /// Takes down what an answered write has made of its conversation.
    fn answered(&mut self, write: &Write, answer: &Value) {
        let expected = &mut self.expected[write.conversation];
        let html = || write.body["html"].as_str().map(str::to_owned);
        match (write.method, write.body["type"].as_str()) {
            ("PUT", _) => {
                expected.draft = html();
                expected.base = answer["draft"]["updated_at"].as_i64().unwrap_or(0);
            }
            (_, Some("assign")) => expected.assignee = write.body["admin_id"].as_str().map(str::to_owned),
            (_, Some(state)) => expected.closed = state == "close",
            (_, None) => {
                expected.texts.extend(html());
                // Sending a reply discards the draft of one.
                if write.body["kind"] == "reply" {
                    (expected.draft, expected.base) = (None, 0);
                }
            }
        }
        self.unanswered = None;
        self.written += 1;
    }

    /// Repeats unanswered writes with their keys, as a browser does when it reconnects.
    async fn send_again(&mut self, addr: SocketAddr) -> Result<(), String> {
        let Some(write) = self.unanswered.clone() else { return Ok(()) };
        let mut connection = Connection::open(addr).await?;
        let answer = connection.json(&self.request(&write)).await;
        self.answered(&write, &answer.map_err(|e| format!("{} {} again: {e}", write.method, write.path))?);
        Ok(())
    }

    /// Compares every conversation with the answered writes, after replies that are still held were sent.
    async fn verify(&self, addr: SocketAddr, deadline: Instant) -> Result<(), String> {
        let mut connection = Connection::open(addr).await?;
        for (id, expected) in self.ids.iter().zip(&self.expected) {
            loop {
                let found = messages(&mut connection, &self.seat, id).await?;
                let missing = expected.texts.iter().find(|text| !found.contains_key(*text));
                if let Some((text, times)) = found.iter().find(|(_, times)| **times > 1) {
                    return Err(format!("conversation {id} has {text} {times} times"));
                }
                match missing {
                    None if found.len() == expected.texts.len() => break,
                    None => return Err(format!("conversation {id} has messages that were never sent: {found:?}")),
                    Some(text) if Instant::now() > deadline => {
                        return Err(format!("conversation {id} has lost {text}, which was acknowledged"));
                    }
                    Some(_) => tokio::time::sleep(Duration::from_millis(500)).await,
                }
            }
            let shown = connection.json(&self.seat.get(&format!("/conversations/{id}"))).await?;
            let (row, drafts) = (&shown["row"], shown["drafts"].as_array());
            let draft = drafts.and_then(|all| all.first()).and_then(|draft| draft["html"].as_str());
            let is = (row["admin_assignee_id"].as_str(), row["state"] == "closed", draft);
            let wanted = (expected.assignee.as_deref(), expected.closed, expected.draft.as_deref());
            if is != wanted {
                return Err(format!("conversation {id} is {is:?}, and was left as {wanted:?}"));
            }
        }
        Ok(())
    }
}

/// How often a conversation has each text that a teammate wrote, all its windows of parts together. Held replies are left
/// out.
async fn messages(connection: &mut Connection, seat: &Seat, id: &str) -> Result<HashMap<String, usize>, String> {
    let mut found = HashMap::new();
    let mut before: Option<String> = None;
    loop {
        let query = before.map_or_else(String::new, |before| format!("?before={before}"));
        let page = connection.json(&seat.get(&format!("/conversations/{id}/parts{query}"))).await?;
        let parts = page["parts"].as_array().ok_or("a conversation has no parts")?;
        for part in parts.iter().filter(|part| part["held_until"].is_null()) {
            if let Some(text) = part["html"].as_str().filter(|text| text.contains(" writes ")) {
                *found.entry(text.to_owned()).or_insert(0) += 1;
            }
        }
        match page["before"].as_str() {
            Some(next) => before = Some(next.to_owned()),
            None => return Ok(found),
        }
    }
}
