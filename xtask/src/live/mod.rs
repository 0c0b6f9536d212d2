//! Measures following: thousands of sockets of teammates who do nothing, then how soon teammates see what another one does.

mod socket;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::client::Connection;
use crate::desk::{self, Seat};
use crate::server::{self, Server, cpu_seconds};
use socket::Socket;

/// Sockets of one teammate; the server permits 100.
const EACH: u64 = 50;
/// Connections that changes are made over.
const WRITERS: usize = 8;
/// Conversations that are changed in turn, so that none changes again before its last change was sent.
const CONVERSATIONS: usize = 200;
/// How long the last changes may take to arrive.
const ARRIVAL: Duration = Duration::from_secs(10);

/// Settings of a run. The defaults are the goals for two cores.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Idle sockets that are held.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=50_000))]
    idle: u32,
    /// How long each half is measured, in seconds.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=3_600))]
    seconds: u32,
    /// Teammates with an open socket.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    listeners: u32,
    /// Changes a second.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    events: u32,
    /// Memory that each idle socket may take, in kibibytes.
    #[arg(long, default_value_t = 12.0)]
    kib: f64,
    /// How much of a core idle sockets may take, in percent.
    #[arg(long, default_value_t = 1.0)]
    cpu: f64,
    /// Within how many milliseconds 95 % of what listeners see must have reached them.
    #[arg(long, default_value_t = 250.0)]
    p95: f64,
    /// `sqlite`, for a new file, or a database URL.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// The server; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Measures both; fails if a goal is missed, a socket is lost or a change is not seen.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("live-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let database = match options.database.as_str() {
        "sqlite" => format!("sqlite:{}", dir.join("live.db").display()),
        url => url.to_owned(),
    };
    let log = dir.join("server.log");
    let mut missed = idle(&binary, &database, &log, options).await?;
    missed.extend(seen(&binary, &database, &log, options).await?);
    if !missed.is_empty() {
        return Err(missed.join("; "));
    }
    std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))
}

/// Holds idle sockets; the goals that were missed.
async fn idle(binary: &Path, database: &str, log: &Path, options: &Options) -> Result<Vec<String>, String> {
    let count = size(options.idle);
    let workspace = server::create_workspace(binary, database, "idle")?;
    let seats = desk::seats(database, &workspace, 0, u64::from(options.idle).div_ceil(EACH))?;
    // Sockets get three quarters of the places.
    let server = Server::with_descriptors(binary, database, log, options.idle * 3 / 2 + 1_000)?;
    let before = server.memory()?;
    let began = Instant::now();
    let mut sockets = JoinSet::new();
    for number in 0..count {
        let mut socket = Socket::open(server.addr, &seats[number % seats.len()]).await?;
        sockets.spawn(async move {
            loop {
                if let Err(lost) = socket.next().await {
                    return lost;
                }
            }
        });
    }
    let opened = began.elapsed();
    // What opening them left behind is cleaned up.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let (cpu, since) = (cpu_seconds(server.pid())?, Instant::now());
    tokio::time::sleep(Duration::from_secs(options.seconds.into())).await;
    let share = (cpu_seconds(server.pid())? - cpu) / since.elapsed().as_secs_f64() * 100.0;
    let after = server.memory()?;
    if let Some(lost) = sockets.try_join_next() {
        return Err(format!("an idle socket was lost: {}", lost.map_err(|e| e.to_string())?));
    }
    let grown = after.anonymous - before.anonymous;
    let each = grown * 1024.0 / count as f64;
    println!(
        "{count} idle sockets, opened in {:.1} s: {grown:.1} MiB more memory ({each:.1} KiB each; {:.1} MiB resident in all), \
         {share:.2} % of a core",
        opened.as_secs_f64(),
        after.resident
    );
    sockets.abort_all();
    server.stop()?;
    let mut missed = Vec::new();
    if each > options.kib {
        missed.push(format!("an idle socket takes {each:.1} KiB, more than {}", options.kib));
    }
    if share > options.cpu {
        missed.push(format!("idle sockets take {share:.2} % of a core, more than {}", options.cpu));
    }
    Ok(missed)
}

/// Changes conversations while teammates listen; the goals that were missed.
async fn seen(binary: &Path, database: &str, log: &Path, options: &Options) -> Result<Vec<String>, String> {
    let workspace = server::create_workspace(binary, database, "busy")?;
    let seats = desk::seats(database, &workspace, 500_000, u64::from(options.listeners) + 1)?;
    let server = Server::deskwire(binary, database, log)?;
    let conversations = Arc::new(desk::conversations(server.addr, &workspace, CONVERSATIONS).await?);
    let (writer, listeners) = seats.split_first().ok_or("there are no teammates")?;
    let total = size(options.events * options.seconds);
    let mut listening = JoinSet::new();
    for seat in listeners {
        let socket = Socket::open(server.addr, seat).await?;
        listening.spawn(listen(socket, total));
    }
    let began = Instant::now();
    let mut writing = JoinSet::new();
    for first in 0..WRITERS {
        let (seat, conversations) = (writer.clone(), conversations.clone());
        writing.spawn(write(server.addr, seat, conversations, (first, total, f64::from(options.events)), began));
    }
    let mut sent = vec![began; total];
    while let Some(done) = writing.join_next().await {
        for (number, at) in done.map_err(|e| e.to_string())?? {
            sent[number] = at;
        }
    }
    let rate = total as f64 / began.elapsed().as_secs_f64();
    let mut delays = Vec::with_capacity(total * listeners.len());
    while let Some(done) = listening.join_next().await {
        let seen = done.map_err(|e| e.to_string())??;
        delays.extend(seen.iter().map(|(number, at)| at.duration_since(sent[*number]).as_secs_f64() * 1e3));
    }
    delays.sort_by(f64::total_cmp);
    let at = |percent: usize| delays[(delays.len() - 1) * percent / 100];
    let p95 = at(95);
    println!(
        "{total} changes, {rate:.0} a second, seen by {} teammates, from the request on: p50 {:.0} ms, p95 {p95:.0} ms, p99 {:.0} ms",
        listeners.len(),
        at(50),
        at(99)
    );
    server.stop()?;
    let is_late = p95 > options.p95;
    Ok(is_late.then(|| format!("95 % are seen within {p95:.0} ms, not within {}", options.p95)).into_iter().collect())
}

/// Makes every eighth change at its time; when each was begun.
async fn write(
    addr: SocketAddr,
    seat: Seat,
    conversations: Arc<Vec<String>>,
    (first, total, rate): (usize, usize, f64),
    began: Instant,
) -> Result<Vec<(usize, Instant)>, String> {
    let mut connection = Connection::open(addr).await?;
    let mut sent = Vec::with_capacity(total / WRITERS + 1);
    for number in (first..total).step_by(WRITERS) {
        let due = began + Duration::from_secs_f64(number as f64 / rate);
        tokio::time::sleep_until(due.into()).await;
        let path = format!("/conversations/{}/actions", conversations[number % conversations.len()]);
        let action = json!({"type": "title", "title": format!("change {number}")});
        sent.push((number, Instant::now()));
        connection.call(&seat.write("POST", &path, &format!("change-{number:0>20}"), &action)).await?.expect_ok()?;
    }
    Ok(sent)
}

/// When each change was seen first; fails if one is not.
async fn listen(mut socket: Socket, total: usize) -> Result<Vec<(usize, Instant)>, String> {
    let mut seen: Vec<Option<Instant>> = vec![None; total];
    let mut missing = total;
    while missing > 0 {
        let waited = timeout(ARRIVAL, socket.next()).await;
        let frame = waited.map_err(|_| format!("a listener never saw {missing} of {total} changes"))??;
        if frame["t"] == "gap" {
            return Err("a listener got a gap".to_owned());
        }
        let title = frame["row"]["title"].as_str().and_then(|title| title.strip_prefix("change "));
        if let Some(number) = title.and_then(|number| number.parse::<usize>().ok()).filter(|number| *number < total)
            && seen[number].is_none()
        {
            seen[number] = Some(Instant::now());
            missing -= 1;
        }
    }
    Ok(seen.into_iter().enumerate().filter_map(|(number, at)| Some((number, at?))).collect())
}

fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
