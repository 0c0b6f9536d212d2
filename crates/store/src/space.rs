//! Free space on a disk.

use std::path::Path;

use rustix::fs::statvfs;

/// The bytes that are free for this process on the disk of a directory, or of the nearest one above it that exists.
/// `None` where the system does not say.
pub fn free_space(directory: &Path) -> Option<u64> {
    let existing = directory.ancestors().find_map(|path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        statvfs(path).ok()
    })?;
    Some(existing.f_bavail.saturating_mul(existing.f_frsize))
}
