//! Checks that work resumes after the server was killed in the middle of it: an export of several pieces is whole, and
//! bulk jobs do each item once.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::exports;
use crate::people::scramble;
use crate::server::{self, Server};

/// Messages of the export: some seconds of work for a server without optimizations, and so a few pieces.
const MESSAGES: u64 = 60_000;
/// Bulk jobs, and the contacts that each creates.
const JOBS: u64 = 20;
const ITEMS: u64 = 100;
/// How often the server is killed at most.
const KILLS: u64 = 4;
/// How long all work may take between two kills, and after the last one.
const PATIENCE: Duration = Duration::from_secs(120);

/// Kills the server repeatedly while it works, and checks the result of the work.
pub(crate) async fn run(binary: &Path, database: &str, log: &Path, seed: u64) -> Result<(), String> {
    let workspace = server::create_workspace(binary, database, "work")?;
    let mut server = Server::deskwire(binary, database, log)?;
    let mut target = Target { addr: server.addr, token: workspace.token.clone(), version: "Unstable".to_owned() };
    let contacts = exports::contacts(&target).await?;
    exports::messages(database, &workspace, &contacts, MESSAGES)?;
    let export = exports::enqueue(&target, MESSAGES).await?;
    let mut jobs = Vec::new();
    for job in 0..JOBS {
        jobs.push(bulk(&target, job).await?);
    }
    let mut kills = 0;
    let began = Instant::now();
    // At least once, at a moment at which both are in progress; then while there is work.
    loop {
        let (is_exported, left) = left(&target, &export, &jobs).await?;
        let is_at_work = !is_exported && left > 0;
        if is_exported && left == 0 {
            break;
        }
        if kills < KILLS && (is_at_work || kills > 0) && started(&target, &export).await? {
            tokio::time::sleep(Duration::from_millis(300 + scramble(seed ^ kills) % 1_200)).await;
            server.kill()?;
            kills += 1;
            server = Server::deskwire(binary, database, log)?;
            target.addr = server.addr;
        } else {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        if began.elapsed() > PATIENCE * u32::try_from(KILLS).unwrap_or(1) {
            return Err(format!("after {kills} kills, {left} bulk jobs are not done, or the export is not"));
        }
    }
    if kills == 0 {
        return Err("all work was done before the server could be killed".to_owned());
    }
    exports::check(&target, &export, MESSAGES).await?;
    let made = check(&target, JOBS).await?;
    println!("killed {kills} times at work: {MESSAGES} rows exported and {made} contacts created, each once");
    server.stop()
}

/// Whether the export has begun, so that a kill may be in the middle of it.
async fn started(target: &Target, export: &str) -> Result<bool, String> {
    Ok(exports::state(target, export).await? != "pending")
}

/// Whether the export is complete, and how many bulk jobs are not.
async fn left(target: &Target, export: &str, jobs: &[String]) -> Result<(bool, usize), String> {
    let left = incomplete(target, jobs).await?;
    Ok((exports::state(target, export).await? == "completed", left))
}

/// How many bulk jobs are not complete.
pub(crate) async fn incomplete(target: &Target, jobs: &[String]) -> Result<usize, String> {
    let mut connection = Connection::open(target.addr).await?;
    let mut left = 0;
    for job in jobs {
        let job = connection.json(&target.get(&format!("/contacts/bulk/{job}"))).await?;
        match job["state"].as_str() {
            Some("pending" | "running") => left += 1,
            Some("completed") => {}
            _ => return Err(format!("an item was done twice, or failed: {job}")),
        }
    }
    Ok(left)
}

/// Adds a job that creates contacts, each job of a number others; its id.
pub(crate) async fn bulk(target: &Target, job: u64) -> Result<String, String> {
    let contact = |item: u64| {
        let number = job * ITEMS + item;
        json!({"external_id": format!("bulk-{number}"), "email": format!("bulk{number}@work.example")})
    };
    let body = json!({"contacts": (0..ITEMS).map(contact).collect::<Vec<_>>()}).to_string();
    let mut connection = Connection::open(target.addr).await?;
    let reply = connection.call(&target.post("/contacts/bulk", &body)).await?;
    let job: Value = serde_json::from_slice(reply.body).unwrap_or_default();
    job["id"].as_str().map(str::to_owned).ok_or_else(|| format!("no bulk job: {job}"))
}

/// Checks that each contact of the first so many bulk jobs exists; how many there are.
pub(crate) async fn check(target: &Target, jobs: u64) -> Result<u64, String> {
    let mut connection = Connection::open(target.addr).await?;
    for number in 0..jobs * ITEMS {
        let path = format!("/contacts/find_by_external_id/bulk-{number}");
        connection.json(&target.get(&path)).await.map_err(|e| format!("contact {number} of the bulk jobs: {e}"))?;
    }
    Ok(jobs * ITEMS)
}
