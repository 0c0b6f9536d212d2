//! Content-addressed files: each is stored once per workspace, under the SHA-256 of its content, in a directory or in a
//! bucket. Callers do not know which.
//!
//! A file is stored before the row that refers to it is committed. An unreferenced file is removed later, by the rules
//! of [`loose_files`](crate::loose_files).

mod bucket;
mod connect;
mod directory;
mod opened;
mod place;
mod unfinished;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::{Db, Error, loose_files};

pub use bucket::requests;
pub use opened::Opened;
pub use place::{Bucket, Keys, Place};
pub use unfinished::Unfinished;

use directory::Directory;
use opened::Source;

/// How often an upload checks whether a removal of the same content has ended, and the interval between two checks.
const REMOVALS: usize = 40;
const LOOK: Duration = Duration::from_millis(250);

/// Files of all workspaces.
#[derive(Debug, Clone)]
pub struct Files {
    at: At,
    db: Option<Db>,
}

#[derive(Debug, Clone)]
enum At {
    Directory(Arc<Directory>),
    Bucket(bucket::Bucket),
}

/// The key of a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// Its workspace.
    pub workspace: String,
    /// The SHA-256 of its content, hex.
    pub hash: String,
}

impl Key {
    /// The key of a file; `None` if the workspace or the hash could lead to another path.
    pub fn new(workspace: &str, hash: &str) -> Option<Key> {
        let is_plain = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (is_hash && !workspace.is_empty() && is_plain(workspace))
            .then(|| Key { workspace: workspace.to_owned(), hash: hash.to_owned() })
    }

    fn of(workspace: &str, hash: &str) -> io::Result<Key> {
        Key::new(workspace, hash).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no file has such a name"))
    }

    /// The first two digits of the hash.
    fn digits(&self) -> &str {
        self.hash.get(..2).unwrap_or_default()
    }
}

impl Files {
    /// The files in a storage. A directory is created with the first file.
    pub fn new(place: impl Into<Place>) -> Files {
        let at = match place.into() {
            Place::Directory(path) => At::Directory(Arc::new(Directory::new(path))),
            Place::Bucket(settings) => At::Bucket(bucket::Bucket::new(&settings)),
        };
        Files { at, db: None }
    }

    /// The same, coordinated through this database with processes that remove files: a file that is stored again is not
    /// removed by a process that found it unreferenced before.
    #[must_use]
    pub fn with(self, db: &Db) -> Files {
        Files { db: Some(db.clone()), ..self }
    }

    /// Stores bytes durably. Returns their hash in hex.
    pub fn put(&self, workspace: &str, bytes: &[u8]) -> io::Result<String> {
        let mut file = self.begin(workspace)?;
        file.write(bytes)?;
        file.finish()
    }

    /// Begins a file to be written in chunks.
    pub fn begin(&self, workspace: &str) -> io::Result<Unfinished> {
        Unfinished::begin(self.clone(), workspace)
    }

    /// Removes unfinished files of this machine older than `age`. Returns the number removed.
    pub fn remove_unfinished(&self, age: Duration) -> io::Result<usize> {
        directory::remove_older(&self.unfinished(), age)
    }

    /// The directory of files being written.
    fn unfinished(&self) -> PathBuf {
        match &self.at {
            At::Directory(directory) => directory.unfinished(),
            At::Bucket(_) => unfinished::spool(),
        }
    }

    /// Lists the files whose hashes begin with these two hexadecimal digits, some at a time.
    pub fn list(&self, digits: u8, each: &mut dyn FnMut(Vec<Key>) -> io::Result<()>) -> io::Result<()> {
        match &self.at {
            At::Directory(directory) => each(directory.list(digits)?),
            At::Bucket(bucket) => bucket.list(digits, each),
        }
    }

    /// The hashes of shared files older than `age` that begin with these two hexadecimal digits.
    pub fn list_shared(&self, digits: u8, age: Duration) -> io::Result<Vec<String>> {
        match &self.at {
            At::Directory(directory) => directory.list_shared(digits, age),
            At::Bucket(_) => Ok(Vec::new()),
        }
    }

    /// The bytes of a file.
    pub fn get(&self, workspace: &str, hash: &str) -> io::Result<Vec<u8>> {
        let (opened, mut bytes) = (self.open(workspace, hash)?, Vec::new());
        opened.read()?.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Opens a file to be read in chunks. [`io::ErrorKind::NotFound`] if there is none; any other error if that cannot
    /// be determined now.
    pub fn open(&self, workspace: &str, hash: &str) -> io::Result<Opened> {
        let key = Key::of(workspace, hash)?;
        match &self.at {
            At::Directory(directory) => {
                directory.open(&key).map(|(file, length)| Opened { length, source: Source::File(file) })
            }
            At::Bucket(bucket) => {
                Ok(Opened { length: bucket.length(&key)?, source: Source::Object(bucket.clone(), key) })
            }
        }
    }

    /// Reads a file and verifies its content. Returns its length.
    pub fn verify(&self, workspace: &str, hash: &str) -> io::Result<u64> {
        let mut reader = self.open(workspace, hash)?.read()?;
        let (mut content, mut length) = (Sha256::new(), 0);
        let mut piece = [0; 8 << 10];
        loop {
            match reader.read(&mut piece)? {
                0 => break,
                read => {
                    content.update(&piece[..read]);
                    length += read as u64;
                }
            }
        }
        if hex(&content.finalize()) == hash {
            return Ok(length);
        }
        Err(io::Error::new(io::ErrorKind::InvalidData, "its content has another hash"))
    }

    /// Removes a file. A missing one counts as removed.
    pub fn delete(&self, workspace: &str, hash: &str) -> io::Result<()> {
        let key = Key::of(workspace, hash)?;
        match &self.at {
            At::Directory(directory) => directory.delete(&key),
            At::Bucket(bucket) => bucket.delete(&key),
        }
    }

    /// Removes an unreferenced shared file. Returns false if it is too young.
    pub fn delete_shared(&self, hash: &str) -> io::Result<bool> {
        match &self.at {
            At::Directory(directory) => directory.delete_shared(&Key::of("shared", hash)?),
            At::Bucket(_) => Ok(true),
        }
    }

    /// Checks that files can be stored: creates a directory, sends a request to a bucket. For a bucket,
    /// [`io::ErrorKind::NotConnected`] says that it does not answer now, and may later.
    pub fn probe(&self) -> io::Result<()> {
        // Dropping the file at once leaves only the directory.
        self.begin("probe").map(drop)?;
        match &self.at {
            At::Directory(_) => Ok(()),
            At::Bucket(bucket) => bucket.probe(),
        }
    }

    /// Stores a written file.
    fn keep(&self, path: &Path, file: &std::fs::File, key: &Key, length: u64) -> io::Result<()> {
        self.announce(key)?;
        match &self.at {
            At::Directory(directory) => directory.keep(path, file, key),
            At::Bucket(bucket) => bucket.put(key, std::fs::File::open(path)?, length),
        }
    }

    /// Prevents the removal of a file that was unreferenced before and is about to be stored again.
    fn announce(&self, key: &Key) -> io::Result<()> {
        let Some(db) = &self.db else { return Ok(()) };
        for _ in 0..REMOVALS {
            let of = key.clone();
            let known = db.read_sync::<_, Error>(move |tx| loose_files::state(&mut tx.within(&of.workspace), &of.hash));
            if known.map_err(io::Error::other)?.is_none() {
                return Ok(());
            }
            let of = key.clone();
            let free = db.write_sync::<_, Error>(move |tx| loose_files::reuse(&mut tx.within(&of.workspace), &of.hash));
            if free.map_err(io::Error::other)? {
                return Ok(());
            }
            std::thread::sleep(LOOK);
        }
        Err(io::Error::new(io::ErrorKind::ResourceBusy, "the same content is being removed"))
    }
}

/// Hexadecimal digits of bytes.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        for half in [b >> 4, b & 15] {
            out.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
        out
    })
}

/// The bytes of a SHA-256 in hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
