//! Backups of PostgreSQL, made by its own tool.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use postgres::config::Host;

use super::server::Server;
use crate::{Error, Result};

/// Runs `pg_dump -Fc` into the new file `to`.
pub(crate) fn dump(server: &Server, to: &Path) -> Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    // For its owner alone: it holds what customers wrote.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(to).map_err(|e| Error::file("creating", to, e))?;
    let done = run(server, to);
    if done.is_err() {
        let _ = fs::remove_file(to); // what there is of it is of no use
    }
    done
}

fn run(server: &Server, to: &Path) -> Result<()> {
    let config = &server.config;
    let mut command = Command::new("pg_dump");
    command.args(["--format=custom", "--no-password", "--file"]).arg(to);
    // Through the environment: arguments, and a password in them, are for everybody to see.
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => {
            command.env("PGHOST", host);
        }
        #[cfg(unix)]
        Some(Host::Unix(directory)) => {
            command.env("PGHOST", directory);
        }
        None => {}
    }
    if let Some(port) = config.get_ports().first() {
        command.env("PGPORT", port.to_string());
    }
    if let Some(user) = config.get_user() {
        command.env("PGUSER", user);
    }
    if let Some(name) = config.get_dbname() {
        command.env("PGDATABASE", name);
    }
    if let Some(password) = config.get_password() {
        command.env("PGPASSWORD", String::from_utf8_lossy(password).as_ref());
    }
    if server.is_guarded() {
        command.env("PGSSLMODE", "verify-full");
        command.env("PGSSLROOTCERT", server.trusted.as_deref().unwrap_or(Path::new("system")));
    }
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|e| Error::Unavailable(format!("pg_dump (needed on PATH for backups of PostgreSQL): {e}")))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(Error::Unavailable(format!("pg_dump: {}", said.trim())))
}
