//! Measures a release server with a large database, next to a bare axum server and the goals.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{Connection, Target};
use crate::crash::seed;
use crate::fill::{Filled, fill};
use crate::hooks;
use crate::load::{self, Outcome, Plan, Source};
use crate::people;
use crate::report::{Growth, Reference, Report, Row, Size};
use crate::scenario::{self, Kind, Matches, SEARCHES};
use crate::server::{self, Server};
use crate::talks;
use crate::{articles, exports};

/// Numbers of connections measured.
const CONNECTIONS: [usize; 3] = [1, 16, 64];
/// Pages compared between a small and a large database hold the same number of contacts.
const GROWTH_PAGE: u64 = 10;
/// Body of the floor when there is no contact to take the size of.
const FLOOR_BYTES: usize = 1_700;

/// Settings of a benchmark.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// Contacts in the small database, for the growth of searches; 0 leaves it out.
    #[arg(long, default_value_t = 10_000)]
    small: u64,
    /// Contacts in the large database.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    large: u64,
    /// Articles in the large help center; the small one has a hundredth.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(100..))]
    articles: u64,
    /// Receipts of the export of message data.
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..))]
    receipts: u64,
    /// Seconds each measurement counts, after one second of warm-up.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
    /// Only the scenarios whose name contains this; `floor` measures the floor alone, without a
    /// server, and `webhooks`, `conversations`, `articles` and `exports` those alone (the last three on SQLite).
    #[arg(long)]
    only: Option<String>,
    /// Measure on this empty PostgreSQL database instead of SQLite.
    #[arg(long)]
    postgres: Option<String>,
    /// The server to measure; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Leave the databases in `target/bench-data`, and use those a former run left there.
    #[arg(long)]
    keep: bool,
    /// The `Intercom-Version` of all requests but those of the scenario that reads in an old version.
    #[arg(long, default_value = "Unstable")]
    api_version: String,
}

/// The version the scenario `get contact in 2.8` asks for: the longest way back from the newest.
const OLD_VERSION: &str = "2.8";

/// A workspace filled with contacts, and the data for requests.
struct Stage {
    name: &'static str,
    count: u64,
    database: String,
    log: PathBuf,
    token: String,
    filled: Filled,
}

/// Runs the benchmark and writes the report.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let dir = server::target_dir().join("bench-data");
    if !options.keep {
        server::empty_dir(&dir)?;
    }
    fs::create_dir_all(&dir).map_err(|e| format!("creating {}: {e}", dir.display()))?;
    let mut report = Report::new(json!({
        "small": options.small,
        "large": options.large,
        "seconds": options.seconds,
        "database": if options.postgres.is_some() { "PostgreSQL" } else { "SQLite" },
        "api_version": options.api_version,
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
    }));
    let done = if options.only.as_deref() == Some("floor") {
        floor_alone(options, &dir, &mut report).await
    } else {
        everything(options, &dir, &mut report).await
    };
    // Results from before a failure are useful too.
    report.set("error", json!(done.as_ref().err()));
    report.write(&server::target_dir().join("bench.json"))?;
    done?;
    if !options.keep {
        fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))?;
    }
    Ok(())
}

/// Only the floor: what the machine and the load generator allow.
async fn floor_alone(options: &Options, dir: &Path, report: &mut Report) -> Result<(), String> {
    let floor = Floor::start(FLOOR_BYTES, dir, options)?;
    for kind in [Kind::Read, Kind::Write, Kind::Mixed] {
        for connections in CONNECTIONS {
            let plan = plan(options, connections, 1.0);
            let outcome = floor.measure(kind, plan).await?;
            report.rows.push(Row { name: format!("floor, {}", kind.name()), kind, connections, outcome, floor: None });
        }
    }
    floor.server.stop().or(Ok(()))
}

async fn everything(options: &Options, dir: &Path, report: &mut Report) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let mut growth: Vec<Growth> = Vec::new();
    if chosen(options, "webhooks") {
        let folder = dir.join("webhooks");
        let database = match &options.postgres {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", folder.join("bench.db").display()),
        };
        report.webhooks = Some(hooks::measure(&binary, &database, &folder, seed()).await?);
        if options.only.as_deref() == Some("webhooks") {
            return Ok(());
        }
    }
    if chosen(options, "conversations") {
        let sizes = [options.small, options.large];
        let version = &options.api_version;
        report.talks = talks::measure(&binary, &dir.join("talks"), &sizes, options.seconds, version).await?;
        if options.only.as_deref() == Some("conversations") {
            return Ok(());
        }
    }
    if chosen(options, "articles") {
        let folder = dir.join("articles");
        report.articles =
            articles::measure(&binary, &folder, options.articles, options.seconds, &options.api_version).await?;
        if options.only.as_deref() == Some("articles") {
            return Ok(());
        }
    }
    if chosen(options, "exports") {
        report.export = Some(exports::measure(&binary, &dir.join("exports"), options.receipts).await?);
        if options.only.as_deref() == Some("exports") {
            return Ok(());
        }
    }
    if options.small > 0 {
        let small = prepare(options, &binary, dir, "small", options.small).await?;
        let server = Server::deskwire(&binary, &small.database, &small.log)?;
        growth = growth_pass(options, &small, &server).await?;
        report.reads = reads_pass(options, &small, &server).await?;
        server.stop()?;
    }

    let large = prepare(options, &binary, dir, "large", options.large).await?;
    report.set("fill_seconds", json!(large.filled.seconds));
    report.set("fill_per_second", json!(options.large as f64 / large.filled.seconds));
    for _ in 0..2 {
        let server = Server::deskwire(&binary, &large.database, &large.log)?;
        report.ready.push(server.ready_after.as_secs_f64() * 1e3);
        server.stop()?;
    }
    let server = Server::deskwire(&binary, &large.database, &large.log)?;
    report.ready.push(server.ready_after.as_secs_f64() * 1e3);
    tokio::time::sleep(Duration::from_secs(2)).await;
    report.idle = Some(server.memory()?);

    if options.small > 0 {
        for (entry, large) in growth.iter_mut().zip(growth_pass(options, &large, &server).await?) {
            entry.large = large.small;
        }
        report.growth = growth;
        report.reads.extend(reads_pass(options, &large, &server).await?);
    }
    measure(options, dir, &large, &server, report).await?;
    report.loaded = Some(server.memory()?);
    server.stop()
}

/// The searches chosen by `--only` that few contacts match, as measured in one database on one connection.
async fn growth_pass(options: &Options, stage: &Stage, server: &Server) -> Result<Vec<Growth>, String> {
    let target = stage.target(options, server);
    let others = scenario::everyone(&target).await?.saturating_sub(stage.count + people::CIRCLES * people::MEMBERS);
    let plan = Plan {
        connections: 1,
        warmup: Duration::from_millis(500),
        duration: Duration::from_secs_f64(options.seconds.min(2.0)),
    };
    let mut medians = Vec::new();
    let searches = SEARCHES.iter().filter(|search| chosen(options, search.name) && search.kind != Kind::Everything);
    for (search, matches) in searches.flat_map(|search| [(search, Matches::Fifty), (search, Matches::Thousandth)]) {
        let found = search.check(&target, stage.count, matches, others).await?;
        let source = search.source(&target, stage.count, matches, Some(GROWTH_PAGE));
        let outcome = load::run(&target, server.pid(), plan, source).await;
        let outcome = outcome.map_err(|e| format!("{}: {e}", search.name))?;
        let median_ms = outcome.latency.quantile_ms(0.5);
        eprintln!("{} contacts, {}, {found:.0} found: {median_ms:.2} ms", stage.count, search.name);
        let small = Size { found, median_ms };
        medians.push(Growth { name: search.name, kind: search.kind, matches, small, large: small });
    }
    Ok(medians)
}

/// Reads of contacts by their ids, and lists of them, on one connection.
async fn reads_pass(options: &Options, stage: &Stage, server: &Server) -> Result<Vec<talks::Row>, String> {
    let target = stage.target(options, server);
    let duration = Duration::from_secs_f64(options.seconds.min(2.0));
    let plan = Plan { connections: 1, warmup: Duration::from_millis(500), duration };
    let mut rows = Vec::new();
    for (name, source) in [
        ("get contact", scenario::read_random(&target, &stage.filled)),
        ("list contacts", scenario::list(&target, GROWTH_PAGE)),
    ] {
        let outcome = load::run(&target, server.pid(), plan, source).await.map_err(|e| format!("{name}: {e}"))?;
        rows.push(talks::Row { name, size: stage.count, connections: 1, outcome });
    }
    Ok(rows)
}

/// All chosen scenarios at every number of connections, each group between two measurements of the floor.
async fn measure(
    options: &Options,
    dir: &Path,
    stage: &Stage,
    server: &Server,
    report: &mut Report,
) -> Result<(), String> {
    let target = stage.target(options, server);
    let request = target.get(&format!("/contacts/{}", stage.filled.rich_id));
    let mut connection = Connection::open(target.addr).await?;
    let reply = connection.call(&request).await?;
    reply.expect_ok()?;
    let contact_bytes = reply.body.len();
    report.set("contact_bytes", json!(contact_bytes));
    let floor = Floor::start(contact_bytes, dir, options)?;
    let others = scenario::everyone(&target).await?.saturating_sub(stage.count + people::CIRCLES * people::MEMBERS);
    for search in SEARCHES.iter().filter(|search| chosen(options, search.name)) {
        search.check(&target, stage.count, Matches::Thousandth, others).await?;
    }
    for kind in Kind::ALL {
        for connections in CONNECTIONS {
            let scenarios = scenarios(options, stage, &target, kind);
            if scenarios.is_empty() {
                continue;
            }
            let before = floor.measure(kind.of_floor(), plan(options, connections, 0.5)).await?;
            let first = report.rows.len();
            for (name, source) in scenarios {
                let outcome = load::run(&target, server.pid(), plan(options, connections, 1.0), source).await;
                let outcome = outcome.map_err(|e| format!("{name}: {e}"))?;
                eprintln!("{name}, {connections} connections: {:.0}/s", outcome.per_second);
                report.rows.push(Row { name, kind, connections, outcome, floor: None });
            }
            let after = floor.measure(kind.of_floor(), plan(options, connections, 0.5)).await?;
            let reference = Reference::new(&before, &after);
            for row in &mut report.rows[first..] {
                row.floor = Some(reference);
            }
        }
    }
    Ok(())
}

/// The chosen scenarios of a kind, with new streams of requests.
fn scenarios(options: &Options, stage: &Stage, target: &Target, kind: Kind) -> Vec<(String, Source)> {
    let filled = &stage.filled;
    let mut all: Vec<(String, Source)> = Vec::new();
    match kind {
        Kind::Read => {
            let old = Target { version: OLD_VERSION.to_owned(), ..target.clone() };
            all.push(("get rich contact".to_owned(), scenario::read_rich(target, filled)));
            all.push(("get random contacts".to_owned(), scenario::read_random(target, filled)));
            all.push((format!("get rich contact in {OLD_VERSION}"), scenario::read_rich(&old, filled)));
        }
        Kind::Write => all.push(("post contact".to_owned(), scenario::write(target, seed()))),
        Kind::Mixed => all.push(("mixed 80/20".to_owned(), scenario::mixed(target, filled, seed()))),
        Kind::Selective | Kind::Contains | Kind::Everything => {
            for search in SEARCHES.iter().filter(|search| search.kind == kind) {
                all.push((search.name.to_owned(), search.source(target, stage.count, Matches::Thousandth, None)));
            }
        }
    }
    all.retain(|(name, _)| chosen(options, name));
    all
}

/// The floor's process, and requests like those of the server.
struct Floor {
    server: Server,
    target: Target,
    filled: Filled,
}

impl Floor {
    fn start(body_bytes: usize, dir: &Path, options: &Options) -> Result<Self, String> {
        let server = Server::floor(body_bytes, &dir.join("floor.log"))?;
        let id = "66f2a1b3c4d5e6f708192a3b".to_owned();
        let token = "a-token-as-long-as-those-of-the-server-that-nobody-checks".to_owned();
        let target = Target { addr: server.addr, token, version: options.api_version.clone() };
        Ok(Self { server, target, filled: Filled { ids: vec![id.clone()], rich_id: id, seconds: 0.0 } })
    }

    async fn measure(&self, kind: Kind, plan: Plan) -> Result<Outcome, String> {
        let source = match kind {
            Kind::Read => scenario::read_rich(&self.target, &self.filled),
            Kind::Mixed => scenario::mixed(&self.target, &self.filled, 0),
            _ => scenario::write(&self.target, 0),
        };
        let outcome = load::run(&self.target, self.server.pid(), plan, source).await;
        let outcome = outcome.map_err(|e| format!("the floor: {e}"))?;
        eprintln!("floor, {}, {} connections: {:.0}/s", kind.name(), plan.connections, outcome.per_second);
        Ok(outcome)
    }
}

impl Stage {
    fn target(&self, options: &Options, server: &Server) -> Target {
        Target { addr: server.addr, token: self.token.clone(), version: options.api_version.clone() }
    }

    /// What `--keep` stores, so that another run need not fill again.
    fn save(&self, dir: &Path) -> Result<(), String> {
        let state = json!({
            "count": self.count, "database": self.database, "token": self.token,
            "ids": self.filled.ids, "rich_id": self.filled.rich_id, "seconds": self.filled.seconds,
        });
        let path = dir.join(format!("{}.json", self.name));
        fs::write(&path, state.to_string()).map_err(|e| format!("writing {}: {e}", path.display()))
    }

    /// The result of an earlier `--keep`, if it has the same size and database.
    fn saved(dir: &Path, name: &'static str, count: u64, database: &str, log: &Path) -> Option<Self> {
        let state: Value = serde_json::from_slice(&fs::read(dir.join(format!("{name}.json"))).ok()?).ok()?;
        if state["count"] != count || state["database"] != database {
            return None;
        }
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let ids = state["ids"].as_array()?.iter().map(text).collect::<Option<_>>()?;
        let filled = Filled { ids, rich_id: text(&state["rich_id"])?, seconds: state["seconds"].as_f64()? };
        let token = text(&state["token"])?;
        Some(Self { name, count, database: database.to_owned(), log: log.to_owned(), token, filled })
    }
}

/// A filled workspace: that of a former run where allowed, else a new one.
async fn prepare(
    options: &Options,
    binary: &Path,
    dir: &Path,
    name: &'static str,
    count: u64,
) -> Result<Stage, String> {
    let folder = dir.join(name);
    let database = match &options.postgres {
        Some(url) => url.clone(),
        None => format!("sqlite:{}", folder.join("bench.db").display()),
    };
    let log = dir.join(format!("{name}.log"));
    if let Some(stage) = Stage::saved(dir, name, count, &database, &log) {
        eprintln!("{count} contacts are there from a former run");
        return Ok(stage);
    }
    server::empty_dir(&folder)?;
    let workspace = server::create_workspace(binary, &database, "bench")?;
    let server = Server::deskwire(binary, &database, &log)?;
    eprintln!("writing {count} contacts");
    let target = Target { addr: server.addr, token: workspace.token.clone(), version: options.api_version.clone() };
    let filled = fill(&target, &workspace.admin_id, &database, count).await?;
    eprintln!("{count} contacts in {:.1} s, {:.0}/s", filled.seconds, count as f64 / filled.seconds);
    server.stop()?;
    let stage = Stage { name, count, database, log, token: workspace.token, filled };
    stage.save(dir)?;
    Ok(stage)
}

fn plan(options: &Options, connections: usize, share: f64) -> Plan {
    Plan {
        connections,
        warmup: Duration::from_secs_f64(share),
        duration: Duration::from_secs_f64((options.seconds * share).max(0.1)),
    }
}

fn chosen(options: &Options, name: &str) -> bool {
    options.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
}
