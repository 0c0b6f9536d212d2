//! Starting, watching and stopping the servers that are measured.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// How long a server may take until it is ready: upgrades of a large database run at start.
const READY_LIMIT: Duration = Duration::from_secs(120);

/// A running server process on a loopback port; killed when dropped.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    /// Its address.
    pub(crate) addr: SocketAddr,
    /// Time from the start of the process until `/readyz` answered 200.
    pub(crate) ready_after: Duration,
}

impl Server {
    /// Starts `deskwire serve` on a free port and waits until it is ready. Its output goes to `log`.
    pub(crate) fn deskwire(binary: &Path, database: &str, log: &Path) -> Result<Self, String> {
        Self::start(serve(binary, database), log)
    }

    /// The same with a gateway for text messages.
    pub(crate) fn with_gateway(binary: &Path, database: &str, log: &Path, gateway: &str) -> Result<Self, String> {
        let mut command = serve(binary, database);
        command.env("DESKWIRE_SMS_URL", gateway);
        Self::start(command, log)
    }

    /// The same with its files in a bucket, whose keys are these or those of the environment.
    pub(crate) fn with_bucket(
        binary: &Path,
        database: &str,
        log: &Path,
        bucket: &str,
        keys: Option<[(&'static str, &'static str); 2]>,
    ) -> Result<Self, String> {
        let mut command = serve(binary, database);
        command.args(["--files", bucket]).envs(keys.into_iter().flatten());
        Self::start(command, log)
    }

    /// The same with a limit of descriptors.
    pub(crate) fn with_descriptors(binary: &Path, database: &str, log: &Path, limit: u32) -> Result<Self, String> {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {limit} && exec \"$0\" \"$@\"")]).arg(binary);
        command
            .args(["serve", "--database", database])
            .env("DESKWIRE_RATE_LIMIT", "off")
            .env("DESKWIRE_MAX_CONNECTIONS", limit.to_string());
        Self::start(command, log)
    }

    /// Starts the floor: this program in a separate process.
    pub(crate) fn floor(body_bytes: usize, log: &Path) -> Result<Self, String> {
        let own = std::env::current_exe().map_err(|e| format!("finding this program: {e}"))?;
        let mut command = Command::new(own);
        command.args(["floor", "--bytes", &body_bytes.to_string()]);
        Self::start(command, log)
    }

    fn start(mut command: Command, log: &Path) -> Result<Self, String> {
        let addr = free_address()?;
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .map_err(|e| format!("opening {}: {e}", log.display()))?;
        let errors = output.try_clone().map_err(|e| format!("sharing {}: {e}", log.display()))?;
        command.args(["--listen", &addr.to_string()]).stdin(Stdio::null()).stdout(output).stderr(errors);
        let began = Instant::now();
        let child = command.spawn().map_err(|e| format!("starting {}: {e}", command.get_program().display()))?;
        let mut server = Self { child, addr, ready_after: Duration::ZERO };
        loop {
            if is_ready(addr) {
                server.ready_after = began.elapsed();
                return Ok(server);
            }
            if let Ok(Some(status)) = server.child.try_wait() {
                return Err(format!("the server ended before it was ready ({status}):\n{}", tail(log)));
            }
            if began.elapsed() > READY_LIMIT {
                return Err(format!("the server was not ready within {READY_LIMIT:?}:\n{}", tail(log)));
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Memory of the process.
    pub(crate) fn memory(&self) -> Result<Memory, String> {
        Memory::of(self.pid())
    }

    /// Kills it (`SIGKILL`), like a crash.
    pub(crate) fn kill(mut self) -> Result<(), String> {
        self.child.kill().and_then(|()| self.child.wait()).map_err(|e| format!("killing the server: {e}"))?;
        Ok(())
    }

    /// Stops it (`SIGTERM`) and waits; fails after 15 seconds.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        let pid = self.pid();
        let asked = Command::new("sh").args(["-c", &format!("kill -TERM {pid}")]).status();
        if !asked.is_ok_and(|status| status.success()) {
            return Err(format!("asking process {pid} to end failed"));
        }
        let began = Instant::now();
        while began.elapsed() < Duration::from_secs(15) {
            if let Ok(Some(_)) = self.child.try_wait() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Err("the server did not end within 15 seconds of SIGTERM".to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already ended is fine: then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Memory of a process, in mebibytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// Everything resident, mapped database pages included (`VmRSS`).
    pub(crate) resident: f64,
    /// Anonymous memory (`RssAnon`).
    pub(crate) anonymous: f64,
}

impl Memory {
    /// Of any process.
    pub(crate) fn of(pid: u32) -> Result<Self, String> {
        let path = format!("/proc/{pid}/status");
        let status = fs::read_to_string(&path).map_err(|e| format!("reading {path}: {e}"))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|kib| kib.parse::<f64>().ok());
            kib.map(|kib| kib / 1024.0).ok_or_else(|| format!("{path} has no {name}"))
        };
        Ok(Self { resident: field("VmRSS:")?, anonymous: field("RssAnon:")? })
    }
}

/// CPU seconds a process has used so far, of all its threads, user and system.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, String> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).map_err(|e| format!("reading {path}: {e}"))?;
    // The second field is the name in brackets and may hold spaces; utime and stime are the 12th and 13th after it.
    let ticks = stat.rsplit_once(") ").and_then(|(_, rest)| {
        let mut fields = rest.split(' ').skip(11);
        Some(fields.next()?.parse::<f64>().ok()? + fields.next()?.parse::<f64>().ok()?)
    });
    // Linux counts these in hundredths of a second on every architecture.
    ticks.map(|ticks| ticks / 100.0).ok_or_else(|| format!("{path} has an unknown form"))
}

/// The share of a core below which a process is quiet, and how long each look at that lasts.
const QUIET: f64 = 0.05;
const LOOK: Duration = Duration::from_millis(200);
/// How long it may take until processes are quiet.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);

/// Waits until these processes have done what requests left to do. Returns what `measure` gave just before they were
/// found quiet.
pub(crate) async fn settled<T>(pids: &[u32], measure: impl Fn() -> Result<T, String>) -> Result<T, String> {
    let used = || pids.iter().map(|pid| cpu_seconds(*pid)).sum::<Result<f64, _>>();
    let (began, quiet) = (Instant::now(), QUIET * LOOK.as_secs_f64() * pids.len() as f64);
    loop {
        let (measured, before) = (measure()?, used()?);
        tokio::time::sleep(LOOK).await;
        if used()? - before <= quiet {
            return Ok(measured);
        }
        if began.elapsed() > SETTLED_WITHIN {
            return Err(format!("a server is busy {SETTLED_WITHIN:?} after the last request"));
        }
    }
}

/// CPU seconds all processors of the machine have spent on anything, time taken away by a hypervisor included.
pub(crate) fn machine_cpu_seconds() -> Result<f64, String> {
    let stat = fs::read_to_string("/proc/stat").map_err(|e| format!("reading /proc/stat: {e}"))?;
    let all = stat.lines().next().and_then(|line| line.strip_prefix("cpu "));
    let ticks: Vec<f64> = all.unwrap_or_default().split_whitespace().filter_map(|ticks| ticks.parse().ok()).collect();
    // user, nice, system, idle, iowait, irq, softirq, steal; time of guests is part of user already.
    match ticks.get(..8) {
        Some([user, nice, system, _idle, _iowait, irq, softirq, steal]) => {
            Ok((user + nice + system + irq + softirq + steal) / 100.0)
        }
        _ => Err("/proc/stat has an unknown form".to_owned()),
    }
}

/// The output of `workspace create`.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// Its id.
    pub(crate) id: String,
    /// Token of the first admin, with every scope.
    pub(crate) token: String,
    /// Id of the first admin.
    pub(crate) admin_id: String,
}

/// Runs `deskwire workspace create`.
pub(crate) fn create_workspace(binary: &Path, database: &str, name: &str) -> Result<Workspace, String> {
    let output = Command::new(binary)
        .args(["workspace", "create", "--name", name, "--database", database])
        .output()
        .map_err(|e| format!("starting {}: {e}", binary.display()))?;
    if !output.status.success() {
        return Err(format!(
            "workspace create failed ({}): {}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    let answer: Value = serde_json::from_slice(&output.stdout).map_err(|e| {
        format!("workspace create did not print JSON ({e}): {}", String::from_utf8_lossy(&output.stdout))
    })?;
    let text = |key: &str| match &answer[key] {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(format!("workspace create printed no {key}")),
    };
    Ok(Workspace { id: text("workspace_id")?, token: text("access_token")?, admin_id: text("admin_id")? })
}

/// The target folder of the workspace this runs in.
pub(crate) fn target_dir() -> PathBuf {
    if let Some(dir) = std::env::var_os("CARGO_TARGET_DIR") {
        return PathBuf::from(dir);
    }
    // Cargo sets the manifest folder for `cargo run`; without it, the current folder is the best guess.
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    manifest.as_deref().and_then(Path::parent).unwrap_or(Path::new(".")).join("target")
}

/// The binary to measure: the given one, or the release binary, built now.
pub(crate) fn binary(given: Option<&Path>) -> Result<PathBuf, String> {
    if let Some(path) = given {
        return path.canonicalize().map_err(|e| format!("{}: {e}", path.display()));
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--package", "deskwire"])
        .status()
        .map_err(|e| format!("starting cargo: {e}"))?;
    if !built.success() {
        return Err("building the release binary failed".to_owned());
    }
    Ok(target_dir().join("release/deskwire"))
}

/// `deskwire serve`, which may send webhooks to this program.
fn serve(binary: &Path, database: &str) -> Command {
    let mut command = Command::new(binary);
    command.args(["serve", "--database", database]);
    command.env("DESKWIRE_RATE_LIMIT", "off").env("DESKWIRE_OUTBOUND_ALLOW", "127.0.0.1");
    command
}

/// Creates an empty folder at `path`, replacing an existing one.
pub(crate) fn empty_dir(path: &Path) -> Result<(), String> {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|e| format!("emptying {}: {e}", path.display()))?;
    }
    fs::create_dir_all(path).map_err(|e| format!("creating {}: {e}", path.display()))
}

/// A free port of the loopback interface.
pub(crate) fn free_address() -> Result<SocketAddr, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|e| format!("finding a free port: {e}"))
}

/// Whether `/readyz` answers 200 now.
pub(crate) fn is_ready(addr: SocketAddr) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect_timeout(&addr, Duration::from_millis(200))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok::<_, std::io::Error>(status)
    };
    ask().is_ok_and(|status| &status == b"HTTP/1.1 200")
}

/// The last lines of a log.
pub(crate) fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}
