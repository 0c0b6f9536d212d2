//! Backups: an archive of the database and the files, in the same format for both databases.
//!
//! An archive is a gzipped tar file of these members, in this order:
//!
//! - `manifest.json`: [`Manifest`], what the archive is and how its tables look;
//! - `files/HASH`: the files, each named by the SHA-256 of its content;
//! - `tables/NAME/NUMBER`: rows as JSON, a line each, in the order of the manifest's columns (see `Cell`);
//! - `end.json`: the counts and a hash over all that came before. An archive without it is incomplete.
//!
//! All tables are from one instant. `search_grams` and the counts of reports are omitted: they are derived from the
//! other tables, and rebuilt.

mod cell;
mod read;
pub(crate) mod tables;
mod write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) use cell::Cell;
pub use read::{manifest, restore};
pub use write::write;

use crate::{Error, Result};

/// The version of the format that this program writes and reads.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";
const END: &str = "end.json";
/// Tables that are not archived: derived from other tables, or about the database itself.
const LEFT_OUT: &[&str] = &[
    "duties",
    "loose_files",
    "rate_limits",
    "report_counted",
    "report_days",
    "report_groups",
    "schema_migrations",
    "search_grams",
];

/// The description of an archive, its first member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of the format.
    pub format: u32,
    /// The version of the program that wrote it.
    pub deskwire: String,
    /// When it was started, in unix seconds.
    pub created_at: i64,
    /// The numbers of the migrations that were applied to the tables.
    pub migrations: Vec<i64>,
    /// The tables, in the order of the archive.
    pub tables: Vec<Columns>,
}

/// A table of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// Its name.
    pub name: String,
    /// Its columns, in the order of the values of a row.
    pub columns: Vec<String>,
}

/// The last member of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct End {
    #[serde(flatten)]
    summary: Summary,
    /// The SHA-256 over the names and contents of all members before it, hex.
    sha256: String,
}

/// A summary of an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows of all tables.
    pub rows: u64,
    /// Files.
    pub files: u64,
    /// The hashes of referenced files that were missing, unreadable or damaged when it was created.
    pub missing: Vec<String>,
}

/// A hash over members, by name and content.
#[derive(Default)]
struct Seal(Sha256);

impl Seal {
    fn member(&mut self, name: &str, size: u64) {
        // Lengths are hashed first, so that different lists of members have different inputs.
        self.0.update(u64::try_from(name.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(name.as_bytes());
        self.0.update(size.to_be_bytes());
    }

    fn content(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(self) -> String {
        crate::hex(&self.0.finalize())
    }
}

fn damaged(what: impl std::fmt::Display) -> Error {
    Error::Archive(format!("the archive is damaged: {what}"))
}

fn json(value: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(value).map_err(|e| Error::Archive(e.to_string()))
}
