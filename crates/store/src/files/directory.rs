//! Files in a directory. Releases before buckets stored equal contents of all workspaces as one shared file. Such files
//! stay in place, and are read if a workspace has no file of its own.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::Key;
use crate::private::{private_directory, sync_directory};

/// A server of an older release may be about to refer to a shared file younger than this, so it is not removed.
const MIN_AGE: Duration = Duration::from_secs(60);
/// The directory of files being written.
const UNFINISHED: &str = "unfinished";

#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
}

impl Directory {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The directory of files that are being written.
    pub(super) fn unfinished(&self) -> PathBuf {
        self.root.join(UNFINISHED)
    }

    /// The path of a file.
    pub(super) fn path(&self, key: &Key) -> PathBuf {
        self.root.join(key.digits()).join(&key.workspace).join(&key.hash)
    }

    /// The path of a shared file.
    pub(super) fn shared(&self, key: &Key) -> PathBuf {
        self.root.join(key.digits()).join(&key.hash)
    }

    pub(super) fn open(&self, key: &Key) -> io::Result<(File, u64)> {
        let opened = match File::open(self.path(key)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => File::open(self.shared(key)),
            opened => opened,
        };
        let file = opened?;
        let length = file.metadata()?.len();
        Ok((file, length))
    }

    /// Moves a written file to its final path, durably.
    pub(super) fn keep(&self, from: &Path, file: &File, key: &Key) -> io::Result<()> {
        file.sync_all()?;
        let path = self.path(key);
        let directory = path.parent().unwrap_or(&self.root);
        private_directory(directory)?;
        fs::rename(from, &path)?;
        sync_directory(directory)
    }

    pub(super) fn delete(&self, key: &Key) -> io::Result<()> {
        ignore_missing(fs::remove_file(self.path(key)))
    }

    /// Removes an unreferenced shared file. Returns false if it is too young. A missing file counts as removed.
    pub(super) fn delete_shared(&self, key: &Key) -> io::Result<bool> {
        let path = self.shared(key);
        if !path.exists() {
            return Ok(true);
        }
        let directory = self.unfinished();
        private_directory(&directory)?;
        // Renamed first, so that an older server that stores the same content now creates the file again.
        let aside = directory.join(format!("{}.{}", key.hash, std::process::id()));
        match fs::rename(&path, &aside) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(e) => return Err(e),
        }
        if !is_older(&aside, MIN_AGE) {
            fs::rename(&aside, &path)?;
            return Ok(false);
        }
        fs::remove_file(&aside)?;
        Ok(true)
    }

    /// The files of all workspaces whose hashes begin with these two hexadecimal digits.
    pub(super) fn list(&self, digits: u8) -> io::Result<Vec<Key>> {
        let mut found = Vec::new();
        for entry in entries(&self.root.join(format!("{digits:02x}")))? {
            let entry = entry?;
            if !entry.file_type()?.is_dir() {
                continue;
            }
            let workspace = entry.file_name().into_string().unwrap_or_default();
            for file in entries(&entry.path())? {
                let hash = file?.file_name().into_string().unwrap_or_default();
                found.extend(Key::new(&workspace, &hash));
            }
        }
        Ok(found)
    }

    /// The hashes of shared files older than `age` that begin with these two hexadecimal digits.
    pub(super) fn list_shared(&self, digits: u8, age: Duration) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in entries(&self.root.join(format!("{digits:02x}")))? {
            let entry = entry?;
            let name = entry.file_name().into_string().unwrap_or_default();
            if name.len() == 64 && entry.file_type()?.is_file() && is_older(&entry.path(), age) {
                found.push(name);
            }
        }
        Ok(found)
    }
}

/// Removes files of a directory that are older than `age`. Returns the number removed.
pub(super) fn remove_older(directory: &Path, age: Duration) -> io::Result<usize> {
    let mut removed = 0;
    for entry in entries(directory)? {
        let path = entry?.path();
        if is_older(&path, age) && fs::remove_file(path).is_ok() {
            removed += 1;
        }
    }
    Ok(removed)
}

/// A missing file counts as removed.
fn ignore_missing(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => Ok(()),
    }
}

/// The entries of a directory; none if it does not exist.
fn entries(directory: &Path) -> io::Result<Vec<io::Result<fs::DirEntry>>> {
    match fs::read_dir(directory) {
        Ok(entries) => Ok(entries.collect()),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(e) => Err(e),
    }
}

/// Whether a file was last written longer ago than this.
fn is_older(path: &Path, age: Duration) -> bool {
    let modified = fs::metadata(path).and_then(|data| data.modified());
    modified.is_ok_and(|at| at.elapsed().unwrap_or_default() >= age)
}
