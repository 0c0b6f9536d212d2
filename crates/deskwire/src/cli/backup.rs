//! `deskwire backup`

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use deskwire_store::archive::{self, Summary};
use deskwire_store::{Db, Files, private_file, sync_directory};

use super::{Failure, Result, Target};
use crate::config::{File, FilesArgument};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The archive to create, or - for stdout
    #[arg(value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    files: FilesArgument,
}

pub(crate) fn run(arguments: &Arguments, file: &File) -> Result {
    let db = arguments.target.open(file)?;
    let files = Files::new(arguments.files.directory(&arguments.target.url(file), file));
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
    Ok(())
}

/// What an archive holds, in words.
pub(super) fn described(summary: &Summary) -> String {
    format!("{} rows and {} files", summary.rows, summary.files)
}

fn write(db: &Db, files: &Files, out: impl Write + Send) -> Result<Summary> {
    archive::write(db, files, env!("CARGO_PKG_VERSION"), out).map_err(|e| Failure::new(format!("cannot back up: {e}")))
}

/// Writes the archive under another name first, so that a file of this name is always whole.
fn create(db: &Db, files: &Files, to: &Path) -> Result<Summary> {
    let failed = |e: io::Error| Failure::new(format!("cannot create {}: {e}", to.display()));
    if to.exists() {
        return Err(Failure::new(format!("{} exists already", to.display())));
    }
    let partial = super::suffixed(to, &format!(".{}.partial", std::process::id()));
    let mut out = private_file(&partial).map(BufWriter::new).map_err(failed)?;
    let done = write(db, files, &mut out).and_then(|summary| {
        let file = out.into_inner().map_err(|e| failed(e.into_error()))?;
        file.sync_all().map_err(failed)?;
        // Unlike a rename, this overwrites nothing.
        fs::hard_link(&partial, to).map_err(failed)?;
        sync_directory(to.parent().unwrap_or(Path::new(""))).map_err(failed)?;
        Ok(summary)
    });
    let _ = fs::remove_file(&partial);
    done
}
