//! Files being written. They are written to the local disk first, because the hash that a file is stored under is known
//! only at its end.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use super::{Files, Key, hex};
use crate::private::{private_directory, private_file};

/// A file being written. Dropping it unfinished removes it.
#[derive(Debug)]
pub struct Unfinished {
    files: Files,
    workspace: String,
    path: PathBuf,
    file: File,
    hash: Sha256,
    length: u64,
}

impl Unfinished {
    pub(super) fn begin(files: Files, workspace: &str) -> io::Result<Unfinished> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let directory = files.unfinished();
        private_directory(&directory)?;
        own(&directory)?;
        loop {
            let unique = format!("{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = directory.join(unique);
            match private_file(&path) {
                Ok(file) => {
                    let (workspace, hash) = (workspace.to_owned(), Sha256::new());
                    return Ok(Unfinished { files, workspace, path, file, hash, length: 0 });
                }
                // Left behind by an earlier process with the same pid.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Adds bytes.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// How many bytes were written.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The hash of what was written, in hex.
    pub fn hash(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// Its path until it is finished.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Stores it durably, and returns its hash in hex. Blocks; for a bucket, until the upload is complete.
    pub fn finish(self) -> io::Result<String> {
        let hash = self.hash();
        let key = Key::of(&self.workspace, &hash)?;
        self.files.keep(&self.path, &self.file, &key, self.length)?;
        Ok(hash)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // it is not there any more when it was moved to its place
    }
}

/// The local directory of files being uploaded to a bucket.
pub(super) fn spool() -> PathBuf {
    std::env::temp_dir().join("deskwire-uploads")
}

/// Checks that a directory, which may be in a world-writable one, belongs to this user.
#[cfg(unix)]
fn own(directory: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::symlink_metadata(directory)?;
    if found.is_dir() && found.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    let why = format!("{} belongs to somebody else: set TMPDIR", directory.display());
    Err(io::Error::new(io::ErrorKind::PermissionDenied, why))
}

#[cfg(not(unix))]
fn own(_: &Path) -> io::Result<()> {
    Ok(())
}
