//! `deskwire migrate`

use clap::Args;

use super::{Failure, Result, Target};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,

    /// Distribute the tables over the nodes of Citus, by workspace.
    #[arg(long)]
    distribute: bool,
}

/// Prints the names of the migrations that ran, and of the tables that were distributed.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let url = arguments.target.url();
    let db = super::open_unmigrated(&url, deskwire_store::Options::default())?;
    let ran =
        db.migrate().map_err(|e| Failure::new(format!("cannot migrate {}: {e}", super::without_password(&url))))?;
    let distributed = arguments.distribute.then(|| db.distribute()).transpose();
    db.close();
    ran.iter().try_for_each(super::print_line)?;
    let tables =
        distributed.map_err(|e| Failure::new(format!("cannot distribute {}: {e}", super::without_password(&url))))?;
    let tables = tables.unwrap_or_default();
    if ran.is_empty() && tables.is_empty() {
        super::note(format_args!("{} is up to date", super::without_password(&url)));
    }
    tables.iter().try_for_each(|table| super::print_line(format_args!("distributed {table}")))
}
