//! Files by their content: each is stored under the SHA-256 of what it holds, once, however many refer to it.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sha2::{Digest, Sha256};

/// A file this young may be about to be referred to, and is not removed.
const YOUNG: Duration = Duration::from_secs(60);

/// A directory of files.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
}

impl Files {
    /// The files in a directory, which is made when the first one comes.
    pub fn new(root: impl Into<PathBuf>) -> Files {
        Files { root: root.into() }
    }

    /// Stores bytes, safe against a crash when this returns; the hash to find them by, hex. What is there already is
    /// written again, so that whoever stores it now finds it young.
    pub fn put(&self, bytes: &[u8]) -> io::Result<String> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let hash = hex(&Sha256::digest(bytes));
        let path = self.path(&hash);
        let directory = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(directory)?;
        let unique = format!("{hash}.{}.{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let unfinished = directory.join(unique);
        let mut file = File::create(&unfinished)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, &path)?;
        File::open(directory)?.sync_all()?;
        Ok(hash)
    }

    /// The bytes behind a hash.
    pub fn get(&self, hash: &str) -> io::Result<Vec<u8>> {
        fs::read(self.path(hash))
    }

    /// Removes what nobody refers to any more; false when it is too young for that. What is not there is removed.
    pub fn remove(&self, hash: &str) -> io::Result<bool> {
        let path = self.path(hash);
        let modified = match fs::metadata(&path) {
            Ok(data) => data.modified()?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(e) => return Err(e),
        };
        if modified.elapsed().unwrap_or_default() < YOUNG {
            return Ok(false);
        }
        fs::remove_file(&path)?;
        Ok(true)
    }

    /// Where a hash is. Hashes come from [`Self::put`] by way of the database, so they are hexadecimal digits.
    fn path(&self, hash: &str) -> PathBuf {
        let (first, _) = hash.split_at_checked(2).unwrap_or((hash, ""));
        self.root.join(Path::new(first)).join(hash)
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

#[cfg(test)]
mod tests {
    use super::Files;

    #[test]
    fn what_is_stored_is_found_by_its_hash() {
        let root = std::env::temp_dir().join(format!("deskwire-files-{}", std::process::id()));
        let files = Files::new(&root);
        let hash = files.put(b"abc").unwrap();
        assert_eq!(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(files.put(b"abc").unwrap(), hash);
        assert_eq!(files.get(&hash).unwrap(), b"abc");
        assert!(!files.remove(&hash).unwrap(), "it has just come");
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
        std::fs::File::open(files.path(&hash)).unwrap().set_modified(old).unwrap();
        assert!(files.remove(&hash).unwrap());
        assert!(files.get(&hash).is_err());
        assert!(files.remove(&hash).unwrap(), "gone is gone");
        std::fs::remove_dir_all(root).unwrap();
    }
}
