//! Checks that one workspace cannot slow down another: measures a quiet workspace alone, and again while another attacks
//! with full force.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::attack;
use crate::client::{Connection, Target};
use crate::load::Histogram;
use crate::server::{self, Server, Workspace};

/// How much slower than alone the quiet workspace may be.
const FACTOR: f64 = 3.0;
/// How long a request of the quiet workspace may take of the time that a search of the attacker takes.
const OF_THE_ATTACKER: f64 = 0.5;
/// How many times fewer rounds the quiet workspace may get done under attack than alone.
const ROUNDS_FACTOR: u64 = 20;
/// Contacts of the quiet workspace that are read in turn.
const CONTACTS: usize = 100;
/// How long a bulk job may take before the run fails.
const JOB_LIMIT: Duration = Duration::from_secs(60);
/// How long the attack runs before anything is counted.
const UNFOLD: Duration = Duration::from_secs(2);
/// Rounds a second: a quiet workspace is no load test.
const PACE: Duration = Duration::from_millis(20);

/// Settings of a fairness run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// `sqlite`, for a new file, or the URL of an empty database.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// How long each of the two measurements takes, in seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    seconds: u64,
    /// Contacts of the attacking workspace, which its searches scan.
    #[arg(long, default_value_t = 20_000)]
    contacts: u64,
    /// Streams of events that it opens.
    #[arg(long, default_value_t = 1_000)]
    streams: usize,
    /// The 99th percentile that is always good enough, in milliseconds.
    #[arg(long, default_value_t = 30.0)]
    bound: f64,
    /// Compares the quiet workspace with the attacker instead of with a time, for a server and a machine of any speed.
    #[arg(long)]
    relative: bool,
    /// The most anonymous memory of the server, in mebibytes.
    #[arg(long, default_value_t = 512.0)]
    memory: f64,
    /// The server to measure; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// The requests of the quiet workspace, in this order.
const STEPS: [&str; 5] = ["GET /me", "GET /contacts/{id}", "POST /contacts", "search by email", "bulk job of one"];

/// Runs both measurements; fails if a bound is exceeded.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("fairness-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let database = match options.database.as_str() {
        "sqlite" => format!("sqlite:{}", dir.join("fairness.db").display()),
        url => url.to_owned(),
    };
    let attacker = server::create_workspace(&binary, &database, "attacker")?;
    let quiet = server::create_workspace(&binary, &database, "quiet")?;
    let tokens = attack::tokens(&binary, &database, &attacker)?;
    let server = Server::deskwire(&binary, &database, &dir.join("server.log"))?;
    let result = measure(options, &server, &attacker, &tokens, &quiet).await;
    server.stop()?;
    if result.is_ok() {
        std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))?;
    }
    result
}

async fn measure(
    options: &Options,
    server: &Server,
    attacker: &Workspace,
    tokens: &[String],
    quiet: &Workspace,
) -> Result<(), String> {
    let target = |workspace: &Workspace| target(server.addr, &workspace.token);
    let mut client = Quiet::open(target(quiet)).await?;
    let plan = attack::Plan { contacts: options.contacts, streams: options.streams, tokens: tokens.to_vec() };
    let prepared = attack::prepare(target(attacker), &attacker.admin_id, plan).await?;
    let duration = Duration::from_secs(options.seconds);
    let alone = client.rounds(duration).await?;

    let stop = Arc::new(AtomicBool::new(false));
    // On separate threads: the quiet client must not wait for the attacker's client.
    let attacking = attack::start(prepared, &stop);
    let watching = watch_memory(server.pid(), &stop);
    tokio::time::sleep(UNFOLD).await;
    let attacked = client.rounds(duration).await;
    stop.store(true, Ordering::Relaxed);
    let report = attacking.join().map_err(|_| "the attacker panicked".to_owned())??;
    let memory = watching.join().map_err(|_| "watching memory panicked".to_owned())?;
    println!("{report}");
    let attacked = attacked?;
    if options.relative {
        return relative_verdict(&alone, &attacked, report.search_wait_ms()).and(memory_verdict(options, memory));
    }
    verdict(options, &alone, &attacked, memory)
}

/// What holds on a machine of any speed and under any other load, because both sides of each comparison slow down together.
///
/// In a queue that is first come, first served, the quiet workspace waits behind the sixteen searches of the attacker, about as
/// long as these wait for each other. Where workspaces take turns, it waits for one of them at most. Medians are compared, because a
/// single stall of the machine is meaningless. Bulk jobs are measured by how many are done: behind the attacker's job of ten thousand,
/// hardly any would be.
fn relative_verdict(alone: &[Histogram; 5], attacked: &[Histogram; 5], attacker: f64) -> Result<(), String> {
    let mut broken = Vec::new();
    let most = attacker * OF_THE_ATTACKER;
    println!("the attacker's own searches take {attacker:.2} ms (p50), so {most:.2} ms are allowed");
    println!("{:<20} {:>10} {:>10}", "p50 in ms", "alone", "attacked");
    for ((step, alone), attacked) in STEPS.iter().zip(alone).zip(attacked) {
        let (before, after) = (alone.quantile_ms(0.5), attacked.quantile_ms(0.5));
        println!("{step:<20} {before:>10.2} {after:>10.2}");
        if after > most && *step != STEPS[4] {
            broken.push(format!("{step}: {after:.2} ms under attack, {most:.2} ms allowed"));
        }
    }
    let (before, after) = (alone[4].count(), attacked[4].count());
    println!("rounds: {before} alone, {after} attacked");
    if after * ROUNDS_FACTOR < before {
        broken.push(format!("{after} rounds under attack, of {before} alone: one in {ROUNDS_FACTOR} is the least"));
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
}

/// Prints the table; the error names each exceeded bound.
fn verdict(options: &Options, alone: &[Histogram; 5], attacked: &[Histogram; 5], memory: f64) -> Result<(), String> {
    let mut broken = Vec::new();
    println!(
        "{:<20} {:>10} {:>10} {:>10} {:>10} {:>8}",
        "p50/p99 in ms", "alone p50", "alone p99", "att. p50", "att. p99", "bound"
    );
    for ((step, alone), attacked) in STEPS.iter().zip(alone).zip(attacked) {
        let (before, after) = (alone.quantile_ms(0.99), attacked.quantile_ms(0.99));
        let bound = (FACTOR * before).max(options.bound);
        println!(
            "{step:<20} {:>10.2} {before:>10.2} {:>10.2} {after:>10.2} {bound:>8.1}",
            alone.quantile_ms(0.5),
            attacked.quantile_ms(0.5),
        );
        if after > bound {
            broken.push(format!("{step}: p99 {after:.1} ms under attack, {bound:.1} ms allowed"));
        }
    }
    broken.extend(memory_verdict(options, memory).err());
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
}

fn memory_verdict(options: &Options, memory: f64) -> Result<(), String> {
    println!("anonymous memory: {memory:.0} MiB at most ({:.0} allowed)", options.memory);
    if memory <= options.memory {
        return Ok(());
    }
    Err(format!("{memory:.0} MiB of anonymous memory, {:.0} allowed", options.memory))
}

/// The most anonymous memory seen until `stop`.
fn watch_memory(pid: u32, stop: &Arc<AtomicBool>) -> std::thread::JoinHandle<f64> {
    let stop = Arc::clone(stop);
    std::thread::spawn(move || {
        let mut most: f64 = 0.0;
        while !stop.load(Ordering::Relaxed) {
            if let Ok(memory) = server::Memory::of(pid) {
                most = most.max(memory.anonymous);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        most
    })
}

pub(crate) fn target(addr: SocketAddr, token: &str) -> Target {
    Target { addr, token: token.to_owned(), version: "Unstable".to_owned() }
}

/// The client of the quiet workspace: one connection, one request at a time.
struct Quiet {
    target: Target,
    connection: Connection,
    ids: Vec<String>,
    /// Makes every contact a new one.
    next: usize,
}

impl Quiet {
    async fn open(target: Target) -> Result<Self, String> {
        let connection = Connection::open(target.addr).await?;
        let mut client = Self { target, connection, ids: Vec::new(), next: 0 };
        for _ in 0..CONTACTS {
            let request = client.contact();
            let made = client.connection.json(&request).await?;
            client.ids.push(made["id"].as_str().ok_or("a contact has no id")?.to_owned());
        }
        Ok(client)
    }

    fn contact(&mut self) -> Vec<u8> {
        self.next += 1;
        let body = json!({"role": "user", "email": format!("quiet{}@quiet.example", self.next), "name": "Quiet"});
        self.target.post("/contacts", &body.to_string())
    }

    /// Takes all steps again and again, and measures each.
    async fn rounds(&mut self, duration: Duration) -> Result<[Histogram; 5], String> {
        let mut measured: [Histogram; 5] = Default::default();
        let began = Instant::now();
        let mut round = 0;
        while began.elapsed() < duration {
            let pause = tokio::time::sleep(PACE);
            let id = &self.ids[round % CONTACTS];
            let search = json!({"query": {"field": "email", "operator": "=", "value": format!("quiet{}@quiet.example", 1 + round % CONTACTS)}});
            let requests = [
                self.target.get("/me"),
                self.target.get(&format!("/contacts/{id}")),
                self.contact(),
                self.target.post("/contacts/search", &search.to_string()),
            ];
            for (request, histogram) in requests.iter().zip(&mut measured) {
                let sent = Instant::now();
                self.connection.call(request).await?.expect_ok()?;
                histogram.record(sent.elapsed());
            }
            let sent = Instant::now();
            self.bulk_job(round).await?;
            measured[4].record(sent.elapsed());
            round += 1;
            pause.await;
        }
        Ok(measured)
    }

    /// A bulk job of one contact, until it has been done.
    async fn bulk_job(&mut self, round: usize) -> Result<(), String> {
        let body = json!({"contacts": [{"role": "user", "email": format!("bulk{round}-{}@quiet.example", self.next)}]});
        let request = self.target.post("/contacts/bulk", &body.to_string());
        let reply = self.connection.call(&request).await?;
        if reply.status != 202 {
            return Err(format!("a bulk job was answered with {}", reply.status));
        }
        let job: serde_json::Value = serde_json::from_slice(reply.body).map_err(|e| format!("not JSON: {e}"))?;
        let id = job["id"].as_str().ok_or("a bulk job has no id")?.to_owned();
        let ask = self.target.get(&format!("/contacts/bulk/{id}"));
        let began = Instant::now();
        while began.elapsed() < JOB_LIMIT {
            let job = self.connection.json(&ask).await?;
            match job["state"].as_str() {
                Some("completed") => return Ok(()),
                Some("pending" | "running") => tokio::time::sleep(Duration::from_millis(2)).await,
                state => return Err(format!("a bulk job of one ended as {state:?}")),
            }
        }
        Err(format!("a bulk job of one was not done within {JOB_LIMIT:?}"))
    }
}
