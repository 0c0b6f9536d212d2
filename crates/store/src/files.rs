//! Content-addressed files: each is stored once, under the SHA-256 of its content.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::private::{private_directory, private_file, sync_directory};

/// A file younger than this may be about to be referenced, and is not removed.
const YOUNG: Duration = Duration::from_secs(60);
/// The directory of files that are being written.
const UNFINISHED: &str = "unfinished";

/// A directory of files.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// The files in a directory, which is created with the first one.
    pub fn new(root: impl Into<PathBuf>) -> Files {
        Files { root: root.into() }
    }

    /// Stores bytes durably; their hash in hex. An existing file is written again, so that it counts as young.
    pub fn put(&self, bytes: &[u8]) -> io::Result<String> {
        let mut file = self.begin()?;
        file.write(bytes)?;
        file.finish()
    }

    /// Begins a file that is written in chunks.
    pub fn begin(&self) -> io::Result<Unfinished> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let directory = self.root.join(UNFINISHED);
        private_directory(&directory)?;
        loop {
            let unique = format!("{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = directory.join(unique);
            match private_file(&path) {
                Ok(file) => {
                    return Ok(Unfinished { files: self.clone(), path, file, hash: Sha256::new(), length: 0 });
                }
                // Left behind by a process with the same number.
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Removes unfinished files older than `age`; the number removed.
    pub fn remove_unfinished(&self, age: Duration) -> io::Result<usize> {
        let mut removed = 0;
        for entry in entries(&self.root.join(UNFINISHED))? {
            let path = entry?.path();
            if is_older(&path, age) && fs::remove_file(path).is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// The hashes of files older than `age` that begin with these two hexadecimal digits.
    pub fn older(&self, digits: u8, age: Duration) -> io::Result<Vec<String>> {
        let mut found = Vec::new();
        for entry in entries(&self.root.join(format!("{digits:02x}")))? {
            let entry = entry?;
            let name = entry.file_name().into_string().unwrap_or_default();
            if name.len() == 64 && is_older(&entry.path(), age) {
                found.push(name);
            }
        }
        Ok(found)
    }

    /// The bytes behind a hash.
    pub fn get(&self, hash: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(hash))
    }

    /// The file of a hash, to be read in chunks.
    pub fn open(&self, hash: &str) -> io::Result<File> {
        File::open(self.path(hash))
    }

    /// Reads the file of a hash and verifies its content; its length.
    pub fn verify(&self, hash: &str) -> io::Result<u64> {
        let (mut file, mut content, mut length) = (self.open(hash)?, Sha256::new(), 0);
        let mut piece = [0; 8 << 10];
        loop {
            match file.read(&mut piece)? {
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

    /// Removes an unreferenced file; false if it is too young. A missing file counts as removed.
    pub fn remove(&self, hash: &str) -> io::Result<bool> {
        let path = self.path(hash);
        let directory = self.root.join(UNFINISHED);
        private_directory(&directory)?;
        // Renamed first: storing the same content now creates it again.
        let aside = directory.join(format!("{hash}.{}", std::process::id()));
        match fs::rename(&path, &aside) {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(e) => return Err(e),
        }
        if !is_older(&aside, YOUNG) {
            fs::rename(&aside, &path)?;
            return Ok(false);
        }
        fs::remove_file(&aside)?;
        Ok(true)
    }

    /// The path of a hash. Hashes come from [`Self::put`] by way of the database, so they are hexadecimal digits.
    fn path(&self, hash: &str) -> PathBuf {
        let (first, _) = hash.split_at_checked(2).unwrap_or((hash, ""));
        self.root.join(Path::new(first)).join(hash)
    }
}

/// A file being written. Dropping it unfinished removes it.
#[derive(Debug)]
pub struct Unfinished {
    files: Files,
    path: PathBuf,
    file: File,
    hash: Sha256,
    length: u64,
}

impl Unfinished {
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

    /// Its path until it is finished.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Stores it durably; its hash in hex.
    pub fn finish(self) -> io::Result<String> {
        self.file.sync_all()?;
        let hash = hex(&self.hash.clone().finalize());
        let path = self.files.path(&hash);
        let directory = path.parent().unwrap_or(&self.files.root);
        private_directory(directory)?;
        fs::rename(&self.path, &path)?;
        sync_directory(directory)?;
        Ok(hash)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // it is not there any more when it was finished
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
mod tests {
    use std::time::Duration;

    use super::Files;

    #[test]
    fn what_is_stored_is_found_by_its_hash() {
        let root = std::env::temp_dir().join(format!("deskwire-files-{}", std::process::id()));
        let files = Files::new(&root);
        let hash = files.put(b"abc").unwrap();
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(super::unhex(&hash).map(|bytes| super::hex(&bytes)), Some(hash.clone()));
        assert_eq!(files.put(b"abc").unwrap(), hash);
        assert_eq!(files.get(&hash).unwrap(), b"abc");
        assert!(!files.remove(&hash).unwrap(), "it has just come");
        #[expect(clippy::disallowed_methods, reason = "the time of a file is of the system")]
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        std::fs::File::open(files.path(&hash)).unwrap().set_modified(old).unwrap();
        assert!(files.remove(&hash).unwrap());
        assert!(files.get(&hash).is_err());
        assert!(files.remove(&hash).unwrap(), "gone is gone");
        std::fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn what_is_not_finished_leaves_nothing_behind() {
        let root = std::env::temp_dir().join(format!("deskwire-unfinished-{}", std::process::id()));
        let files = Files::new(&root);
        let mut begun = files.begin().unwrap();
        begun.write(b"half of").unwrap();
        let path = begun.path().to_owned();
        assert!(path.exists());
        drop(begun);
        assert!(!path.exists());
        let mut whole = files.begin().unwrap();
        whole.write(b"a").unwrap();
        whole.write(b"bc").unwrap();
        assert_eq!(whole.len(), 3);
        let hash = whole.finish().unwrap();
        assert_eq!(hash, files.put(b"abc").unwrap());
        // Left behind by a process that died.
        std::mem::forget(files.begin().unwrap());
        assert_eq!(files.remove_unfinished(Duration::from_secs(60)).unwrap(), 0, "it may still be written");
        assert_eq!(files.remove_unfinished(Duration::ZERO).unwrap(), 1);
        assert_eq!(files.older(0xba, Duration::ZERO).unwrap(), [hash]);
        assert!(files.older(0xba, Duration::from_secs(60)).unwrap().is_empty());
        assert!(files.older(0xbb, Duration::ZERO).unwrap().is_empty());
        std::fs::remove_dir_all(root).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn files_and_directories_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let root = std::env::temp_dir().join(format!("deskwire-private-{}", std::process::id()));
        let files = Files::new(root.join("a/b"));
        let hash = files.put(b"private").unwrap();
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let file = files.path(&hash);
        assert_eq!(mode(&file), 0o600);
        for directory in file.ancestors().skip(1).take_while(|path| path.starts_with(&root)) {
            assert_eq!(mode(directory), 0o700, "{}", directory.display());
        }
        std::fs::remove_dir_all(root).unwrap();
    }
}
