//! Two servers under the same requests, in turn: what a change made faster or slower.
//!
//! Each server has its own database, filled through the API, as their tables may differ. In every round, each row is
//! measured on one server and then at once on the other, and the two results make one ratio: that holds where the speed of
//! the machine drifts. The order changes from round to round.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::crash::seed;
use crate::fill::{Filled, fill};
use crate::load::{self, Outcome, Plan, Source};
use crate::people::scramble;
use crate::scenario::{self, Matches, SEARCHES};
use crate::server::{self, Server, cpu_seconds};
use crate::talks::{self, stream};

/// Conversations with [`PARTS`] more messages than the first.
const LONG: u64 = 1_000;
/// Replies to each of them.
const PARTS: u64 = 4;
/// Time before anything is counted in each measurement.
const WARM_UP: Duration = Duration::from_millis(200);

/// Settings of a comparison.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// The binary to compare with.
    #[arg(long)]
    before: PathBuf,
    /// The binary that is judged; without it, the release binary is built and used.
    #[arg(long)]
    after: Option<PathBuf>,
    /// Contacts in each database.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u64).range(1_000..))]
    contacts: u64,
    /// Conversations in each database.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1_001..))]
    conversations: u64,
    /// How often each row is measured on each server; the median counts.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    rounds: u32,
    /// Seconds of each measurement.
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Numbers of connections.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 64])]
    connections: Vec<usize>,
    /// Only the rows whose name contains one of these.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Two empty PostgreSQL databases instead of files of SQLite: one for each binary.
    #[arg(long, num_args = 2)]
    postgres: Option<Vec<String>>,
    /// Leave the databases in `target/compare`, and use those that a former run left there.
    #[arg(long)]
    keep: bool,
    /// The `Intercom-Version` of the requests.
    #[arg(long, default_value = "2.11")]
    api_version: String,
}

/// A server with its filled database.
struct Side {
    server: Server,
    target: Target,
    admin: String,
    contacts: u64,
    filled: Filled,
    /// Ids of conversations; the first [`LONG`] are the long ones.
    conversations: Vec<String>,
}

/// The rows that come before the searches, and those after them: new rows would change what searches find.
const READS: [&str; 6] = [
    "get rich contact",
    "get random contacts",
    "list contacts",
    "open 5 messages",
    "list conversations",
    "newest 20 open",
];
const WRITES: [&str; 3] = ["post contact", "mixed 80/20", "reply"];

/// A row of the result: each round's outcomes on both servers.
struct Row {
    name: &'static str,
    connections: usize,
    rounds: Vec<[Measured; 2]>,
}

/// One measurement.
#[derive(Clone, Copy)]
struct Measured {
    per_second: f64,
    p99_ms: f64,
    micros: f64,
}

/// Measures all chosen rows on both servers, and prints a table.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let dir = server::target_dir().join("compare");
    if !options.keep {
        server::empty_dir(&dir)?;
    }
    let binaries = [server::binary(Some(&options.before))?, server::binary(options.after.as_deref())?];
    let mut sides = Vec::new();
    for (name, binary) in ["before", "after"].into_iter().zip(&binaries) {
        let postgres = options.postgres.as_ref().and_then(|urls| urls.get(sides.len()));
        sides.push(Side::start(options, binary, &dir.join(name), postgres).await?);
    }
    let chosen = |name: &&str| options.only.is_empty() || options.only.iter().any(|only| name.contains(only.as_str()));
    let names = READS.into_iter().chain(SEARCHES.iter().map(|search| search.name)).chain(WRITES).filter(chosen);
    let each = names.flat_map(|name| options.connections.iter().map(move |connections| Row::new(name, *connections)));
    let mut rows: Vec<Row> = each.collect();
    let measured = rounds(options, &sides, &mut rows).await;
    // Results from before a failure are useful too.
    print(&rows);
    measured?;
    for side in sides {
        side.server.stop()?;
    }
    if !options.keep {
        fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))?;
    }
    Ok(())
}

async fn rounds(options: &Options, sides: &[Side], rows: &mut [Row]) -> Result<(), String> {
    for round in 0..options.rounds {
        for row in &mut *rows {
            row.measure(options, sides, round).await?;
        }
        eprintln!("round {} of {}", round + 1, options.rounds);
    }
    Ok(())
}

impl Side {
    /// A server with a filled database: that of a former run where there is one.
    async fn start(options: &Options, binary: &Path, dir: &Path, postgres: Option<&String>) -> Result<Self, String> {
        fs::create_dir_all(dir).map_err(|e| format!("creating {}: {e}", dir.display()))?;
        let database = match postgres {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", dir.join("compare.db").display()),
        };
        let saved = dir.join("state.json");
        let sizes = json!([options.contacts, options.conversations, database]);
        let state = fs::read(&saved).ok().and_then(|text| serde_json::from_slice::<Value>(&text).ok());
        if let Some(state) = state.filter(|state| state["sizes"] == sizes) {
            let server = Server::deskwire(binary, &database, &dir.join("server.log"))?;
            return Self::of(server, options, &state).ok_or_else(|| format!("{} has an unknown form", saved.display()));
        }
        let workspace = server::create_workspace(binary, &database, "compare")?;
        let server = Server::deskwire(binary, &database, &dir.join("server.log"))?;
        let version = options.api_version.clone();
        let target = Target { addr: server.addr, token: workspace.token.clone(), version };
        eprintln!("{}: writing {} contacts", dir.display(), options.contacts);
        let filled = fill(&target, &workspace.admin_id, &database, options.contacts).await?;
        eprintln!("{}: writing {} conversations", dir.display(), options.conversations);
        let conversations = talk(&target, &workspace.admin_id, &filled.ids, options.conversations).await?;
        let state = json!({
            "sizes": sizes, "token": workspace.token, "admin": workspace.admin_id, "ids": filled.ids,
            "rich_id": filled.rich_id, "conversations": conversations,
        });
        fs::write(&saved, state.to_string()).map_err(|e| format!("writing {}: {e}", saved.display()))?;
        Self::of(server, options, &state).ok_or_else(|| "a workspace without ids".to_owned())
    }

    fn of(server: Server, options: &Options, state: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let list = |key: &str| state[key].as_array()?.iter().map(text).collect::<Option<Vec<_>>>();
        let (token, version) = (text(&state["token"])?, options.api_version.clone());
        Some(Self {
            target: Target { addr: server.addr, token, version },
            server,
            admin: text(&state["admin"])?,
            contacts: options.contacts,
            filled: Filled { ids: list("ids")?, rich_id: text(&state["rich_id"])?, seconds: 0.0 },
            conversations: list("conversations")?,
        })
    }

    /// A new stream of the requests of a row.
    fn source(&self, row: &str) -> Option<Source> {
        let target = &self.target;
        Some(match row {
            "get rich contact" => scenario::read_rich(target, &self.filled),
            "get random contacts" => scenario::read_random(target, &self.filled),
            "list contacts" => scenario::list(target, 50),
            "open 5 messages" => self.open(),
            "list conversations" => self.get("/conversations?per_page=20"),
            "newest 20 open" => self.newest(),
            "post contact" => scenario::write(target, seed()),
            "mixed 80/20" => scenario::mixed(target, &self.filled, seed()),
            "reply" => self.reply(),
            row => {
                let search = SEARCHES.iter().find(|search| search.name == row)?;
                search.source(target, self.contacts, Matches::Thousandth, None)
            }
        })
    }

    fn get(&self, path: &'static str) -> Source {
        let target = self.target.clone();
        stream(move |_, out| target.render(out, "GET", path, ""))
    }

    fn open(&self) -> Source {
        let (target, ids) = (self.target.clone(), self.conversations.clone());
        stream(move |n, out| target.render(out, "GET", &format!("/conversations/{}", choose(&ids, n, LONG)), ""))
    }

    fn newest(&self) -> Source {
        let target = self.target.clone();
        let body = json!({
            "query": {"field": "state", "operator": "=", "value": "open"},
            "sort": {"field": "updated_at", "order": "descending"}, "pagination": {"per_page": 20},
        });
        let body = body.to_string();
        stream(move |_, out| target.render(out, "POST", "/conversations/search", &body))
    }

    /// Replies to conversations all over the database.
    fn reply(&self) -> Source {
        let seed = seed();
        let (target, ids) = (self.target.clone(), self.conversations.clone());
        let body = talks::reply(&self.admin);
        stream(move |n, out| {
            let id = choose(&ids, seed.wrapping_add(n), u64::MAX);
            target.render(out, "POST", &format!("/conversations/{id}/reply"), &body);
        })
    }

    /// One measurement. The processor time is that of the requests with all that they left to do.
    async fn measure(&self, plan: Plan, source: Source) -> Result<Measured, String> {
        let pid = self.server.pid();
        let before = cpu_seconds(pid)?;
        let outcome: Outcome = load::run(&self.target, pid, plan, source).await?;
        let used = server::settled(&[pid], || cpu_seconds(pid)).await? - before;
        Ok(Measured {
            per_second: outcome.per_second,
            p99_ms: outcome.latency.quantile_ms(0.99),
            micros: used * 1e6 / outcome.answers.max(1) as f64,
        })
    }
}

impl Row {
    fn new(name: &'static str, connections: usize) -> Self {
        Self { name, connections, rounds: Vec::new() }
    }

    async fn measure(&mut self, options: &Options, sides: &[Side], round: u32) -> Result<(), String> {
        let duration = Duration::from_secs_f64(options.seconds.max(0.1));
        let plan = Plan { connections: self.connections, warmup: WARM_UP, duration };
        let mut measured = [Measured { per_second: 0.0, p99_ms: 0.0, micros: 0.0 }; 2];
        let order = if round.is_multiple_of(2) { [0, 1] } else { [1, 0] };
        for side in order {
            let source = sides[side].source(self.name).ok_or_else(|| format!("no requests for {}", self.name))?;
            let result = sides[side].measure(plan, source).await;
            measured[side] = result.map_err(|e| format!("{}: {e}", self.name))?;
        }
        self.rounds.push(measured);
        Ok(())
    }

    /// The median over all rounds.
    fn median(&self, value: impl Fn(&[Measured; 2]) -> f64) -> f64 {
        load::median(&self.sorted(value))
    }

    fn sorted(&self, value: impl Fn(&[Measured; 2]) -> f64) -> Vec<f64> {
        load::sorted(self.rounds.iter().map(value))
    }
}

fn print(rows: &[Row]) {
    println!(
        "| row | connections | CPU µs | after | ratio | least to most | requests/s | after | ratio | p99 ms | after |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for row in rows {
        let ratios = row.sorted(|[before, after]| after.micros / before.micros);
        println!(
            "| {} | {} | {:.1} | {:.1} | {:.2} | {:.2}-{:.2} | {:.0} | {:.0} | {:.2} | {:.2} | {:.2} |",
            row.name,
            row.connections,
            row.median(|[before, _]| before.micros),
            row.median(|[_, after]| after.micros),
            row.median(|[before, after]| after.micros / before.micros),
            ratios.first().unwrap_or(&0.0),
            ratios.last().unwrap_or(&0.0),
            row.median(|[before, _]| before.per_second),
            row.median(|[_, after]| after.per_second),
            row.median(|[before, after]| after.per_second / before.per_second),
            row.median(|[before, _]| before.p99_ms),
            row.median(|[_, after]| after.p99_ms),
        );
    }
}

/// Starts conversations, and replies to some; their ids.
async fn talk(target: &Target, admin: &str, contacts: &[String], count: u64) -> Result<Vec<String>, String> {
    let ids = talks::start(target, contacts, count).await?;
    let (mut connection, body) = (Connection::open(target.addr).await?, talks::reply(admin));
    for id in ids.iter().take(usize::try_from(LONG).unwrap_or(0)) {
        for _ in 0..PARTS {
            connection.json(&target.post(&format!("/conversations/{id}/reply"), &body)).await?;
        }
    }
    Ok(ids)
}

/// One of the first so many ids.
fn choose(ids: &[String], number: u64, first: u64) -> &str {
    let index = scramble(number) % first.min(ids.len().max(1) as u64);
    ids.get(usize::try_from(index).unwrap_or(0)).map_or("", String::as_str)
}
