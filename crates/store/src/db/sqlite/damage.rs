//! Distinguishes a database that lost its content from a new one.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::time::{Duration, Instant};

use crate::{Error, Result};

/// The first bytes of every SQLite file.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// The longest that a file may stay empty while another process creates it.
const CREATING: Duration = Duration::from_secs(1);

/// Rejects a file that was emptied or truncated, or is not a database. SQLite would take an empty one for a new
/// database.
///
/// A path without a file becomes a new database, unless the log of an old one is still next to it.
pub(super) fn check(path: &Path, patience: Duration) -> Result<()> {
    let until = Instant::now() + patience.min(CREATING);
    let log = log_length(path);
    loop {
        match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && log == 0 => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(damaged(path, "is missing, though its write-ahead log (-wal) is there"));
            }
            Err(error) => return Err(Error::file("opening", path, error)),
            Ok(file) => {
                let length = file.metadata().map_err(|e| Error::file("opening", path, e))?.len();
                if length > 0 {
                    return check_header(path, file, length);
                }
            }
        }
        if Instant::now() >= until {
            return Err(damaged(path, "is empty: restore a backup, or remove the file to start with a new database"));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn check_header(path: &Path, file: File, length: u64) -> Result<()> {
    let mut header = Vec::with_capacity(100);
    file.take(100).read_to_end(&mut header).map_err(|e| Error::file("reading", path, e))?;
    if header.len() < 100 || !header.starts_with(MAGIC) {
        return Err(damaged(path, "is not an SQLite database"));
    }
    let number = |at: usize| header[at..at + 4].iter().fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
    let page = match u64::from(header[16]) << 8 | u64::from(header[17]) {
        1 => 65_536,
        size => size,
    };
    // The page count is valid if it was written with the last change. Pages in the log are not in the file yet.
    let (counted, pages) = (number(24) == number(92), number(28));
    if counted && log_length(path) == 0 && length < page * pages {
        return Err(damaged(
            path,
            &format!("is cut short: it has {length} of {} bytes. Restore a backup", page * pages),
        ));
    }
    Ok(())
}

fn log_length(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).map_or(0, |data| data.len())
}

fn damaged(path: &Path, what: &str) -> Error {
    Error::Unavailable(format!("{} {what}", path.display()))
}
