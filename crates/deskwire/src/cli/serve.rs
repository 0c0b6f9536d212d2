//! `deskwire serve`

use clap::Args;

use super::{Result, Target};
use crate::config::{File, ServerArguments};
use crate::serve;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    server: ServerArguments,
}

pub(crate) fn run(arguments: Arguments, file: &File) -> Result {
    let settings = arguments.server.settings(arguments.target.url(file), file);
    let db = super::open_migrated(&settings.database, settings.options())?;
    if db.search_sync(deskwire_domain::workspaces::all)?.is_empty() {
        let database = super::shown(&settings.database);
        tracing::warn!(database, "the database has no workspace yet: create one with `deskwire workspace create`");
    }
    serve::run(&db, &settings, |_| Ok(()))
}
