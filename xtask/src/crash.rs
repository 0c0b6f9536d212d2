//! Checks that nothing acknowledged is lost: writes, kills the server, and looks for every contact in the server and in
//! the webhooks that it sent; and that work resumes after a kill.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::hooks::Sink;
use crate::people::scramble;
use crate::server::{self, Server};
use crate::writers::{Acknowledged, Writers};
use crate::{crash_desk, crash_work};

/// Connections written and checked over.
const CONNECTIONS: usize = 16;

/// Settings of a crash test.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// `sqlite`, for a new file, or a database URL.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// How often the server is killed.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// The server to kill; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Have teammates work in the inbox, instead of programs that create contacts.
    #[arg(long)]
    inbox: bool,
}

/// Runs all rounds; fails if an acknowledged contact is missing.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("crash-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let database = match options.database.as_str() {
        "sqlite" => format!("sqlite:{}", dir.join("crash.db").display()),
        url => url.to_owned(),
    };
    let log = dir.join("server.log");
    let mut result = if options.inbox {
        crash_desk::rounds(options.rounds, &binary, &database, &log, seed()).await
    } else {
        rounds(options.rounds, &binary, &database, &log).await
    };
    if result.is_ok() && !options.inbox {
        result = crash_work::run(&binary, &database, &log, seed()).await;
    }
    if result.is_ok() {
        // The log is only useful after a failure.
        std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))?;
    }
    result
}

async fn rounds(rounds: u32, binary: &Path, database: &str, log: &Path) -> Result<(), String> {
    let workspace = server::create_workspace(binary, database, "bench")?;
    let mut server = Server::deskwire(binary, database, log)?;
    let sink = Sink::start().await?;
    sink.subscribe(binary, database, log.parent().unwrap_or(Path::new("."))).await?;
    let seed = seed();
    let next = Arc::new(AtomicU64::new(0));
    let mut everything = Vec::new();
    for round in 1..=rounds {
        let target = Target { addr: server.addr, token: workspace.token.clone(), version: "Unstable".to_owned() };
        let acknowledged = write_until_killed(server, &target, seed, &next, round).await?;
        server = Server::deskwire(binary, database, log)?;
        let target = Target { addr: server.addr, ..target };
        let lost = missing(&target, acknowledged.clone()).await?;
        println!(
            "round {round}: {} acknowledged, {} lost, ready again after {:.0} ms",
            acknowledged.len(),
            lost.len(),
            server.ready_after.as_secs_f64() * 1e3
        );
        fail_if_lost(&lost)?;
        everything.extend(acknowledged);
        if round == rounds {
            let count = everything.len();
            all_delivered(&sink, &everything).await?;
            fail_if_lost(&missing(&target, std::mem::take(&mut everything)).await?)?;
            println!("{count} contacts acknowledged in {rounds} rounds, every one is there");
            return server.stop();
        }
    }
    Ok(())
}

/// Checks that the endpoint was notified of every acknowledged contact, each time under the same id.
pub(crate) async fn all_delivered(sink: &Sink, contacts: &[Acknowledged]) -> Result<(), String> {
    let ids: Vec<String> = contacts.iter().map(|(id, _)| id.clone()).collect();
    let missing = sink.wait_for_all(&ids).await;
    if let Some(first) = missing.first() {
        return Err(format!("{} acknowledged contacts had no webhook, the first {first}", missing.len()));
    }
    let notified = sink.notified();
    if let Some((contact, notified)) = notified.iter().find(|(_, notified)| notified.ids.len() > 1) {
        return Err(format!("contact {contact} has webhooks with {} ids: {:?}", notified.ids.len(), notified.ids));
    }
    let times: usize = notified.values().map(|notified| notified.times).sum();
    println!("{} contacts in {times} webhooks, each with one id", notified.len());
    Ok(())
}

/// Writes over all connections and kills the server at a random moment; returns what it had acknowledged.
async fn write_until_killed(
    server: Server,
    target: &Target,
    seed: u64,
    next: &Arc<AtomicU64>,
    round: u32,
) -> Result<Vec<Acknowledged>, String> {
    let writers = Writers::start(CONNECTIONS, target, seed, next);
    writers.wait_for_answers().await?;
    tokio::time::sleep(moment(seed, round)).await;
    writers.expect_the_end();
    server.kill()?;
    writers.end().await
}

/// When to kill the server after its first answers.
pub(crate) fn moment(seed: u64, round: u32) -> Duration {
    Duration::from_millis(scramble(seed ^ u64::from(round)) % 950)
}

/// The acknowledged contacts that are missing, or have another email.
pub(crate) async fn missing(target: &Target, contacts: Vec<Acknowledged>) -> Result<Vec<Acknowledged>, String> {
    let mut tasks = JoinSet::new();
    let share = contacts.len().div_ceil(CONNECTIONS).max(1);
    for part in contacts.chunks(share) {
        let (target, part) = (target.clone(), part.to_vec());
        tasks.spawn(async move {
            let mut connection = Connection::open(target.addr).await?;
            let mut lost = Vec::new();
            for (id, email) in part {
                let reply = connection.call(&target.get(&format!("/contacts/{id}"))).await?;
                if reply.status != 404 {
                    reply.expect_ok()?;
                }
                let contact = serde_json::from_slice::<Value>(reply.body).unwrap_or_default();
                if contact["id"] != id.as_str() || contact["email"] != email.as_str() {
                    lost.push((id, email));
                }
            }
            Ok::<_, String>(lost)
        });
    }
    let mut lost = Vec::new();
    while let Some(joined) = tasks.join_next().await {
        lost.extend(joined.map_err(|e| format!("a connection failed: {e}"))??);
    }
    Ok(lost)
}

pub(crate) fn fail_if_lost(lost: &[Acknowledged]) -> Result<(), String> {
    match lost {
        [] => Ok(()),
        [(id, email), ..] => Err(format!("{} acknowledged contacts are lost, the first {id} {email}", lost.len())),
    }
}

/// A number that differs from run to run.
pub(crate) fn seed() -> u64 {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    scramble(u64::from(now.subsec_nanos()) ^ now.as_secs() ^ u64::from(std::process::id()))
}
