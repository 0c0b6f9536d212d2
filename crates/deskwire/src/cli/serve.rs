//! `deskwire serve`

use clap::Args;

use super::{Result, Target};
use crate::config::Settings;
use crate::serve::Server;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    server: Settings,
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (url, settings) = (arguments.target.url(), &arguments.server);
    // Errors in the settings or the port are reported before the database changes.
    let server = Server::bind(settings, &url)?;
    let db = super::open_migrated(&url, settings.options())?;
    if db.search_sync(deskwire_domain::workspaces::all)?.is_empty() {
        let database = super::without_password(&url);
        tracing::warn!(database, "the database has no workspace yet: create one with `deskwire workspace create`");
    }
    server.run(&db, |_| Ok(()))
}
