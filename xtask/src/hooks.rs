//! Webhooks: an endpoint that records notifications, an app that is subscribed to it, and the throughput.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::StatusCode;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::client::{Connection, Target};
use crate::people::Person;
use crate::server::{self, Server};

/// How long to wait for deliveries that must come. The claims of a killed server must expire first.
const TIMEOUT: Duration = Duration::from_secs(90);
/// Connections that contacts are written over.
const CONNECTIONS: usize = 16;
/// Deliveries of one measurement.
const DELIVERIES: usize = 5_000;
/// Measurements; the middle one counts.
const TIMES: usize = 3;

/// The notifications about one object.
#[derive(Debug, Default, Clone)]
pub(crate) struct Notified {
    /// The ids of the notifications, each once.
    pub(crate) ids: Vec<String>,
    /// How often it was notified.
    pub(crate) times: usize,
}

#[derive(Debug, Default)]
struct Received {
    objects: HashMap<String, Notified>,
    count: usize,
    first: Option<Instant>,
    last: Option<Instant>,
}

/// The endpoint, on its own port. It answers 200 as long as the runtime runs.
#[derive(Debug, Clone)]
pub(crate) struct Sink {
    addr: SocketAddr,
    received: Arc<Mutex<Received>>,
}

impl Sink {
    /// Starts it.
    pub(crate) async fn start() -> Result<Self, String> {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
        let listener = listener.map_err(|e| format!("opening a port for webhooks: {e}"))?;
        let addr = listener.local_addr().map_err(|e| format!("asking for the port: {e}"))?;
        let received = Arc::new(Mutex::new(Received::default()));
        let shared = Arc::clone(&received);
        let router = axum::Router::new().fallback(move |body: Bytes| {
            record(&shared, &body);
            std::future::ready(StatusCode::OK)
        });
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(Self { addr, received })
    }

    /// The notifications it received about each object.
    pub(crate) fn notified(&self) -> HashMap<String, Notified> {
        self.received().objects.clone()
    }

    /// Waits until it has received this many notifications since the last call of [`Sink::forget`].
    pub(crate) async fn wait_for(&self, count: usize) -> Result<(), String> {
        let began = Instant::now();
        while self.received().count < count {
            if began.elapsed() > TIMEOUT {
                return Err(format!("{} of {count} webhooks came", self.received().count));
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// Waits for a notification about each of these objects; returns those without one.
    pub(crate) async fn wait_for_all(&self, objects: &[String]) -> Vec<String> {
        let began = Instant::now();
        loop {
            let missing: Vec<String> = {
                let received = self.received();
                objects.iter().filter(|id| !received.objects.contains_key(*id)).cloned().collect()
            };
            if missing.is_empty() || began.elapsed() > TIMEOUT {
                return missing;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn forget(&self) {
        *self.received() = Received::default();
    }

    /// Notifications a second between the first and the last one received.
    fn per_second(&self) -> f64 {
        let received = self.received();
        match (received.first, received.last) {
            (Some(first), Some(last)) if received.count > 1 => {
                (received.count - 1) as f64 / (last - first).as_secs_f64()
            }
            _ => 0.0,
        }
    }

    fn received(&self) -> std::sync::MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The workspace file that creates an app subscribed to users.
    fn file(&self) -> String {
        format!(
            "[[apps]]\nname = \"Sink\"\nclient_id = \"sink-{port}\"\nclient_secret = \"0123456789abcdef\"\nscopes = [\"read_users\"]\n\
             [[webhooks]]\napp = \"sink-{port}\"\nurl = \"http://{addr}/\"\ntopics = [\"contact.user.created\"]\n",
            port = self.addr.port(),
            addr = self.addr,
        )
    }

    /// Subscribes this endpoint to every user created from now on. Waits for the ping.
    pub(crate) async fn subscribe(&self, binary: &Path, database: &str, dir: &Path) -> Result<(), String> {
        let path = dir.join("webhooks.toml");
        std::fs::write(&path, self.file()).map_err(|e| format!("writing {}: {e}", path.display()))?;
        run(binary, &["apply", &path.display().to_string(), "--database", database])?;
        self.wait_for(1).await.map_err(|e| format!("{e}: not even the ping"))
    }
}

fn record(received: &Mutex<Received>, body: &[u8]) {
    // HEAD has no body; the server verifies a new endpoint with it.
    let Ok(notification) = serde_json::from_slice::<Value>(body) else { return };
    let mut received = received.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    received.first.get_or_insert(now);
    received.last = Some(now);
    received.count += 1;
    if let (Some(object), Some(id)) = (notification["data"]["item"]["id"].as_str(), notification["id"].as_str()) {
        let notified = received.objects.entry(object.to_owned()).or_default();
        notified.times += 1;
        if !notified.ids.iter().any(|known| known == id) {
            notified.ids.push(id.to_owned());
        }
    }
}

/// Runs a command of the program; what it prints.
pub(crate) fn run(binary: &Path, arguments: &[&str]) -> Result<String, String> {
    let output =
        Command::new(binary).args(arguments).output().map_err(|e| format!("starting {}: {e}", binary.display()))?;
    if !output.status.success() {
        let message = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed ({}): {message}", arguments.join(" "), output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Deliveries a second to an endpoint on the same machine: of thousands that are due at once, and of those
/// created while contacts are written as fast as possible.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speed {
    /// Of those due at once.
    pub(crate) replayed: f64,
    /// While contacts are written.
    pub(crate) live: f64,
}

/// Measures both in a new workspace.
pub(crate) async fn measure(binary: &Path, database: &str, dir: &Path, seed: u64) -> Result<Speed, String> {
    server::empty_dir(dir)?;
    let workspace = server::create_workspace(binary, database, "bench")?;
    let server = Server::deskwire(binary, database, &dir.join("server.log"))?;
    let sink = Sink::start().await?;
    let path = dir.join("webhooks.toml");
    std::fs::write(&path, sink.file()).map_err(|e| format!("writing {}: {e}", path.display()))?;
    let path = path.display().to_string();
    run(binary, &["apply", &path, "--workspace", &workspace.id, "--database", database])?;
    sink.wait_for(1).await?;
    sink.forget();
    let target = Target { addr: server.addr, token: workspace.token, version: "Unstable".to_owned() };
    write(&target, seed).await?;
    sink.wait_for(DELIVERIES).await?;
    let live = sink.per_second();
    eprintln!("webhooks of contacts being written: {live:.0}/s");
    let mut all = Vec::new();
    for _ in 0..TIMES {
        sink.forget();
        let replay = ["webhooks", "replay", "--workspace", &workspace.id, "--database", database];
        run(binary, &[&replay[..], &["--topic", "contact.user.created"]].concat())?;
        sink.wait_for(DELIVERIES).await?;
        all.push(sink.per_second());
        eprintln!("webhooks due at once: {:.0}/s", sink.per_second());
        // The results of the last ones are still being recorded.
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    all.sort_by(f64::total_cmp);
    server.stop()?;
    Ok(Speed { replayed: all[TIMES / 2], live })
}

async fn write(target: &Target, seed: u64) -> Result<(), String> {
    let mut tasks = JoinSet::new();
    for connection in 0..CONNECTIONS {
        let target = target.clone();
        tasks.spawn(async move {
            let (mut body, mut request) = (String::new(), Vec::new());
            let mut open = Connection::open(target.addr).await?;
            for number in (connection..DELIVERIES).step_by(CONNECTIONS) {
                Person::live(seed, number as u64).body_without_attributes(&mut body);
                target.render(&mut request, "POST", "/contacts", &body);
                open.call(&request).await?.expect_ok()?;
            }
            Ok::<_, String>(())
        });
    }
    while let Some(joined) = tasks.join_next().await {
        joined.map_err(|e| format!("a connection failed: {e}"))??;
    }
    Ok(())
}
