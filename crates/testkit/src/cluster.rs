//! PostgreSQL servers of a test's own, to be killed, stopped and promoted.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The options of all servers: a commit waits for the log, but not for the disk, which does not fail in tests.
const SETTINGS: &str = "-c listen_addresses=127.0.0.1 -c fsync=off -c shared_buffers=16MB -c max_connections=60";

static NEXT: AtomicU64 = AtomicU64::new(0);

/// A PostgreSQL server, stopped and removed with its data when dropped.
#[derive(Debug)]
pub struct Cluster {
    directory: PathBuf,
    port: u16,
}

impl Cluster {
    /// A new server.
    pub fn start() -> Cluster {
        let cluster = Cluster::place();
        let data = cluster.data();
        run(
            "initdb",
            &["-D", &data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
        );
        cluster.resume();
        cluster
    }

    /// A standby that follows this server.
    #[must_use]
    pub fn standby(&self) -> Cluster {
        let standby = Cluster::place();
        standby.copy(self);
        standby.resume();
        standby
    }

    /// Starts a server that was killed as a standby of another, with a copy of its data instead of its own.
    pub fn rejoin(&self, primary: &Cluster) {
        fs::remove_dir_all(self.data()).expect("a killed server's data can be removed");
        self.copy(primary);
        self.set("synchronous_standby_names = ''");
        self.resume();
    }

    fn copy(&self, primary: &Cluster) {
        let (url, data) = (primary.url(), self.data());
        run("pg_basebackup", &["-d", &url, "-D", &data, "-R", "-X", "stream", "-c", "fast", "--no-sync"]);
    }

    /// Adds a setting to those of a server that does not run.
    fn set(&self, line: &str) {
        let settings = PathBuf::from(self.data()).join("postgresql.auto.conf");
        let mut text = fs::read_to_string(&settings).expect("a server's settings");
        text.push_str(line);
        text.push('\n');
        fs::write(&settings, text).expect("a server's settings can be written");
    }

    /// Waits until a standby follows, and from then on acknowledges only what the standby has.
    pub fn replicate(&self) {
        let streams = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'";
        eventually(Duration::from_secs(20), "a standby that follows", || self.ask(streams) == "1");
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'");
        self.ask("SELECT pg_reload_conf()");
        let waits = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        eventually(Duration::from_secs(20), "a synchronous standby", || self.ask(waits) == "1");
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// The URL of the database on whichever of the two servers accepts writes.
    pub fn url_with(&self, other: &Cluster) -> String {
        format!("postgres://postgres@127.0.0.1:{},127.0.0.1:{}/postgres", self.port, other.port)
    }

    /// Starts it, and waits until it accepts connections.
    pub fn resume(&self) {
        let Cluster { directory, port } = self;
        let (data, log) = (self.data(), directory.join("log"));
        let options = format!("-p {port} -k {} {SETTINGS}", directory.display());
        let done = attempt("pg_ctl", &["-D", &data, "-l", &log.to_string_lossy(), "-w", "-s", "start", "-o", &options]);
        assert!(done.is_ok(), "{done:?} {}", fs::read_to_string(&log).unwrap_or_default());
    }

    /// Stops it in order, so that its standby has all that it acknowledged.
    pub fn stop(&self) {
        run("pg_ctl", &["-D", &self.data(), "-w", "-s", "-m", "fast", "stop"]);
    }

    /// Kills all its processes at once, as the kernel does when memory runs out.
    pub fn kill(&self) {
        let processes = self.signal("KILL");
        let has_ended = |pid: &u32| !Path::new(&format!("/proc/{pid}/stat")).exists() || state(*pid) == Some('Z');
        eventually(Duration::from_secs(10), "an end of its processes", || processes.iter().all(has_ended));
        // A starting server takes a zombie process for a running one.
        let _ = fs::remove_file(self.directory.join("data/postmaster.pid"));
        let _ = fs::remove_file(self.directory.join(format!(".s.PGSQL.{}.lock", self.port)));
    }

    /// Stops all its processes with SIGSTOP: connections stay open without an answer.
    pub fn freeze(&self) {
        self.signal("STOP");
    }

    /// Continues them.
    pub fn thaw(&self) {
        self.signal("CONT");
    }

    /// Promotes a standby.
    pub fn promote(&self) {
        run("pg_ctl", &["-D", &self.data(), "-w", "-s", "promote"]);
    }

    /// Starts a server that was stopped as a standby of another.
    pub fn follow(&self, primary: &Cluster) {
        self.set(&format!("primary_conninfo = 'host=127.0.0.1 port={} user=postgres'", primary.port));
        // If it is promoted, it must not wait for a standby yet.
        self.set("synchronous_standby_names = ''");
        fs::write(PathBuf::from(self.data()).join("standby.signal"), "")
            .expect("a server's directory can be written to");
        self.resume();
    }

    /// The first column of a statement's first row.
    pub fn ask(&self, sql: &str) -> String {
        run("psql", &["-X", "-A", "-t", "-q", "-d", &self.url(), "-c", sql])
    }

    fn place() -> Cluster {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a free port").port();
        let unique = format!("deskwire-cluster-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let directory = std::env::temp_dir().join(unique);
        fs::create_dir_all(&directory).expect("a temporary directory can be made");
        if am_root() {
            let owned = Command::new("chown").arg("postgres").arg(&directory).status();
            assert!(owned.is_ok_and(|status| status.success()), "the user postgres is there");
        }
        Cluster { directory, port }
    }

    fn data(&self) -> String {
        self.directory.join("data").to_string_lossy().into_owned()
    }

    /// Sends a signal to the server and its child processes; returns their ids.
    fn signal(&self, signal: &str) -> Vec<u32> {
        let file = fs::read_to_string(self.directory.join("data/postmaster.pid")).unwrap_or_default();
        let Some(server) = file.lines().next().and_then(|line| line.trim().parse().ok()) else { return Vec::new() };
        // The server first, so that it starts no more processes; alive, because otherwise it has no children.
        send(if signal == "CONT" { signal } else { "STOP" }, &[server]);
        let all = [vec![server], children(server)].concat();
        send(signal, &all);
        all
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.signal("KILL");
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// Waits until a condition holds.
fn eventually(limit: Duration, what: &str, is: impl Fn() -> bool) {
    let end = Instant::now() + limit;
    while !is() {
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn send(signal: &str, processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    let list: Vec<String> = processes.iter().map(u32::to_string).collect();
    // The built-in of the shell: there may be no other. Processes that have ended are ignored.
    let kill = format!("kill -{signal} {}", list.join(" "));
    let _ = Command::new("sh").args(["-c", &kill]).stderr(Stdio::null()).status();
}

fn children(parent: u32) -> Vec<u32> {
    let all = fs::read_dir("/proc").expect("/proc").flatten();
    all.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(|pid| ppid(*pid) == Some(parent)).collect()
}

/// The state of a process, and its parent.
fn stat(pid: u32) -> Option<(char, u32)> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut rest = text.rsplit_once(") ")?.1.split(' ');
    Some((rest.next()?.chars().next()?, rest.next()?.parse().ok()?))
}

fn ppid(pid: u32) -> Option<u32> {
    stat(pid).map(|(_, parent)| parent)
}

fn state(pid: u32) -> Option<char> {
    stat(pid).map(|(state, _)| state)
}

fn am_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// The directory of the newest installed server.
fn programs() -> PathBuf {
    let installed = fs::read_dir("/usr/lib/postgresql").map(|entries| entries.flatten().collect::<Vec<_>>());
    let version = |path: &Path| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let newest = installed.unwrap_or_default().into_iter().map(|e| e.path()).max_by_key(|path| version(path));
    newest.expect("a PostgreSQL server is installed: run the tests with `make test`").join("bin")
}

/// Runs a program of PostgreSQL, which must succeed; returns its output.
fn run(program: &str, arguments: &[&str]) -> String {
    attempt(program, arguments).unwrap_or_else(|output| panic!("{program}: {output}"))
}

/// Runs it as a user that it accepts; returns its output, in success or failure.
fn attempt(program: &str, arguments: &[&str]) -> Result<String, String> {
    let path = programs().join(program);
    let mut command = if am_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(path);
        command
    } else {
        Command::new(path)
    };
    // A server keeps the descriptors that it inherits: its output goes to its log.
    let output = tempfile(program);
    let out = fs::File::create(&output).expect("a file can be made");
    let status = command
        .args(arguments)
        .current_dir("/")
        .env("LC_MESSAGES", "C")
        .stdin(Stdio::null())
        .stdout(out.try_clone().expect("a file"))
        .stderr(out)
        .status();
    let text = fs::read_to_string(&output).unwrap_or_default();
    let _ = fs::remove_file(&output);
    if status.is_ok_and(|status| status.success()) { Ok(text.trim().to_owned()) } else { Err(text) }
}

fn tempfile(program: &str) -> PathBuf {
    let unique = format!("deskwire-{program}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    std::env::temp_dir().join(unique)
}
