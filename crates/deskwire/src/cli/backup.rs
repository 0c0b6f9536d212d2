//! `deskwire backup`

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use deskwire_store::archive::{self, Summary};
use deskwire_store::{Db, Files, private_file, sync_directory};

use super::{Failure, Result, Target};
use crate::config::FilesArgument;
use crate::interrupt;

/// The suffix of an unfinished archive, after the id of its process.
const PARTIAL: &str = ".partial";

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The archive to create, or - for stdout
    #[arg(value_name = "FILE")]
    to: PathBuf,
    /// Succeed even if files are missing or damaged
    #[arg(long)]
    allow_missing_files: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    files: FilesArgument,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let db = arguments.target.open()?;
    let files = Files::new(arguments.files.place(&arguments.target.url()));
    let summary = if arguments.to == Path::new("-") {
        write(&db, &files, io::stdout())
    } else {
        create(&db, &files, &arguments.to)
    };
    db.close();
    let summary = summary?;
    super::note(format_args!("Backed up {}", described(&summary)));
    for hash in &summary.missing {
        super::note(format_args!(
            "warning: file {hash} is missing, unreadable or damaged; the backup does not contain it"
        ));
    }
    match summary.missing.len() {
        0 => Ok(()),
        _ if arguments.allow_missing_files => Ok(()),
        count => Err(Failure::new(format!(
            "the backup was written without {count} of its files; add --allow-missing-files to accept that"
        ))),
    }
}

/// A summary of what an archive contains.
pub(super) fn described(summary: &Summary) -> String {
    format!("{} rows and {} files", summary.rows, summary.files)
}

fn write(db: &Db, files: &Files, out: impl Write + Send) -> Result<Summary> {
    archive::write(db, files, env!("CARGO_PKG_VERSION"), out).map_err(|e| Failure::new(format!("cannot back up: {e}")))
}

/// Writes the archive under a temporary name first, so that a file with the final name is always complete.
fn create(db: &Db, files: &Files, to: &Path) -> Result<Summary> {
    let failed = |e: io::Error| Failure::new(format!("cannot create {}: {e}", to.display()));
    if to.exists() {
        return Err(Failure::new(format!("{} exists already: choose another name", to.display())));
    }
    let directory = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    remove_abandoned(directory);
    let partial = super::suffixed(to, &format!(".{}{PARTIAL}", std::process::id()));
    let unfinished = partial.clone();
    interrupt::then(move || {
        let _ = fs::remove_file(&unfinished); // the process ends in any case
    })?;
    let file = private_file(&partial).map_err(failed)?;
    // The lock lasts as long as this process. Other processes remove unlocked files only, and none if the file system
    // has no locks.
    let _ = file.lock();
    let mut out = BufWriter::new(file);
    let done = write(db, files, &mut out).and_then(|summary| {
        let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)?;
        // Unlike a rename, this overwrites nothing.
        fs::hard_link(&partial, to).map_err(failed)?;
        sync_directory(directory).map_err(failed)?;
        Ok(summary)
    });
    let _ = fs::remove_file(&partial);
    done
}

/// Removes the unfinished archives of interrupted backups from a directory: files with our suffix and without a lock.
fn remove_abandoned(directory: &Path) {
    for path in fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let process = name.strip_suffix(PARTIAL).and_then(|name| name.rsplit_once('.')).map(|(_, process)| process);
        let is_ours = process.is_some_and(|p| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
        let is_free = || fs::File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if is_ours && is_free() && fs::remove_file(&path).is_ok() {
            super::note(format_args!("removed {}, which an interrupted backup left behind", path.display()));
        }
    }
}
