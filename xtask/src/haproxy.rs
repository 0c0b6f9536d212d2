//! HAProxy in front of two servers, as a child process.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::server::{self, Server};

/// How long HAProxy may take to start.
const READY_WITHIN: Duration = Duration::from_secs(10);

/// A running HAProxy; killed when dropped.
#[derive(Debug)]
pub(crate) struct Haproxy {
    child: Child,
    /// Where it listens for requests to the first server.
    pub(crate) to_one: SocketAddr,
    /// Where it listens for requests to both servers in turn.
    pub(crate) to_both: SocketAddr,
}

impl Haproxy {
    /// Starts it with its configuration and its log in `dir`, and waits until it leads to the servers.
    pub(crate) fn start(servers: &[Server; 2], connections: u16, dir: &Path) -> Result<Self, String> {
        let (to_one, to_both) = (server::free_address()?, server::free_address()?);
        let (file, log) = (dir.join("haproxy.cfg"), dir.join("haproxy.log"));
        let text = configuration(servers, to_one, to_both, connections);
        fs::write(&file, text).map_err(|e| format!("writing {}: {e}", file.display()))?;
        let mut proxy = Self { child: spawn(&file, &log)?, to_one, to_both };
        let began = Instant::now();
        while ![to_one, to_both].into_iter().all(server::is_ready) {
            if let Ok(Some(status)) = proxy.child.try_wait() {
                return Err(format!("HAProxy ended before it was ready ({status}):\n{}", server::tail(&log)));
            }
            if began.elapsed() > READY_WITHIN {
                return Err(format!("HAProxy was not ready within {READY_WITHIN:?}:\n{}", server::tail(&log)));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Ok(proxy)
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Haproxy {
    fn drop(&mut self) {
        // Already ended is fine: then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn spawn(file: &Path, log: &Path) -> Result<Child, String> {
    // Debian installs it where only the PATH of root leads.
    for program in ["haproxy", "/usr/sbin/haproxy"] {
        let errors = File::create(log).map_err(|e| format!("creating {}: {e}", log.display()))?;
        let mut command = Command::new(program);
        command.args(["-db", "-f"]).arg(file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        match command.spawn() {
            Err(e) if e.kind() == ErrorKind::NotFound => {}
            spawned => return spawned.map_err(|e| format!("starting {program}: {e}")),
        }
    }
    Err("haproxy was not found: install the package `haproxy`".to_owned())
}

/// The settings of `deploy/failover/haproxy.cfg`, except that servers take turns and nothing is there to fall back to.
fn configuration(servers: &[Server; 2], to_one: SocketAddr, to_both: SocketAddr, connections: u16) -> String {
    let ([first, second], most) = (servers.each_ref().map(|server| server.addr), u32::from(connections) * 2 + 100);
    // Without `noreuseport`, another process that took the port meanwhile would share it unnoticed.
    format!(
        "global
            maxconn {most}
            noreuseport
        defaults
            mode http
            balance roundrobin
            option http-keep-alive
            http-reuse safe
            option forwardfor
            timeout connect 2s
            timeout check 2s
            timeout http-request 10s
            timeout client 75s
            timeout server 75s
            timeout tunnel 75s
            option httpchk GET /readyz
            http-check expect status 200
            option redispatch
            retries 2
            retry-on conn-failure
            default-server inter 1s fastinter 500ms downinter 500ms fall 2 rise 1
        frontend to_one
            bind {to_one}
            default_backend one
        frontend to_both
            bind {to_both}
            default_backend both
        backend one
            server app1 {first} check
        backend both
            server app1 {first} check
            server app2 {second} check\n"
    )
}
