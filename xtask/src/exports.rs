//! Exports of message data: how fast they are written, and in how much memory.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use deskwire_store::{Db, Error, Options};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::fill;
use crate::people::{Person, scramble};
use crate::server::{self, Server, Workspace};

/// Contacts that the messages are for.
const CONTACTS: u64 = 1_000;
/// Rows written in one transaction.
const BATCH: u64 = 50_000;
/// When the first message was sent; there are ten a second.
const BEGAN: u64 = 1_700_000_000;
const A_SECOND: u64 = 10;
/// The id of the first message; their distance is that of minted ids.
const FIRST_ID: u64 = 1_000_000;
/// How long an export may take.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// What an export cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed {
    /// Receipts in the file.
    pub(crate) rows: u64,
    /// Receipts a second, from the request until the file is complete.
    pub(crate) per_second: f64,
    /// How many MiB more the process had at most.
    pub(crate) more_mib: f64,
}

/// Exports so many receipts of a new workspace.
pub(crate) async fn measure(binary: &Path, folder: &Path, rows: u64) -> Result<Speed, String> {
    server::empty_dir(folder)?;
    let database = format!("sqlite:{}", folder.join("bench.db").display());
    let log = folder.join("server.log");
    let workspace = server::create_workspace(binary, &database, "bench")?;
    let server = Server::deskwire(binary, &database, &log)?;
    let target = Target { addr: server.addr, token: workspace.token.clone(), version: "Unstable".to_owned() };
    let contacts = contacts(&target).await?;
    server.stop()?;
    eprintln!("writing {rows} messages");
    messages(&database, &workspace, &contacts, rows)?;
    let server = Server::deskwire(binary, &database, &log)?;
    let target = Target { addr: server.addr, ..target };
    tokio::time::sleep(Duration::from_secs(2)).await;
    let before = server.memory()?.resident;
    let (began, mut most) = (Instant::now(), before);
    let id = enqueue(&target, rows).await?;
    while state(&target, &id).await? != "completed" {
        most = most.max(server.memory()?.resident);
        if began.elapsed() > PATIENCE {
            return Err("the export did not end".to_owned());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    check(&target, &id, rows).await?;
    server.stop()?;
    let speed = Speed { rows, per_second: rows as f64 / seconds, more_mib: most - before };
    eprintln!("{rows} receipts: {:.0}/s, {:.1} MiB more", speed.per_second, speed.more_mib);
    Ok(speed)
}

/// Creates the contacts that messages are for; their numbers.
pub(crate) async fn contacts(target: &Target) -> Result<Vec<u64>, String> {
    let body = |n| {
        let mut body = String::new();
        Person::new(n).body_without_attributes(&mut body);
        body
    };
    let ids = fill::post_all(target, "/contacts", CONTACTS, body).await?;
    Ok(ids.iter().map(|(_, id)| u64::from_str_radix(id.get(8..).unwrap_or(""), 16).unwrap_or(0)).collect())
}

/// Writes messages straight into the tables, each for one of the contacts: a million of them through the API would take longer
/// than all measurements.
pub(crate) fn messages(database: &str, workspace: &Workspace, contacts: &[u64], count: u64) -> Result<(), String> {
    let options = Options { busy_timeout: Duration::from_secs(600), ..Options::default() };
    let db = Db::open(database, options).map_err(|e| format!("opening {database}: {e}"))?;
    let Workspace { id: workspace, admin_id: admin, .. } = workspace;
    for from in (0..count).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        let list =
            |row: &dyn Fn(u64) -> String| (from..(from + BATCH).min(count)).map(row).collect::<Vec<_>>().join(",");
        let sent = list(&|n| {
            let (id, at) = (id(n), BEGAN + n / A_SECOND);
            format!(
                "('{workspace}',{id},'inapp','Message {n}','<p>The new plans begin on Monday.</p>',{admin},'[]',{at})"
            )
        });
        let received = list(&|n| {
            let contact = contacts[usize::try_from(scramble(n) % contacts.len() as u64).unwrap_or(0)];
            format!("('{workspace}',{contact},{})", id(n))
        });
        let sql = format!(
            "INSERT INTO messages (workspace_id, id, message_type, subject, body, admin_id, recipients, created_at) VALUES {sent};
             INSERT INTO message_recipients (workspace_id, contact_id, message_id) VALUES {received};"
        );
        db.write_sync::<_, Error>(move |tx| tx.execute_batch(&sql)).map_err(|e| format!("filling: {e}"))?;
    }
    db.close();
    Ok(())
}

fn id(number: u64) -> u64 {
    FIRST_ID + number * 64
}

/// Asks for an export of these messages: its id.
pub(crate) async fn enqueue(target: &Target, count: u64) -> Result<String, String> {
    let period = json!({"created_at_after": BEGAN, "created_at_before": BEGAN + count / A_SECOND});
    let request = target.post("/export/content/data", &period.to_string());
    let made = Connection::open(target.addr).await?.json(&request).await?;
    made["job_identifier"].as_str().map(str::to_owned).ok_or_else(|| format!("no export: {made}"))
}

/// Its state.
pub(crate) async fn state(target: &Target, id: &str) -> Result<String, String> {
    let request = target.get(&format!("/export/content/data/{id}"));
    let export = Connection::open(target.addr).await?.json(&request).await?;
    match export["status"].as_str() {
        Some(state @ ("pending" | "in_progress" | "completed")) => Ok(state.to_owned()),
        _ => Err(format!("the export is {export}")),
    }
}

/// Checks that the file has each of these messages once.
pub(crate) async fn check(target: &Target, id: &str, count: u64) -> Result<(), String> {
    let mut request = Vec::new();
    let types = crate::client::Types { accept: "application/octet-stream", content: "application/json" };
    target.render_as(types, &mut request, "GET", &format!("/download/content/data/{id}"), "");
    let mut connection = Connection::open(target.addr).await?;
    let reply = connection.call(&request).await?;
    reply.expect_ok()?;
    let mut text = String::new();
    GzDecoder::new(reply.body).read_to_string(&mut text).map_err(|e| format!("the file is broken: {e}"))?;
    // None of these values contains a comma or a quotation mark.
    let titles: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').nth(TITLE)).collect();
    let distinct: HashSet<&str> = titles.iter().copied().collect();
    let missing = (0..count).find(|n| !distinct.contains(&*format!("Message {n}")));
    if let Some(missing) = missing {
        return Err(format!("message {missing} is not in the file of {} rows", titles.len()));
    }
    if titles.len() as u64 == count { Ok(()) } else { Err(format!("{} rows for {count} messages", titles.len())) }
}

/// The place of the column `content_title`.
const TITLE: usize = 8;

impl Speed {
    /// As JSON.
    pub(crate) fn json(self) -> Value {
        json!({"rows": self.rows, "per_second": self.per_second, "more_mib": self.more_mib})
    }
}
