//! `deskwire backup`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, Result, Target};
use crate::config::File;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The file to make: a database like the original on SQLite, an archive of `pg_dump` on PostgreSQL
    #[arg(value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(arguments: &Arguments, file: &File) -> Result {
    let db = super::open_existing(&arguments.target.url(file), deskwire_store::Options::default())?;
    db.backup(&arguments.to).map_err(|e| Failure::new(format!("cannot back up: {e}")))?;
    db.close();
    eprintln!("{} holds the backup", arguments.to.display());
    Ok(())
}
