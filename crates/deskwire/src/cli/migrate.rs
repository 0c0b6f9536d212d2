//! `deskwire migrate`

use clap::Args;

use super::{Failure, Result, Target};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
}

/// Prints the names of the migrations that ran.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let url = arguments.target.url();
    let db = super::open_unmigrated(&url, deskwire_store::Options::default())?;
    let ran =
        db.migrate().map_err(|e| Failure::new(format!("cannot migrate {}: {e}", super::without_password(&url))))?;
    db.close();
    if ran.is_empty() {
        super::note(format_args!("{} is up to date", super::without_password(&url)));
    }
    ran.iter().try_for_each(super::say)
}
