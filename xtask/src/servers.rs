//! Checks that several servers on one PostgreSQL are one service: a file that one stores is served by the other, what
//! happens on one reaches streams of the other soon, and when one is killed, the other continues and nothing is lost.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use deskwire_testkit::BucketServer;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::{Connection, Target};
use crate::crash::{all_delivered, fail_if_lost, missing, moment, seed};
use crate::crash_work::{bulk, check, incomplete};
use crate::hooks::Sink;
use crate::server::{self, Server};
use crate::writers::{Acknowledged, Writers};

/// Connections that write to each server.
const CONNECTIONS: usize = 4;
/// Bulk jobs that are added before each kill.
const JOBS: u64 = 4;
/// How long they may take in the end. The claims of a killed server must expire first.
const PATIENCE: Duration = Duration::from_secs(120);
/// Events that are sent to the stream of the other server.
const EVENTS: usize = 20;
/// How soon half of them must arrive, even on a busy machine: far sooner than polling once a second would find them.
const SOON: Duration = Duration::from_millis(450);
/// A stream without an event for so long has lost it.
const SILENCE: Duration = Duration::from_secs(10);
/// A file, and the same in base64.
const CONTENT: (&str, &str) = ("Deskwire", "RGVza3dpcmU=");

/// Settings of a test of two servers.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// An empty database of PostgreSQL
    #[arg(long)]
    database: String,
    /// How often a server is killed
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// The server to run; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// A bucket for the files, with its keys in the environment; without it, this program serves one
    #[arg(long)]
    bucket: Option<String>,
}

/// The settings to start a server with.
struct Place<'a> {
    binary: &'a Path,
    database: &'a str,
    dir: &'a Path,
    bucket: &'a str,
    keys: Option<[(&'static str, &'static str); 2]>,
}

impl Place<'_> {
    fn server(&self, name: &str) -> Result<Server, String> {
        Server::with_bucket(self.binary, self.database, &self.dir.join(format!("{name}.log")), self.bucket, self.keys)
    }
}

/// Runs it; fails if anything acknowledged is missing, done twice, or answered by one server alone.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("servers-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let own = BucketServer::start();
    let (bucket, keys) = match &options.bucket {
        Some(url) => (url.clone(), None),
        None => (own.setting(), Some(own.environment())),
    };
    let place = Place { binary: &binary, database: &options.database, dir: &dir, bucket: &bucket, keys };
    both(&place, options.rounds).await?;
    // The logs are only useful after a failure.
    std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))
}

async fn both(place: &Place<'_>, rounds: u32) -> Result<(), String> {
    let workspace = server::create_workspace(place.binary, place.database, "servers")?;
    let (first, second) = (place.server("one")?, place.server("two")?);
    let at =
        |server: &Server| Target { addr: server.addr, token: workspace.token.clone(), version: "Unstable".to_owned() };
    for (here, there) in [(&first, &second), (&second, &first)] {
        file(&at(here), &at(there)).await?;
    }
    println!("files that one server stored are served by the other");
    let mut delays = events(&at(&first), &at(&second)).await?;
    delays.sort_unstable();
    let (median, longest) = (delays[delays.len() / 2], delays[delays.len() - 1]);
    println!(
        "an event reaches a stream of the other server after {} ms at the median, {} ms at most",
        median.as_millis(),
        longest.as_millis()
    );
    if median > SOON {
        return Err(format!("that is more than {} ms at the median", SOON.as_millis()));
    }
    let sink = Sink::start().await?;
    sink.subscribe(place.binary, place.database, place.dir).await?;
    kills(place, (first, second), at, &sink, rounds).await
}

/// Kills one server after the other while both work.
async fn kills(
    place: &Place<'_>,
    servers: (Server, Server),
    at: impl Fn(&Server) -> Target,
    sink: &Sink,
    rounds: u32,
) -> Result<(), String> {
    let (mut one, mut other, seed) = (servers.0, servers.1, seed());
    let (next, mut everything, mut jobs) = (Arc::new(AtomicU64::new(0)), Vec::new(), Vec::new());
    for round in 1..=rounds {
        for job in 0..JOBS {
            jobs.push(bulk(&at(&one), u64::from(round - 1) * JOBS + job).await?);
        }
        let acknowledged = kill_one(one, &other, &at, seed, &next, round).await?;
        let lost = missing(&at(&other), acknowledged.clone()).await?;
        println!("round {round}: {} acknowledged, {} lost", acknowledged.len(), lost.len());
        fail_if_lost(&lost)?;
        everything.extend(acknowledged);
        // The next one to be killed is the one that was not.
        one = std::mem::replace(&mut other, place.server(&format!("after-{round}"))?);
    }
    let began = Instant::now();
    while incomplete(&at(&other), &jobs).await? > 0 {
        if began.elapsed() > PATIENCE {
            return Err(format!("bulk jobs are not complete {} s after the last kill", PATIENCE.as_secs()));
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let made = check(&at(&one), u64::from(rounds) * JOBS).await?;
    all_delivered(sink, &everything).await?;
    let count = everything.len();
    for server in [&one, &other] {
        fail_if_lost(&missing(&at(server), everything.clone()).await?)?;
    }
    println!("{count} contacts acknowledged and {made} created by bulk jobs, every one is in both servers");
    one.stop()?;
    other.stop()
}

/// Kills a server while both write; what both acknowledged. The other one must not notice.
async fn kill_one(
    one: Server,
    other: &Server,
    at: &impl Fn(&Server) -> Target,
    seed: u64,
    next: &Arc<AtomicU64>,
    round: u32,
) -> Result<Vec<Acknowledged>, String> {
    let start = |server: &Server| Writers::start(CONNECTIONS, &at(server), seed, next);
    let (mortal, survivor) = (start(&one), start(other));
    mortal.wait_for_answers().await?;
    survivor.wait_for_answers().await?;
    tokio::time::sleep(moment(seed, round)).await;
    mortal.expect_the_end();
    one.kill()?;
    survivor.wait_for_answers().await?;
    let mut acknowledged = mortal.end().await?;
    acknowledged.extend(survivor.end().await?);
    Ok(acknowledged)
}

/// Sends a file to one server, and asks the other for it.
async fn file(here: &Target, there: &Target) -> Result<(), String> {
    let mut connection = Connection::open(here.addr).await?;
    let contact = connection.json(&here.post("/contacts", r#"{"role":"lead","name":"Files"}"#)).await?;
    let from = json!({"type": "contact", "id": contact["id"]});
    let message = json!({"from": from, "body": "A conversation"}).to_string();
    let message = connection.json(&here.post("/conversations", &message)).await?;
    let path = format!("/conversations/{}/reply", text(&message, "/conversation_id")?);
    let reply = json!({
        "type": "user", "message_type": "comment", "body": "A file", "intercom_user_id": contact["id"],
        "attachment_files": [{"content_type": "text/plain", "name": "a.txt", "data": CONTENT.1}],
    });
    let conversation = connection.json(&here.post(&path, &reply.to_string())).await?;
    let url = text(&conversation, "/conversation_parts/conversation_parts/0/attachments/0/url")?;
    let path = url.find("/attachments/").map(|at| &url[at..]).ok_or_else(|| format!("{url} is not our file"))?;
    let mut connection = Connection::open(there.addr).await?;
    let answer = connection.call(&there.get(path)).await?;
    answer.expect_ok()?;
    if answer.body == CONTENT.0.as_bytes() {
        Ok(())
    } else {
        Err(format!("the other server serves another file: {}", String::from_utf8_lossy(answer.body)))
    }
}

fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str, String> {
    value.pointer(pointer).and_then(Value::as_str).ok_or_else(|| format!("the answer has no {pointer}: {value}"))
}

/// How long each of several events took from the answer of one server to a stream of the other.
async fn events(here: &Target, there: &Target) -> Result<Vec<Duration>, String> {
    let failed = |e: std::io::Error| format!("the stream: {e}");
    let mut stream = TcpStream::connect(there.addr).await.map_err(failed)?;
    stream.write_all(&there.get("/app/events?items=true")).await.map_err(failed)?;
    let (mut buffer, mut delays) = (Vec::new(), Vec::new());
    let mut connection = Connection::open(here.addr).await?;
    // The stream is open once its head has come.
    stream.read_buf(&mut buffer).await.map_err(failed)?;
    for number in 0..EVENTS {
        let body = format!(r#"{{"role":"user","external_id":"event-{number}"}}"#);
        let contact = connection.json(&here.post("/contacts", &body)).await?;
        let (id, began) = (text(&contact, "/id")?.as_bytes(), Instant::now());
        while !buffer.windows(id.len()).any(|part| part == id) {
            let read = tokio::time::timeout(SILENCE, stream.read_buf(&mut buffer)).await;
            match read.map_err(|_| format!("an event did not come within {} s", SILENCE.as_secs()))? {
                Ok(count) if count > 0 => {}
                ended => return Err(format!("the stream ended: {ended:?}")),
            }
        }
        delays.push(began.elapsed());
        buffer.clear();
    }
    Ok(delays)
}
