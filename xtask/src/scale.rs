//! Measures reports, lists and text searches over many conversations: how long counting and indexing them takes, and how
//! long the answers.
//!
//! The conversations are written straight into their tables: a year of them, each with two messages.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use deskwire_store::{Db, Error, Options as DbOptions};

use crate::client::Connection;
use crate::desk::{self, Seat};
use crate::server::{self, Server};

/// Rows written by one statement.
const BATCH: u64 = 50_000;
/// How long counting or indexing may take.
const READY: Duration = Duration::from_secs(3_600);
/// The requested report: its period and its group.
const REPORTS: &[(&str, &str)] = &[
    ("a week", "from=2026-06-01&until=2026-06-07"),
    ("a month", "from=2026-06-01&until=2026-06-30"),
    ("a year", "from=2026-01-01&until=2026-12-31"),
    ("a year of a team", "from=2026-01-01&until=2026-12-31&team_id=3"),
    ("a year of a teammate", "from=2026-01-01&until=2026-12-31&admin_id=7"),
    ("ten years", "from=2017-01-01&until=2026-12-31"),
];

/// Lists, of a teammate as of everybody.
const LISTS: &[(&str, &str)] = &[
    ("all, newest", "view=all&state=open&sort=newest"),
    ("all, longest waiting", "view=all&state=open&sort=waiting"),
    ("all, by priority", "view=all&state=open&sort=priority"),
    ("a teammate's, newest", "view=teammate:7&state=open&sort=newest"),
    ("a teammate's, longest waiting", "view=teammate:7&state=open&sort=waiting"),
    ("a teammate's, by priority", "view=teammate:7&state=open&sort=priority"),
    ("a team's, longest waiting", "view=team:3&state=open&sort=waiting"),
    ("a team's, by priority", "view=team:3&state=open&sort=priority"),
];

/// Texts that are searched for. The words of messages are in `words_of`.
const SEARCHES: &[(&str, &str)] = &[
    ("a word of every message", "order"),
    ("a word of one in 20", "colour7"),
    ("a word of one in 1,000", "model123"),
    ("two words", "colour7+model123"),
    ("a common and a rare word", "order+model123"),
    ("a word of one message", "number5000"),
    ("the beginning of a word", "parc"),
    ("a word of none", "unheard"),
];

/// Settings of a run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Conversations that are counted.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1_000..=50_000_000))]
    conversations: u64,
    /// How often each report is requested.
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    times: u32,
    /// Within how many milliseconds 99 in 100 answers to each report must come.
    #[arg(long, default_value_t = 300.0)]
    report: f64,
    /// The same of each window of a list.
    #[arg(long, default_value_t = 20.0)]
    list: f64,
    /// The same of each page of a text search.
    #[arg(long, default_value_t = 100.0)]
    search: f64,
    /// `sqlite`, for a new file, or a database URL.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// The server; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Measures everything; fails if something takes too long.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("scale-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let database = match options.database.as_str() {
        "sqlite" => format!("sqlite:{}", dir.join("scale.db").display()),
        url => url.to_owned(),
    };
    let workspace = server::create_workspace(&binary, &database, "reports")?;
    let seat = desk::seats(&database, &workspace, 0, 1)?.remove(0);
    let began = Instant::now();
    fill(&database, &workspace.id, options.conversations)?;
    println!("{} conversations written in {:.0} s", options.conversations, began.elapsed().as_secs_f64());
    let server = Server::deskwire(&binary, &database, &dir.join("server.log"))?;
    let mut connection = Connection::open(server.addr).await?;
    let began = Instant::now();
    while report(&mut connection, &seat, REPORTS[0].1).await?["is_counting"] == true {
        wait(began, "counted").await?;
    }
    println!("counted in {:.0} s", began.elapsed().as_secs_f64());
    for number in [0, options.conversations - 1] {
        let request = seat.get(&format!("/search?q=number{number}"));
        while connection.json(&request).await?["conversations"].as_array().is_none_or(Vec::is_empty) {
            wait(began, "indexed").await?;
        }
    }
    println!("indexed in {:.0} s", began.elapsed().as_secs_f64());
    let year = report(&mut connection, &seat, REPORTS[2].1).await?;
    if year["all"]["figures"]["began"] != options.conversations {
        return Err(format!("the report of the year has {}", year["all"]["figures"]));
    }
    let mut slow = Vec::new();
    for &(name, query) in REPORTS {
        let path = report_path(query);
        slow.extend(measure(&mut connection, &seat, (name, &path), (options.times, options.report)).await?);
    }
    for &(name, query) in LISTS {
        let path = format!("/conversations?{query}");
        slow.extend(measure(&mut connection, &seat, (name, &path), (options.times * 5, options.list)).await?);
    }
    for &(name, text) in SEARCHES {
        let path = format!("/search?q={text}");
        slow.extend(measure(&mut connection, &seat, (name, &path), (options.times * 5, options.search)).await?);
    }
    server.stop()?;
    if !slow.is_empty() {
        return Err(format!("too slow: {}", slow.join(", ")));
    }
    std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))
}

/// Waits a moment for something that began then.
async fn wait(began: Instant, what: &str) -> Result<(), String> {
    if began.elapsed() > READY {
        return Err(format!("they were not {what} in {READY:?}"));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    Ok(())
}

async fn report(connection: &mut Connection, seat: &Seat, query: &str) -> Result<serde_json::Value, String> {
    connection.json(&seat.get(&report_path(query))).await
}

fn report_path(query: &str) -> String {
    format!("/reports/conversations?{query}&time_zone=Europe/Berlin")
}

/// Asks for something so often; its name, if 99 in 100 answers take longer than so many milliseconds.
async fn measure(
    connection: &mut Connection,
    seat: &Seat,
    (name, path): (&'static str, &str),
    (times, most): (u32, f64),
) -> Result<Option<&'static str>, String> {
    let mut took = Vec::new();
    for _ in 0..times {
        let began = Instant::now();
        connection.json(&seat.get(path)).await?;
        took.push(began.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    println!("{name:<34} p50 {:>7.1} ms, p99 {:>7.1} ms", at(50), at(99));
    Ok((at(99) > most).then_some(name))
}

/// Writes a year of conversations of 50 teammates in 5 teams, most of them answered and closed, and the jobs that count
/// and index them.
fn fill(database: &str, workspace: &str, count: u64) -> Result<(), String> {
    let options = DbOptions { busy_timeout: Duration::from_secs(600), ..DbOptions::default() };
    let db = Db::open(database, options).map_err(|e| format!("opening {database}: {e}"))?;
    let write =
        |sql: String| db.write_sync::<_, Error>(move |tx| tx.execute_batch(&sql)).map_err(|e| format!("filling: {e}"));
    for from in (0..count).step_by(usize::try_from(BATCH).unwrap_or(1)) {
        write(conversations(workspace, from, (from + BATCH).min(count), count))?;
        write(parts(workspace, from, (from + BATCH).min(count), count))?;
    }
    for (id, kind) in [(66, "report.count"), (67, "conversation.index")] {
        write(format!(
            "INSERT INTO jobs (workspace_id, id, kind, payload, state, attempts, run_at, lease_until, owner, created_at) \
             VALUES ('{workspace}', {id}, '{kind}', '{{}}', 'pending', 0, 0, 0, 0, 0)"
        ))?;
    }
    db.close();
    Ok(())
}

/// From the second of January 2026 on, until the end of the year.
const FIRST: u64 = 1_767_312_000;
const SECONDS: u64 = 363 * 86_400;

/// SQL for a number below `of` that seems to be chosen by chance, for conversation `i`.
fn chance(of: u64, seed: u64) -> String {
    // Squares, so that numbers of different seeds are independent of each other.
    let first = format!("((i * 7919 + {seed} * 104729) % 1000003)");
    let second = format!("(({first} * {first} + {seed}) % 999983)");
    format!("(({second} * {second} + {first}) % 999979 % {of})")
}

/// SQL for the words of a message of conversation `i`.
fn words_of(seed: u64) -> String {
    let (colour, model, code) = (chance(20, seed), chance(1_000, seed + 1), chance(100_000, seed + 2));
    format!(
        "'<p>Hello, my order of a parcel in colour' || {colour} || ' of model' || {model} || ' with the code' || {code} \
         || ' has not arrived yet. Could you please look where it is? Thank you.</p>'"
    )
}

/// The answers: one message in each conversation, with a word of its own.
fn parts(workspace: &str, from: u64, to: u64, count: u64) -> String {
    let words = words_of(30);
    format!(
        "INSERT INTO conversation_parts (workspace_id, conversation_id, id, part_type, body, author_type, author_id, state, \
         redacted, created_at, updated_at) \
         WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to}), \
         c AS (SELECT i, {FIRST} + i * {SECONDS} / {count} AS born FROM n) \
         SELECT '{workspace}', 1000000 + i * 64, 1000002 + i * 64, 'comment', {words} || '<p>number' || i || '</p>', \
         'user', 1, 'open', FALSE, born, born FROM c"
    )
}

fn conversations(workspace: &str, from: u64, to: u64, count: u64) -> String {
    let words = words_of(20);
    let (wait, took, team, admin) = (chance(20_000, 1), chance(300_000, 2), chance(5, 3), chance(50, 4));
    let (answered, closed) = (format!("{} < 9", chance(10, 5)), format!("{} < 8", chance(10, 6)));
    format!(
        "INSERT INTO conversations (workspace_id, id, is_ticket, is_shared, ticket_attributes, state, read, priority, \
         admin_assignee_id, team_assignee_id, created_at, updated_at, source_type, source_id, source_delivered_as, \
         source_author_type, source_author_id, source_body, source_redacted, channel_initial, channel_current, custom_attributes, tag_count, \
         teammate_count, link_count, first_contact_reply_at, waiting_since, first_admin_reply_at, time_to_admin_reply, last_close_at, \
         time_to_last_close, count_reopens, count_assignments, count_parts, reply_times, team_response_times) \
         WITH RECURSIVE n(i) AS (SELECT CAST({from} AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {to}), \
         c AS (SELECT i, {FIRST} + i * {SECONDS} / {count} AS born FROM n) \
         SELECT '{workspace}', 1000000 + i * 64, FALSE, FALSE, '{{}}', CASE WHEN {closed} THEN 'closed' ELSE 'open' END, FALSE, \
         'none', {admin} + 1, {team} + 1, born, born, 'conversation', 1000001 + i * 64, 'customer_initiated', 'user', 1, {words}, FALSE, \
         'messenger', 'messenger', '{{}}', 0, 0, 0, born, CASE WHEN NOT {answered} AND NOT {closed} THEN born END, CASE WHEN {answered} THEN born + {wait} END, \
         CASE WHEN {answered} THEN {wait} END, CASE WHEN {closed} THEN born + {took} END, CASE WHEN {closed} THEN {took} END, \
         0, 0, 2, '[]', '[]' FROM c"
    )
}
