//! Free space on a disk.

use std::path::Path;

use rustix::fs::statvfs;

/// The free bytes for this process on the disk of a directory, or of its nearest existing ancestor. `None` if the
/// system does not report it.
pub fn free_space(directory: &Path) -> Option<u64> {
    let existing = directory.ancestors().find_map(|path| {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        statvfs(path).ok()
    })?;
    Some(existing.f_bavail.saturating_mul(existing.f_frsize))
}
