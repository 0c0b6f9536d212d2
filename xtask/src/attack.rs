//! The load that one workspace can put on a server: large bodies, expensive searches, event streams, files from a slow
//! server, and long bulk jobs, all at once.

use std::fmt;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::fill;
use crate::load::Histogram;
use crate::server::Workspace;

/// Connections that send large bodies, and that search.
const BODIES: usize = 8;
const SEARCHES: usize = 16;
/// Files to fetch from a slow server.
const DRIPS: usize = 10;
/// Contacts of a bulk job.
const BULK: usize = 10_000;
/// Tokens, so that streams are limited by the workspace and not by one token alone.
const TOKENS: usize = 10;
/// How long an attacker waits after a refusal.
const PAUSE: Duration = Duration::from_millis(10);

/// How large the attack is.
pub(crate) struct Plan {
    pub(crate) contacts: u64,
    pub(crate) streams: usize,
    pub(crate) tokens: Vec<String>,
}

/// An attack that is ready to start.
pub(crate) struct Prepared {
    target: Target,
    plan: Plan,
    /// A conversation to reply to, and its contact.
    conversation: String,
    contact: String,
}

/// The results of the attacker's requests.
#[derive(Default)]
pub(crate) struct Report {
    bodies: Count,
    searches: Count,
    streams: Count,
    bulk: Count,
}

#[derive(Default)]
struct Count {
    served: AtomicU64,
    refused: AtomicU64,
    /// The durations of successful requests.
    waits: Mutex<Histogram>,
}

impl Count {
    fn add(&self, served: bool) {
        let counter = if served { &self.served } else { &self.refused };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    fn add_after(&self, served: bool, wait: Duration) {
        self.add(served);
        if served {
            self.waits.lock().unwrap_or_else(PoisonError::into_inner).record(wait);
        }
    }
}

impl Report {
    /// The attacker's own median wait for a search, in milliseconds; 0 if none was served.
    pub(crate) fn search_wait_ms(&self) -> f64 {
        self.searches.waits.lock().unwrap_or_else(PoisonError::into_inner).quantile_ms(0.5)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the attacker, served/refused:")?;
        let all =
            [("bodies", &self.bodies), ("searches", &self.searches), ("streams", &self.streams), ("bulk", &self.bulk)];
        for (name, count) in all {
            let (served, refused) = (count.served.load(Ordering::Relaxed), count.refused.load(Ordering::Relaxed));
            write!(f, " {name} {served}/{refused}")?;
        }
        Ok(())
    }
}

/// Tokens of the attacking workspace.
pub(crate) fn tokens(binary: &Path, database: &str, workspace: &Workspace) -> Result<Vec<String>, String> {
    let one = |_| {
        let output = Command::new(binary)
            .args(["token", "create", "--workspace", &workspace.id, "--scopes", "all", "--database", database])
            .output()
            .map_err(|e| format!("starting {}: {e}", binary.display()))?;
        let token = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && !token.is_empty() {
            return Ok(token);
        }
        Err(format!("token create failed: {}", String::from_utf8_lossy(&output.stderr)))
    };
    (0..TOKENS).map(one).collect()
}

/// Fills the attacking workspace.
pub(crate) async fn prepare(target: Target, admin_id: &str, plan: Plan) -> Result<Prepared, String> {
    let filled = fill::fill(&target, admin_id, "", plan.contacts).await?;
    let mut connection = Connection::open(target.addr).await?;
    let contact = filled.rich_id;
    let body = json!({"from": {"type": "user", "id": contact}, "body": "Here are some files"});
    let made = connection.json(&target.post("/conversations", &body.to_string())).await?;
    let conversation = made["conversation_id"].as_str().ok_or("a conversation has no id")?.to_owned();
    Ok(Prepared { target, plan, conversation, contact })
}

/// Attacks on separate threads until `stop`.
pub(crate) fn start(prepared: Prepared, stop: &Arc<AtomicBool>) -> JoinHandle<Result<Arc<Report>, String>> {
    let stop = Arc::clone(stop);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
        let report = Arc::new(Report::default());
        runtime.block_on(attack(prepared, Arc::clone(&report), stop))?;
        Ok(report)
    })
}

async fn attack(prepared: Prepared, report: Arc<Report>, stop: Arc<AtomicBool>) -> Result<(), String> {
    let Prepared { target, plan, conversation, contact } = prepared;
    let mut tasks = JoinSet::new();
    drip(&mut tasks, &target, &conversation, &contact).await?;
    let bodies = bodies();
    for n in 0..BODIES {
        let (target, report) = (target.clone(), Arc::clone(&report));
        let requests: Vec<Vec<u8>> = bodies.iter().map(|body| target.post("/contacts", body)).collect();
        tasks.spawn(async move { again_and_again(&target, &requests, n, &report.bodies).await });
    }
    let searches = [target.post("/contacts/search", &dear_search().to_string())];
    for n in 0..SEARCHES {
        let (target, report, searches) = (target.clone(), Arc::clone(&report), searches.clone());
        tasks.spawn(async move { again_and_again(&target, &searches, n, &report.searches).await });
    }
    for n in 0..plan.streams {
        let token = plan.tokens[n % plan.tokens.len()].clone();
        let (target, report) = (Target { token, ..target.clone() }, Arc::clone(&report));
        tasks.spawn(async move { follow(&target, &report).await });
    }
    let jobs = (target.clone(), Arc::clone(&report));
    tasks.spawn(async move { bulk_jobs(&jobs.0, &jobs.1).await });
    while !stop.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tasks.abort_all();
    Ok(())
}

/// Bodies that cost the most to read: one above every limit, one of as many values as may be, one long text.
fn bodies() -> Vec<String> {
    let zeros = |count: usize| vec!["0"; count].join(",");
    let values = vec!["\"123456789012345\""; 49_000].join(",");
    vec![
        format!("{{\"x\":[{}]}}", zeros(1_000_000)),
        format!("{{\"x\":[{}]}}", zeros(500_000)),
        format!("{{\"role\":\"lead\",\"x\":[{values}]}}"),
        format!("{{\"role\":\"lead\",\"x\":[{}]}}", vec![format!("\"{}\"", "y".repeat(60_000)); 16].join(",")),
    ]
}

/// A search that no index answers.
fn dear_search() -> Value {
    let contains = |text: &str| json!({"field": "name", "operator": "~", "value": text});
    let texts = ["a", "e", "i", "o", "n", "s", "t", "r"].map(contains);
    json!({
        "query": {"operator": "AND", "value": [
            {"operator": "OR", "value": texts},
            {"operator": "OR", "value": [
                {"field": "custom_attributes.score", "operator": ">", "value": 1},
                {"field": "email", "operator": "!~", "value": "zz"},
            ]},
        ]},
        "sort": {"field": "name", "order": "descending"},
        "pagination": {"per_page": 150},
    })
}

/// Sends requests in turn, and reconnects whenever the server closes the connection.
async fn again_and_again(target: &Target, requests: &[Vec<u8>], first: usize, count: &Count) {
    for request in requests.iter().cycle().skip(first) {
        let sent = Instant::now();
        let served = match Connection::open(target.addr).await {
            Ok(mut connection) => connection.call(request).await.is_ok_and(|reply| reply.status == 200),
            Err(_) => false,
        };
        count.add_after(served, sent.elapsed());
        if !served {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Follows events as long as the server allows, and retries a second after a refusal.
async fn follow(target: &Target, report: &Report) {
    loop {
        if let Ok(mut stream) = TcpStream::connect(target.addr).await
            && stream.write_all(&target.get("/app/events?items=true")).await.is_ok()
        {
            let mut buffer = vec![0; 16 << 10];
            let first = stream.read(&mut buffer).await.unwrap_or(0);
            let served = buffer[..first].starts_with(b"HTTP/1.1 200");
            report.streams.add(served);
            while served && stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {}
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Bulk jobs of ten thousand contacts, one after another.
async fn bulk_jobs(target: &Target, report: &Report) {
    for round in 0_u64.. {
        let Ok(mut connection) = Connection::open(target.addr).await else { return };
        let mut job: Option<String> = None;
        for request in 0..BULK / 100 {
            let contacts: Vec<Value> = (0..100)
                .map(|n| json!({"role": "user", "email": format!("bulk{round}-{}@attack.example", request * 100 + n)}))
                .collect();
            let mut body = json!({"contacts": contacts});
            if let Some(id) = &job {
                body["job"] = json!({"id": id});
            }
            let Ok(reply) = connection.call(&target.post("/contacts/bulk", &body.to_string())).await else { break };
            report.bulk.add(reply.status == 202);
            let answer: Value = serde_json::from_slice(reply.body).unwrap_or_default();
            job = answer["id"].as_str().map(str::to_owned);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Has the server fetch files from a server that sends a byte a second.
async fn drip(tasks: &mut JoinSet<()>, target: &Target, conversation: &str, contact: &str) -> Result<(), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| format!("listening: {e}"))?;
    let address = listener.local_addr().map_err(|e| format!("listening: {e}"))?;
    tasks.spawn(async move {
        let mut open = JoinSet::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            open.spawn(async move {
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: 100000\r\n\r\n")
                    .await;
                while stream.write_all(b"x").await.is_ok() {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            });
        }
    });
    let urls: Vec<String> = (0..DRIPS).map(|n| format!("http://{address}/{n}.png")).collect();
    let body = json!({"type": "user", "intercom_user_id": contact, "message_type": "comment", "body": "x", "attachment_urls": urls});
    let mut connection = Connection::open(target.addr).await?;
    connection.json(&target.post(&format!("/conversations/{conversation}/reply"), &body.to_string())).await?;
    Ok(())
}
