//! An SQLite database after the migrations, without rows. Tests begin with a copy: running the migrations takes longer
//! than most tests.

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use deskwire_store::{Db, Options, private_file};

/// The bytes of the file.
static MIGRATED: OnceLock<Vec<u8>> = OnceLock::new();

/// Writes a copy to a new file. Blocks.
pub(crate) fn copy_to(file: &Path) {
    let migrated = MIGRATED.get_or_init(|| migrate(&file.with_extension("template")));
    let written = private_file(file).and_then(|mut file| file.write_all(migrated));
    written.expect("a database can be written");
}

fn migrate(file: &Path) -> Vec<u8> {
    let db = Db::open(&format!("sqlite:{}", file.display()), Options::default()).expect("the database opens");
    db.migrate().expect("the migrations run");
    // The last connection moves all pages from the log to the file.
    db.close();
    let bytes = std::fs::read(file).expect("the database can be read");
    std::fs::remove_file(file).expect("the database can be removed");
    bytes
}
