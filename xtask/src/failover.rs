//! Checks that nothing acknowledged is lost when PostgreSQL fails over, and that service is back soon: two servers write
//! while the primary is killed, hangs, or hands over to its standby.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use deskwire_testkit::Cluster;

use crate::crash::seed;
use crate::failover_clients::{Clients, Count};
use crate::server::{self, Server};

/// The time after which a failover manager has detected the loss of the primary.
const NOTICED: Duration = Duration::from_secs(1);
/// Between two events.
const CALM: Duration = Duration::from_secs(1);
/// Longer than a call waits for the database.
const HUNG: Duration = Duration::from_secs(6);

/// Settings of a failover test.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// The server to run; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// A database, or a load balancer in front of several, that somebody else makes fail over meanwhile; without it, a primary and a
    /// standby are made from the PostgreSQL that is installed
    #[arg(long)]
    database: Option<String>,
    /// How long to write to that database, in seconds
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// How long all of it may take without a database, in seconds
    #[arg(long, default_value_t = 90)]
    limit: u64,
    /// How soon writes must be acknowledged again after a failure, in seconds; more on a machine that does other work
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u64).range(5..=600))]
    back: u64,
}

impl Options {
    fn back(&self) -> Duration {
        Duration::from_secs(self.back)
    }

    /// How long an answer may take. By default, a few seconds more than a call waits for the database.
    fn answer(&self) -> Duration {
        self.back() * 3 / 5
    }
}

/// Runs it; fails if an acknowledged contact is missing, an answer is unexpected or service is not back in time.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let binary = server::binary(options.binary.as_deref())?;
    let dir = server::target_dir().join(format!("failover-{}", std::process::id()));
    server::empty_dir(&dir)?;
    match &options.database {
        Some(url) => watch(options, &binary, url, &dir).await?,
        None => tokio::time::timeout(Duration::from_secs(options.limit), drill(options, &binary, &dir))
            .await
            .map_err(|_| format!("it took longer than {} s", options.limit))??,
    }
    // The logs are only useful after a failure.
    std::fs::remove_dir_all(&dir).map_err(|e| format!("removing {}: {e}", dir.display()))
}

/// Two servers on one database, and clients of both.
fn start(options: &Options, binary: &Path, database: &str, dir: &Path) -> Result<(Vec<Server>, Clients), String> {
    let workspace = server::create_workspace(binary, database, &format!("failover {}", seed()))?;
    let servers: Vec<Server> = ["one.log", "two.log"]
        .iter()
        .map(|log| Server::deskwire(binary, database, &dir.join(log)))
        .collect::<Result<_, _>>()?;
    let clients = Clients::start(servers.iter().map(|server| server.addr), &workspace.token, options.answer());
    Ok((servers, clients))
}

/// Writes while the database fails over, and prints the state every second.
async fn watch(options: &Options, binary: &Path, database: &str, dir: &Path) -> Result<(), String> {
    let (servers, mut clients) = start(options, binary, database, dir)?;
    let mut before = Count::default();
    for second in 1..=options.seconds {
        tokio::time::sleep(Duration::from_secs(1)).await;
        clients.check()?;
        let now = clients.count();
        println!(
            "{second:>4} s: {} acknowledged, {} refused",
            now.acknowledged - before.acknowledged,
            now.refused - before.refused
        );
        before = now;
    }
    println!("at most {:.1} s without an acknowledged write", clients.gap().as_secs_f64());
    finish(servers, clients).await
}

/// Makes a primary and a synchronous standby, and has each become the other.
async fn drill(options: &Options, binary: &Path, dir: &Path) -> Result<(), String> {
    let back = options.back();
    let (first, second) = blocking(|| {
        let first = Cluster::start();
        let second = first.standby();
        first.replicate();
        (Arc::new(first), Arc::new(second))
    })
    .await?;
    let (servers, mut clients) = start(options, binary, &first.url_with(&second), dir)?;
    tokio::time::sleep(CALM).await;

    let (old, new) = (Arc::clone(&first), Arc::clone(&second));
    let killed = move || {
        old.kill();
        std::thread::sleep(NOTICED);
        new.promote();
    };
    event(&mut clients, back, "kill -9 of the primary", killed).await?;
    rejoin(&first, &second).await?;

    let primary = Arc::clone(&second);
    let paused = move || {
        primary.freeze();
        std::thread::sleep(HUNG);
        primary.thaw();
    };
    event(&mut clients, back, "a primary that hangs and goes on", paused).await?;

    let (old, new) = (Arc::clone(&second), Arc::clone(&first));
    let hung = move || {
        old.freeze();
        std::thread::sleep(NOTICED);
        new.promote();
    };
    event(&mut clients, back, "a primary that hangs and is replaced", hung).await?;
    let old = Arc::clone(&second);
    let resumed = move || {
        // It believes that it is the primary, until it is fenced off.
        old.thaw();
        std::thread::sleep(NOTICED);
        old.kill();
    };
    event(&mut clients, back, "it goes on as a second primary", resumed).await?;
    rejoin(&second, &first).await?;

    let (old, new) = (Arc::clone(&first), Arc::clone(&second));
    let switched = move || {
        old.stop();
        new.promote();
        old.follow(&new);
        new.replicate();
    };
    event(&mut clients, back, "a switchover", switched).await?;
    finish(servers, clients).await
}

/// Does something to the database, and waits until both servers acknowledge writes again.
async fn event(
    clients: &mut Clients,
    back: Duration,
    name: &str,
    what: impl FnOnce() + Send + 'static,
) -> Result<(), String> {
    let before = clients.count();
    clients.mark();
    let event = blocking(what);
    tokio::pin!(event);
    let started = tokio::time::Instant::now();
    let mut is_done = false;
    loop {
        tokio::select! {
            done = &mut event, if !is_done => {
                done?;
                is_done = true;
                clients.expect_news();
            }
            () = tokio::time::sleep(Duration::from_millis(20)) => {}
        }
        clients.check()?;
        if is_done && clients.have_news() {
            break;
        }
        if started.elapsed() > 2 * back {
            return Err(format!("{name}: no write was acknowledged within {} s", (2 * back).as_secs()));
        }
    }
    tokio::time::sleep(CALM).await;
    clients.check()?;
    let (now, gap) = (clients.count(), clients.gap());
    println!(
        "{name}: {:.1} s without an acknowledged write; {} acknowledged, {} refused with 503",
        gap.as_secs_f64(),
        now.acknowledged - before.acknowledged,
        now.refused - before.refused
    );
    if gap > back { Err(format!("{name}: that is more than {} s", back.as_secs())) } else { Ok(()) }
}

/// Makes the old primary a standby of the new one.
async fn rejoin(old: &Arc<Cluster>, new: &Arc<Cluster>) -> Result<(), String> {
    let (old, new) = (Arc::clone(old), Arc::clone(new));
    blocking(move || {
        old.rejoin(&new);
        new.replicate();
    })
    .await
}

/// Looks for everything that was acknowledged, in both servers.
async fn finish(servers: Vec<Server>, clients: Clients) -> Result<(), String> {
    let outcome = clients.stop().await?;
    for server in &servers {
        outcome.look_up(server.addr).await?;
    }
    let late = match servers.first() {
        Some(server) => outcome.refused_but_written(server.addr).await?,
        None => 0,
    };
    let count = outcome.acknowledged();
    println!("{count} contacts acknowledged, every one is there; {late} that were refused are there as well");
    if count == 0 {
        return Err("nothing was acknowledged".to_owned());
    }
    servers.into_iter().try_for_each(Server::stop)
}

/// Runs what blocks beside the clients.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    tokio::task::spawn_blocking(work).await.map_err(|e| format!("the servers of PostgreSQL: {e}"))
}
