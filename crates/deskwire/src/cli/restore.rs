//! `deskwire restore`

use std::fs;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use deskwire_store::archive::{self, Summary};
use deskwire_store::{Files, Options, sync_directory};

use super::{Failure, Result, Target};
use crate::config::FilesArgument;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The archive that `deskwire backup` wrote; it is read more than once, so it must be a file
    #[arg(value_name = "FILE")]
    from: PathBuf,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    files: FilesArgument,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    if arguments.from == Path::new("-") {
        return Err(Failure::Usage(
            "an archive is read more than once: write it into a file, and restore that".to_owned(),
        ));
    }
    let url = arguments.target.url();
    let files = Files::new(arguments.files.place(&url));
    let summary = match super::path_of(&url) {
        Some(path) => into_file(&arguments.from, path, &files),
        None => into(&arguments.from, &url, &files),
    }?;
    super::note(format_args!("Restored {} into {}", super::backup::described(&summary), super::without_password(&url)));
    for hash in &summary.missing {
        super::note(format_args!("warning: file {hash} was missing, unreadable or damaged when the backup was made"));
    }
    Ok(())
}

/// Restores under a temporary name first, so that an interrupted restore leaves no database behind.
fn into_file(from: &Path, path: &Path, files: &Files) -> Result<Summary> {
    // SQLite would use a write-ahead log that an earlier database left here.
    for there in ["", "-wal", "-shm"].map(|suffix| super::suffixed(path, suffix)) {
        if there.exists() {
            let what = format!("{} exists: restore into a new database, or move it away first", there.display());
            return Err(Failure::new(what));
        }
    }
    let unfinished = super::suffixed(path, ".restoring");
    for suffix in ["", "-wal", "-shm"] {
        let left = super::suffixed(&unfinished, suffix);
        match fs::remove_file(&left) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => {
                return Err(Failure::new(format!("cannot remove {}: {e}", left.display())));
            }
            _ => {}
        }
    }
    let summary = into(from, &format!("sqlite:{}", unfinished.display()), files)?;
    // Closing moves all rows from the log into the file. Without the log, the rest would be lost.
    let log = super::suffixed(&unfinished, "-wal");
    if fs::metadata(&log).is_ok_and(|log| log.len() > 0) {
        let what = format!("cannot complete {}: is there room for twice the database?", unfinished.display());
        return Err(Failure::new(what));
    }
    let failed = |e: io::Error| Failure::new(format!("cannot create {}: {e}", path.display()));
    // Unlike a rename, this overwrites nothing.
    fs::hard_link(&unfinished, path).map_err(failed)?;
    fs::remove_file(&unfinished).map_err(failed)?;
    sync_directory(path.parent().unwrap_or(Path::new(""))).map_err(failed)?;
    Ok(summary)
}

fn into(from: &Path, url: &str, files: &Files) -> Result<Summary> {
    // Check the archive before creating a database for it.
    let open = || fs::File::open(from).map(BufReader::new);
    let opened = open().map_err(|e| Failure::new(format!("cannot open {}: {e}", from.display())))?;
    let failed = |e| Failure::new(format!("cannot restore {}: {e}", from.display()));
    archive::manifest(opened).map_err(failed)?;
    let db = super::open_unmigrated(url, Options::default())?;
    let summary = archive::restore(&db, files, open).map_err(failed);
    db.close();
    summary
}
