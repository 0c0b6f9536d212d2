//! Checks that idle connections do not slow down others: holds thousands of them during normal service, then more than
//! allowed, and stops the server under load without losing a request.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::RwLock;
use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::server::{self, Server};

/// Busy connections.
const CLIENTS: usize = 8;
/// How long each of the two loads is measured.
const MEASURED: Duration = Duration::from_secs(3);
/// The least number of requests a second that counts as normal.
const WORST_SHARE: f64 = 0.5;

/// Settings of a run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Idle connections that are held.
    #[arg(long, default_value_t = 5_000, value_parser = clap::value_parser!(u32).range(1..=20_000))]
    idle: u32,
    /// Descriptors that the server may have.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(256..=65_536))]
    descriptors: u32,
    /// The server; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Runs all steps; fails if a connection or a request is lost.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("connections-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let database = format!("sqlite:{}", dir.join("connections.db").display());
    let workspace = server::create_workspace(&binary, &database, "bench")?;
    let server = Server::with_descriptors(&binary, &database, &dir.join("server.log"), options.descriptors)?;
    let target = Target { addr: server.addr, token: workspace.token, version: "Unstable".to_owned() };
    let request = contact(&target).await?;
    let alone = load(&target, &request).await?;
    let before = server.memory()?;
    let mut idle = hold(server.addr, options.idle).await?;
    let after = server.memory()?;
    let beside = load(&target, &request).await?;
    println!("{CLIENTS} clients reading a contact, alone:  {alone}");
    println!("the same beside {} idle connections: {beside}", options.idle);
    println!(
        "the server has {:.0} MiB of memory of its own with them, {:.0} without",
        after.anonymous, before.anonymous
    );
    still_open(&mut idle, server.addr).await?;
    let share = beside.per_second() / alone.per_second();
    if share < WORST_SHARE {
        return Err(format!("with idle connections, throughput is {:.0} % of that without", share * 100.0));
    }
    let crowd = crowd(server.addr, options.descriptors).await?;
    let among = load(&target, &request).await?;
    println!("the same beside {} more that send half a head: {among}", crowd.len());
    drop((idle, crowd));
    end_under_load(server, &target, &request).await?;
    std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))
}

/// Creates a contact; returns the request that reads it.
async fn contact(target: &Target) -> Result<Vec<u8>, String> {
    let mut connection = Connection::open(target.addr).await?;
    let made = connection.json(&target.post("/contacts", r#"{"email": "ada@acme.test"}"#)).await?;
    let id = made["id"].as_str().ok_or("the contact has no id")?;
    Ok(target.get(&format!("/contacts/{id}")))
}

/// The result of a load.
struct Measured {
    times: Vec<Duration>,
    took: Duration,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.times.len() as f64 / self.took.as_secs_f64()
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let at = |share: usize| self.times.get(self.times.len() * share / 100).copied().unwrap_or_default();
        write!(f, "{:.0} requests/s, p50 {:.2?}, p99 {:.2?}", self.per_second(), at(50), at(99))
    }
}

/// Sends requests over all connections for a while; every answer must be a 200.
async fn load(target: &Target, request: &[u8]) -> Result<Measured, String> {
    let began = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (addr, request) = (target.addr, request.to_vec());
        clients.spawn(async move {
            let mut connection = Connection::open(addr).await?;
            let mut times = Vec::new();
            while began.elapsed() < MEASURED {
                let sent = Instant::now();
                connection.call(&request).await?.expect_ok()?;
                times.push(sent.elapsed());
            }
            Ok::<_, String>(times)
        });
    }
    let mut times = Vec::new();
    while let Some(done) = clients.join_next().await {
        times.extend(done.map_err(|e| e.to_string())??);
    }
    let took = began.elapsed();
    times.sort_unstable();
    Ok(Measured { times, took })
}

const CHECK: &[u8] = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

/// Opens connections, sends one request on each, and keeps them open.
async fn hold(addr: SocketAddr, count: u32) -> Result<Vec<TcpStream>, String> {
    let mut idle = Vec::new();
    for _ in 0..count {
        let mut stream = TcpStream::connect(addr).await.map_err(|e| format!("connecting: {e}"))?;
        check(&mut stream).await.map_err(|e| format!("asking on connection {}: {e}", idle.len()))?;
        idle.push(stream);
    }
    Ok(idle)
}

async fn check(stream: &mut TcpStream) -> std::io::Result<()> {
    stream.write_all(CHECK).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\nok\n") {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(())
}

/// Checks that each idle connection still works.
async fn still_open(idle: &mut [TcpStream], addr: SocketAddr) -> Result<(), String> {
    for (number, stream) in idle.iter_mut().enumerate() {
        check(stream).await.map_err(|e| format!("idle connection {number} to {addr} was lost: {e}"))?;
    }
    println!("all {} idle connections still answer", idle.len());
    Ok(())
}

/// Opens half as many connections as the server has descriptors, so that with the idle ones there are more than
/// allowed, and sends half a head on each.
async fn crowd(addr: SocketAddr, descriptors: u32) -> Result<Vec<TcpStream>, String> {
    let mut crowd = Vec::new();
    for number in 0..descriptors / 2 {
        let mut stream = TcpStream::connect(addr).await.map_err(|e| format!("connection {number} of a crowd: {e}"))?;
        // The server may close it at once.
        let _ = stream.write_all(b"GET /me HTTP/1.1\r\n").await;
        crowd.push(stream);
    }
    let mut stream = TcpStream::connect(addr).await.map_err(|e| format!("connecting in a crowd: {e}"))?;
    check(&mut stream).await.map_err(|e| format!("a health check in a crowd: {e}"))?;
    Ok(crowd)
}

/// Stops the server while clients send requests; each request sent before must be answered.
async fn end_under_load(server: Server, target: &Target, request: &[u8]) -> Result<(), String> {
    // Locked by a client until its request is sent completely, so that none is partly sent at the signal.
    let stopping = Arc::new(RwLock::new(false));
    let mut clients = JoinSet::new();
    for number in 0..4 * CLIENTS {
        let (addr, request, stopping) = (target.addr, request.to_vec(), stopping.clone());
        clients.spawn(async move {
            let mut connection = Connection::open(addr).await?;
            let mut answered = 0_u64;
            loop {
                let is_stopping = stopping.read().await;
                if *is_stopping {
                    return Ok::<_, String>(answered);
                }
                if number % 2 == 0 {
                    connection = Connection::open(addr).await?;
                }
                connection.send(&request).await?;
                drop(is_stopping);
                connection.receive().await?.expect_ok()?;
                answered += 1;
            }
        });
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    *stopping.write().await = true;
    let began = Instant::now();
    let ended = tokio::task::spawn_blocking(move || server.stop());
    let mut answered = 0;
    while let Some(done) = clients.join_next().await {
        answered += done.map_err(|e| e.to_string())??;
    }
    ended.await.map_err(|e| e.to_string())??;
    println!("{answered} requests answered, none lost; the server stopped {:.2?} after the signal", began.elapsed());
    Ok(())
}
