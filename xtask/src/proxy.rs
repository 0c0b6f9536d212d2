//! Measures what HAProxy in front of two servers on one PostgreSQL costs, with all of them on one machine.
//!
//! Each kind of request takes four paths: to one server and to two, directly and through HAProxy. In every round, each
//! path is measured, and compared with the others of the same round: that holds where the speed of the machine drifts.
//! The order of the paths changes from round to round.
//!
//! Servers, HAProxy, PostgreSQL and the load generator share the processors. Requests per second are therefore those of
//! the whole machine, and latencies contain the wait for a processor. Processor time per request depends least on that.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::try_join_all;

use crate::client::Target;
use crate::fill::{Filled, fill};
use crate::haproxy::Haproxy;
use crate::load::{self, Histogram, Plan, Source, median, sorted};
use crate::scenario;
use crate::server::{self, Server, cpu_seconds, machine_cpu_seconds};
use crate::talks::{self, stream};

/// The paths of a request. The third is compared with the first, and the fourth with the second.
const PATHS: [&str; 4] = ["one server", "two servers", "HAProxy, one server", "HAProxy, two servers"];
/// Conversations that are replied to in turn: enough that no two requests wait for each other, and that none gets long.
const CONVERSATIONS: u64 = 2_000;
/// Time before anything is counted in each measurement.
const WARM_UP: Duration = Duration::from_millis(500);

/// Settings of a measurement of HAProxy.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// An empty database of PostgreSQL
    #[arg(long)]
    database: String,
    /// Contacts in the database
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(1..))]
    contacts: u64,
    /// How often each path is measured; the median counts
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    rounds: u16,
    /// Seconds of each measurement, after half a second of warm-up
    #[arg(long, default_value_t = 1.0)]
    seconds: f64,
    /// Connections of the load generator; with two, hardly any request waits for another one
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(2..=1_000))]
    connections: u16,
    /// The server to run; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// A measured kind of request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Read,
    Write,
    Reply,
}

/// What is measured, with its name in the table.
const KINDS: [(Kind, &str); 3] = [(Kind::Read, "get contact"), (Kind::Write, "post contact"), (Kind::Reply, "reply")];

/// One measurement.
#[derive(Clone, Copy, Debug)]
struct Sample {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
    /// Processor time per request of the servers, of HAProxy, of everything else and of the load generator.
    micros: [f64; 4],
}

/// The measurements of each kind on each path, one for each round.
type Results = [[Vec<Sample>; PATHS.len()]; KINDS.len()];

/// Measures all paths, and prints a table.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("proxy-{}", std::process::id()));
    server::empty_dir(&dir)?;
    let stage = Stage::start(options, &binary, &dir).await?;
    let (paths, mut results) = (stage.paths(), Results::default());
    let duration = Duration::from_secs_f64(options.seconds.max(0.1));
    let plan = Plan { connections: usize::from(options.connections), warmup: WARM_UP, duration };
    stage.settled().await?;
    for round in 0..usize::from(options.rounds) {
        for ((kind, name), row) in KINDS.into_iter().zip(&mut results) {
            for turn in 0..PATHS.len() {
                let path = (round + turn) % PATHS.len();
                let sample = stage.measure(kind, &paths[path], plan).await;
                row[path].push(sample.map_err(|e| format!("{name}, {}: {e}", PATHS[path]))?);
            }
        }
        eprintln!("round {} of {}", round + 1, options.rounds);
    }
    print(&results);
    let Stage { proxy, servers: [one, two], .. } = stage;
    drop(proxy);
    one.stop()?;
    two.stop()?;
    // The logs are only useful after a failure.
    fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))
}

/// Two servers behind HAProxy with a filled workspace.
struct Stage {
    proxy: Haproxy,
    servers: [Server; 2],
    target: Target,
    admin: String,
    filled: Filled,
    conversations: Arc<Vec<String>>,
    /// Counts replies over all measurements, so that all conversations grow alike.
    replies: Arc<AtomicUsize>,
    /// Counts streams of new contacts, so that no two streams create the same one.
    writers: AtomicU64,
}

impl Stage {
    async fn start(options: &Options, binary: &Path, dir: &Path) -> Result<Self, String> {
        let workspace = server::create_workspace(binary, &options.database, "proxy")?;
        let start = |log: &str| Server::deskwire(binary, &options.database, &dir.join(log));
        let servers = [start("one.log")?, start("two.log")?];
        let proxy = Haproxy::start(&servers, options.connections, dir)?;
        let target = Target { addr: servers[0].addr, token: workspace.token, version: "Unstable".to_owned() };
        eprintln!("writing {} contacts and {CONVERSATIONS} conversations", options.contacts);
        let filled = fill(&target, &workspace.admin_id, &options.database, options.contacts).await?;
        Ok(Self {
            conversations: Arc::new(talks::start(&target, &filled.ids, CONVERSATIONS).await?),
            proxy,
            servers,
            target,
            admin: workspace.admin_id,
            filled,
            replies: Arc::default(),
            writers: AtomicU64::new(0),
        })
    }

    /// The addresses that requests go to, for each of [`PATHS`].
    fn paths(&self) -> [Vec<SocketAddr>; PATHS.len()] {
        let [one, two] = &self.servers;
        [vec![one.addr], vec![one.addr, two.addr], vec![self.proxy.to_one], vec![self.proxy.to_both]]
    }

    fn source(&self, kind: Kind, target: &Target) -> Source {
        match kind {
            Kind::Read => scenario::read_random(target, &self.filled),
            Kind::Write => scenario::write(target, self.writers.fetch_add(1, Ordering::Relaxed)),
            Kind::Reply => {
                let (target, ids, next) = (target.clone(), Arc::clone(&self.conversations), Arc::clone(&self.replies));
                let body = talks::reply(&self.admin);
                stream(move |_, out| {
                    let id = &ids[next.fetch_add(1, Ordering::Relaxed) % ids.len()];
                    target.render(out, "POST", &format!("/conversations/{id}/reply"), &body);
                })
            }
        }
    }

    /// Sends requests to these addresses, to each over an equal part of the connections.
    async fn measure(&self, kind: Kind, addrs: &[SocketAddr], plan: Plan) -> Result<Sample, String> {
        let (before, pid) = (self.used()?, self.servers[0].pid());
        let runs = addrs.iter().enumerate().map(|(index, addr)| {
            let target = Target { addr: *addr, ..self.target.clone() };
            let source = self.source(kind, &target);
            // With an odd number, the first address gets one more.
            let part = Plan { connections: (plan.connections + addrs.len() - 1 - index) / addrs.len(), ..plan };
            async move { load::run(&target, pid, part, source).await }
        });
        let outcomes = try_join_all(runs).await?;
        // What a write leaves to do is a part of what it costs, and must not slow down the next measurement.
        let after = if kind == Kind::Read { self.used()? } else { self.settled().await? };
        let mut latency = Histogram::default();
        for outcome in &outcomes {
            latency.merge(&outcome.latency);
        }
        Ok(Sample {
            per_second: outcomes.iter().map(|outcome| outcome.per_second).sum(),
            p50_ms: latency.quantile_ms(0.5),
            p99_ms: latency.quantile_ms(0.99),
            micros: after.since(before, outcomes.iter().map(|outcome| outcome.answers).sum()),
        })
    }

    fn used(&self) -> Result<Used, String> {
        let [one, two] = &self.servers;
        Ok(Used {
            servers: cpu_seconds(one.pid())? + cpu_seconds(two.pid())?,
            proxy: cpu_seconds(self.proxy.pid())?,
            generator: cpu_seconds(std::process::id())?,
            machine: machine_cpu_seconds()?,
        })
    }

    /// Waits until the servers have done what requests left to do; what was used until then.
    async fn settled(&self) -> Result<Used, String> {
        server::settled(&self.servers.each_ref().map(Server::pid), || self.used()).await
    }
}

/// Processor seconds used so far.
#[derive(Clone, Copy, Debug)]
struct Used {
    servers: f64,
    proxy: f64,
    generator: f64,
    machine: f64,
}

impl Used {
    /// Microseconds used since `before` for each of so many answers, as in [`Sample::micros`].
    fn since(self, before: Self, answers: u64) -> [f64; 4] {
        let (servers, proxy) = (self.servers - before.servers, self.proxy - before.proxy);
        let generator = self.generator - before.generator;
        let rest = (self.machine - before.machine - servers - proxy - generator).max(0.0);
        [servers, proxy, rest, generator].map(|seconds| seconds * 1e6 / answers.max(1) as f64)
    }
}

fn print(results: &Results) {
    println!(
        "| request | path | requests/s | least to most | of one server | p50 ms | added by HAProxy | p99 ms \
         | servers CPU µs | HAProxy CPU µs | PostgreSQL CPU µs | generator CPU µs |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    for ((_, name), row) in KINDS.iter().zip(results) {
        for (path, samples) in row.iter().enumerate() {
            let of = |value: fn(&Sample) -> f64| sorted(samples.iter().map(value));
            let rates = of(|sample| sample.per_second);
            let share = sorted(samples.iter().zip(&row[0]).map(|(sample, one)| sample.per_second / one.per_second));
            let added = path.checked_sub(2).map_or_else(String::new, |direct| {
                let pairs = samples.iter().zip(&row[direct]);
                format!("{:+.2}", median(&sorted(pairs.map(|(sample, direct)| sample.p50_ms - direct.p50_ms))))
            });
            let micros = [0, 1, 2, 3].map(|part| {
                let median = median(&sorted(samples.iter().map(|sample| sample.micros[part])));
                format!("{median:.0}")
            });
            println!(
                "| {name} | {} | {:.0} | {:.0}-{:.0} | {:.2} | {:.2} | {added} | {:.2} | {} |",
                PATHS[path],
                median(&rates),
                rates.first().unwrap_or(&0.0),
                rates.last().unwrap_or(&0.0),
                median(&share),
                median(&of(|sample| sample.p50_ms)),
                median(&of(|sample| sample.p99_ms)),
                micros.join(" | "),
            );
        }
    }
    println!("\nThe time of PostgreSQL includes the kernel and all else on this machine: run nothing else on it.");
}
