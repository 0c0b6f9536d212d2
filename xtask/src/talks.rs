//! Conversations: opening, answering, listing and searching them, in a small and in a large database.
//!
//! The rows are written straight into the tables: a million of them through the API would take longer than all
//! measurements. The measured requests go through the API.

use std::path::Path;
use std::time::Duration;

use deskwire_store::{Db, Error, Options};
use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::fill;
use crate::load::{self, Outcome, Plan, Source};
use crate::people::scramble;
use crate::server::{self, Server};

/// Contacts that the conversations are with.
const CONTACTS: u64 = 200;
/// Teammates with conversations; all ids but the first are invented.
const TEAMMATES: u64 = 50;
/// Parts of most conversations.
const PARTS: u64 = 5;
/// The newest conversations have more parts.
const LONG: u64 = 1_000;
const LONG_PARTS: u64 = 20;
/// Rows written in one transaction.
const BATCH: u64 = 50_000;
/// When the first conversation was started, and the seconds from each to the next.
const BEGAN: u64 = 1_700_000_000;
const STEP: u64 = 40;
/// Conversations that a search finds, whatever the size of the database.
const FOUND: u64 = 50;
/// The id of the first conversation; their distance is that of minted ids.
const FIRST_ID: u64 = 1_000_000;

/// One scenario at one size and number of connections.
#[derive(Debug)]
pub(crate) struct Row {
    /// The scenario.
    pub(crate) name: &'static str,
    /// Objects in the database: conversations, articles or contacts.
    pub(crate) size: u64,
    /// Connections kept busy.
    pub(crate) connections: usize,
    /// The measurements.
    pub(crate) outcome: Outcome,
}

/// Measures databases of these sizes.
pub(crate) async fn measure(
    binary: &Path,
    folder: &Path,
    sizes: &[u64],
    seconds: f64,
    version: &str,
) -> Result<Vec<Row>, String> {
    let mut rows = Vec::new();
    for size in sizes.iter().copied().filter(|size| *size > 0) {
        let folder = folder.join(size.to_string());
        server::empty_dir(&folder)?;
        let database = format!("sqlite:{}", folder.join("bench.db").display());
        let workspace = server::create_workspace(binary, &database, "bench")?;
        let log = folder.join("server.log");
        let server = Server::deskwire(binary, &database, &log)?;
        let target = Target { addr: server.addr, token: workspace.token.clone(), version: version.to_owned() };
        let contacts = contacts(&target).await?;
        let id = me(&target).await?;
        server.stop()?;
        eprintln!("writing {size} conversations");
        write_rows(&database, &id, &workspace.admin_id, &contacts, size)?;
        let server = Server::deskwire(binary, &database, &log)?;
        let target = Target { addr: server.addr, ..target };
        let stage = Stage { size, admin: workspace.admin_id, contacts };
        check(&target, &stage).await?;
        for connections in [1, 16, 64] {
            let length = Duration::from_secs_f64(seconds.min(5.0));
            let plan = Plan { connections, warmup: Duration::from_millis(500), duration: length };
            for (name, source) in stage.scenarios(&target) {
                let outcome = load::run(&target, server.pid(), plan, source).await;
                let outcome = outcome.map_err(|e| format!("{name}: {e}"))?;
                let (rate, median) = (outcome.per_second, outcome.latency.quantile_ms(0.5));
                eprintln!("{size} conversations, {name}, {connections} connections: {rate:.0}/s, {median:.2} ms");
                rows.push(Row { name, size, connections, outcome });
            }
        }
        server.stop()?;
    }
    Ok(rows)
}

/// A filled database.
struct Stage {
    size: u64,
    admin: String,
    contacts: Vec<String>,
}

impl Stage {
    fn scenarios(&self, target: &Target) -> Vec<(&'static str, Source)> {
        let (size, long) = (self.size, LONG.min(self.size));
        let requests_to = target.clone();
        let open = stream(move |n, out| {
            let id = id(size - 1 - scramble(n) % long);
            requests_to.render(out, "GET", &format!("/conversations/{id}"), "");
        });
        let requests_to = target.clone();
        let list = stream(move |_, out| requests_to.render(out, "GET", "/conversations?per_page=20", ""));
        let requests_to = target.clone();
        let search = stream(move |n, out| {
            let body = search(size, n % TEAMMATES).to_string();
            requests_to.render(out, "POST", "/conversations/search", &body);
        });
        let (requests_to, body) = (target.clone(), reply(&self.admin));
        // Conversations with few parts, all over the database, so that all answers have about the same length.
        let replies = stream(move |n, out| {
            let id = id(scramble(n) % (size - long).max(1));
            requests_to.render(out, "POST", &format!("/conversations/{id}/reply"), &body);
        });
        vec![("open 20 parts", open), ("list", list), ("search state, assignee, time", search), ("reply", replies)]
    }
}

/// The body of a teammate's reply.
pub(crate) fn reply(admin: &str) -> String {
    json!({"type": "admin", "message_type": "comment", "admin_id": admin, "body": "On its way."}).to_string()
}

/// Starts so many conversations with these contacts in turn, through the API; their ids.
pub(crate) async fn start(target: &Target, contacts: &[String], count: u64) -> Result<Vec<String>, String> {
    let from = contacts.to_vec();
    let body = move |n: u64| {
        let id = &from[usize::try_from(n).unwrap_or(0) % from.len()];
        json!({"from": {"type": "user", "id": id}, "body": "Where is my order?"}).to_string()
    };
    let made = fill::post_all(target, "/conversations", count, body).await?;
    Ok(made.into_iter().map(|(_, id)| id).collect())
}

/// Requests without end, rendered by their number.
pub(crate) fn stream(mut render: impl FnMut(u64, &mut Vec<u8>) + Send + 'static) -> Source {
    let mut next = 0;
    Box::new(move |out| {
        next += 1;
        render(next, out);
    })
}

/// Open conversations of a teammate that were changed recently: about [`FOUND`].
fn search(size: u64, teammate: u64) -> Value {
    // One in fifty is the teammate's, and one in ten of those is open.
    let window = FOUND * TEAMMATES * 10 * STEP;
    let since = (BEGAN + size * STEP).saturating_sub(window);
    let test =
        |field: &str, operator: &str, value: Value| json!({"field": field, "operator": operator, "value": value});
    let tests = [
        test("state", "=", "open".into()),
        test("admin_assignee_id", "=", (teammate + 1).into()),
        test("updated_at", ">", since.into()),
    ];
    json!({"query": {"operator": "AND", "value": tests}})
}

/// Checks that the answers are the written rows.
async fn check(target: &Target, stage: &Stage) -> Result<(), String> {
    let mut connection = Connection::open(target.addr).await?;
    let newest = id(stage.size - 1);
    let open = connection.json(&target.get(&format!("/conversations/{newest}"))).await?;
    if open["conversation_parts"]["total_count"] != LONG_PARTS {
        return Err(format!("a long conversation shows {}", open["conversation_parts"]["total_count"]));
    }
    let with = &open["contacts"]["contacts"][0]["id"];
    if !stage.contacts.iter().any(|contact| with == contact) {
        return Err(format!("a conversation is with {with}"));
    }
    let found = connection.json(&target.post("/conversations/search", &search(stage.size, 7).to_string())).await?;
    let total = found["total_count"].as_u64().unwrap_or(0);
    if stage.size >= FOUND * TEAMMATES * 10 && !(FOUND / 2..=FOUND * 2).contains(&total) {
        return Err(format!("a search finds {total} conversations, not about {FOUND}"));
    }
    Ok(())
}

async fn contacts(target: &Target) -> Result<Vec<String>, String> {
    let mut connection = Connection::open(target.addr).await?;
    let mut ids = Vec::new();
    for number in 0..CONTACTS {
        let body =
            json!({"role": "user", "email": format!("user{number}@talks.example"), "name": format!("User {number}")});
        let made = connection.json(&target.post("/contacts", &body.to_string())).await?;
        ids.push(made["id"].as_str().unwrap_or_default().to_owned());
    }
    Ok(ids)
}

/// The workspace's id.
async fn me(target: &Target) -> Result<String, String> {
    let me = Connection::open(target.addr).await?.json(&target.get("/me")).await?;
    Ok(me["app"]["id_code"].as_str().unwrap_or_default().to_owned())
}

fn id(number: u64) -> u64 {
    FIRST_ID + number * 64
}

/// Writes conversations and their parts.
fn write_rows(database: &str, workspace: &str, admin: &str, contacts: &[String], size: u64) -> Result<(), String> {
    // Its statements write thousands of rows each.
    let options = Options { busy_timeout: Duration::from_secs(600), ..Options::default() };
    let db = Db::open(database, options).map_err(|e| format!("opening {database}: {e}"))?;
    let hex = |text: &String| u64::from_str_radix(text.get(8..).unwrap_or(""), 16).unwrap_or(0);
    let contacts: Vec<u64> = contacts.iter().map(hex).collect();
    for from in (0..size).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        let to = (from + BATCH).min(size);
        let mut sql = String::new();
        conversations(&mut sql, workspace, &contacts, (from, to));
        parts(&mut sql, workspace, admin, size, (from, to));
        db.write_sync::<_, Error>(move |tx| tx.execute_batch(&sql)).map_err(|e| format!("filling: {e}"))?;
    }
    db.close();
    Ok(())
}

fn conversations(sql: &mut String, workspace: &str, contacts: &[u64], (from, to): (u64, u64)) {
    let list = |row: &dyn Fn(u64) -> String| (from..to).map(row).collect::<Vec<_>>().join(",");
    let rows = list(&|n| {
        let at = BEGAN + n * STEP;
        let state = if scramble(n).is_multiple_of(10) { "open" } else { "closed" };
        let (assignee, author) =
            (scramble(n + 7) % TEAMMATES + 1, contacts[usize::try_from(n % CONTACTS).unwrap_or(0)]);
        format!(
            "('{workspace}',{},0,0,'{{}}','{state}',0,'none',{assignee},0,{at},{at},'conversation',{},'customer_initiated','',\
             '<p>Where is my order?</p>','user',{author},0,'messenger','messenger','{{}}',0,0,0,{at},{at},{at},0,0,{PARTS},'[]','[]')",
            id(n),
            id(n) + 1
        )
    });
    sql.push_str(
        "INSERT INTO conversations (workspace_id, id, is_ticket, is_shared, ticket_attributes, state, read, priority, \
         admin_assignee_id, team_assignee_id, created_at, updated_at, source_type, source_id, source_delivered_as, source_subject, \
         source_body, source_author_type, source_author_id, source_redacted, channel_initial, channel_current, custom_attributes, \
         tag_count, teammate_count, link_count, first_contact_reply_at, last_contact_reply_at, last_admin_reply_at, count_reopens, \
         count_assignments, count_parts, reply_times, team_response_times) VALUES ",
    );
    sql.push_str(&rows);
    let links = list(&|n| {
        format!(
            "('{workspace}',{},{},{})",
            id(n),
            contacts[usize::try_from(n % CONTACTS).unwrap_or(0)],
            BEGAN + n * STEP
        )
    });
    sql.push_str("; INSERT INTO conversation_contacts (workspace_id, conversation_id, contact_id, created_at) VALUES ");
    sql.push_str(&links);
    sql.push(';');
}

fn parts(sql: &mut String, workspace: &str, admin: &str, size: u64, (from, to): (u64, u64)) {
    sql.push_str(
        "INSERT INTO conversation_parts (workspace_id, conversation_id, id, part_type, body, author_type, author_id, state, \
         redacted, created_at, updated_at) VALUES ",
    );
    let mut comma = "";
    for n in from..to {
        let count = if n + LONG >= size { LONG_PARTS } else { PARTS };
        for part in 0..count {
            let (at, id) = (BEGAN + n * STEP + part, id(n));
            sql.push_str(&format!(
                "{comma}('{workspace}',{id},{},'comment','<p>It left our house yesterday and should be with you soon.</p>',\
                 'admin',{admin},'open',0,{at},{at})",
                id + 2 + part
            ));
            comma = ",";
        }
    }
    sql.push(';');
    if to == size {
        let first = id(size.saturating_sub(LONG));
        sql.push_str(&format!(
            "UPDATE conversations SET count_parts = {LONG_PARTS} WHERE workspace_id = '{workspace}' AND id >= {first};"
        ));
    }
}

/// The rows of a kind of objects as a table.
pub(crate) fn print(objects: &str, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    println!("\n| {objects} | of | connections | requests/s | p50 ms | p99 ms | server CPU µs |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        let (outcome, latency) = (&row.outcome, &row.outcome.latency);
        println!(
            "| {} | {} | {} | {:.0} | {:.3} | {:.3} | {:.1} |",
            row.name,
            row.size,
            row.connections,
            outcome.per_second,
            latency.quantile_ms(0.5),
            latency.quantile_ms(0.99),
            outcome.server_micros
        );
    }
}

/// The rows as JSON.
pub(crate) fn json(rows: &[Row]) -> Value {
    let row = |row: &Row| {
        json!({
            "name": row.name, "size": row.size, "connections": row.connections, "per_second": row.outcome.per_second,
            "p50_ms": row.outcome.latency.quantile_ms(0.5), "p99_ms": row.outcome.latency.quantile_ms(0.99),
        })
    };
    rows.iter().map(row).collect()
}

/// Requests a second of a scenario in the largest database.
pub(crate) fn per_second(rows: &[Row], name: &str, connections: usize) -> Option<f64> {
    largest(rows, name, connections).map(|row| row.outcome.per_second)
}

/// The median of a scenario in the largest database, in milliseconds.
pub(crate) fn median(rows: &[Row], name: &str, connections: usize) -> Option<f64> {
    largest(rows, name, connections).map(|row| row.outcome.latency.quantile_ms(0.5))
}

fn largest<'r>(rows: &'r [Row], name: &str, connections: usize) -> Option<&'r Row> {
    let named = rows.iter().filter(|row| row.name == name && row.connections == connections);
    named.max_by_key(|row| row.size)
}

/// How much longer the scenario with the largest growth takes in the largest database than in the smallest, on one connection,
/// of those with one of these names; all without names.
pub(crate) fn growth(rows: &[Row], names: &[&str]) -> Option<f64> {
    let alone = || rows.iter().filter(|row| row.connections == 1 && (names.is_empty() || names.contains(&row.name)));
    let least = alone().map(|row| row.size).min()?;
    let small = alone().filter(|row| row.size == least);
    small
        .filter_map(|small| {
            let large = largest(rows, small.name, 1).filter(|large| large.size > least)?;
            Some(large.outcome.latency.quantile_ms(0.5) / small.outcome.latency.quantile_ms(0.5))
        })
        .reduce(f64::max)
}
