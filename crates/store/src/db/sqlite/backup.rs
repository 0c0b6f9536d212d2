//! Copies a database file while it is in use.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::Conn;
use super::conn::private_file;
use crate::{Error, Result};

/// Copies the database at `path` before migration `number`. Replaces an older copy, which is from an upgrade that did
/// not happen.
pub(crate) fn snapshot_before(path: &Path, number: i64) -> Result<PathBuf> {
    let mut to = path.as_os_str().to_owned();
    to.push(format!(".before-{number:04}"));
    let to = PathBuf::from(to);
    let conn = Conn::open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, Duration::from_secs(10))?;
    copy_over(&conn.raw, &to)?;
    Ok(to)
}

fn copy_over(from: &Connection, to: &Path) -> Result<()> {
    let mut partial = to.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let done = copy(from, &partial).and_then(|()| {
        fs::rename(&partial, to).map_err(|e| Error::file("creating", to, e))?;
        crate::sync_directory(to.parent().unwrap_or(Path::new(""))).map_err(|e| Error::file("writing", to, e))
    });
    if done.is_err() {
        let _ = fs::remove_file(&partial);
    }
    done
}

fn copy(from: &Connection, partial: &Path) -> Result<()> {
    {
        private_file(partial)?;
        let mut copy = Connection::open(partial)?;
        // The file is synced as a whole below.
        copy.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")?;
        let backup = Backup::new(from, &mut copy)?;
        // Copy in one step: between steps, a write would restart the copy. Writers do not wait for it.
        match backup.step(-1)? {
            StepResult::Done => {}
            _ => return Err(Error::Busy),
        }
    }
    File::open(partial).and_then(|file| file.sync_all()).map_err(|e| Error::file("writing", partial, e))
}
