//! Checks that the files of an open database are still at their paths.
//!
//! SQLite keeps writing to a file that was moved, replaced or removed. What it then commits is out of sight, and lost
//! once the process ends. So writes are refused until the files are back.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;

use crate::{Error, Result};

/// Identifies a file: its device and its inode number there.
type Identity = (u64, u64);

/// The files of an open database.
pub(crate) struct Location {
    files: Vec<(PathBuf, Identity)>,
    /// The problem found by the last check.
    trouble: Mutex<Option<String>>,
}

impl Location {
    /// Records which files are at the paths of a database that has just been opened.
    pub(crate) fn of(path: &Path) -> Result<Location> {
        let failed = |error| Error::file("opening", path, error);
        // SQLite names the log after the target of a symbolic link.
        let target = path.canonicalize().map_err(failed)?;
        let mut files = vec![(path.to_owned(), identity(path).map_err(failed)?)];
        for suffix in ["-wal", "-shm"] {
            let mut name = target.as_os_str().to_owned();
            name.push(suffix);
            let beside = PathBuf::from(name);
            if let Ok(identity) = identity(&beside) {
                files.push((beside, identity));
            }
        }
        Ok(Location { files, trouble: Mutex::default() })
    }

    /// Fails if a file was moved, replaced or removed. Logs when that begins and ends.
    pub(crate) fn check(&self) -> Result<()> {
        let found = self.files.iter().find_map(|(path, known)| trouble(path, *known));
        let mut before = self.trouble.lock();
        if *before != found {
            if let Some(trouble) = &found {
                tracing::error!("{trouble}");
            } else {
                tracing::info!("the files of the database are back: writes are accepted again");
            }
            before.clone_from(&found);
        }
        found.map_or(Ok(()), |trouble| Err(Error::Unavailable(trouble)))
    }
}

fn trouble(path: &Path, known: Identity) -> Option<String> {
    let path_text = path.display();
    match identity(path) {
        Ok(found) if found == known => None,
        Ok(_) => Some(format!(
            "{path_text} was replaced while it was in use, and writes are refused: restart the server to use the new \
             file, or put the old one back"
        )),
        Err(e) if matches!(e.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Some(format!(
            "{path_text} was moved or removed while it was in use, and writes are refused until it is back"
        )),
        // The path cannot be inspected; assume that the open file is as good as before.
        Err(_) => None,
    }
}

fn identity(path: &Path) -> io::Result<Identity> {
    std::fs::metadata(path).map(|data| (data.dev(), data.ino()))
}
