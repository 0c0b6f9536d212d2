//! `deskwire demo`

use std::path::PathBuf;

use clap::Args;
use deskwire_store::Files;
use deskwire_worker::texts::Logged;

use super::{Failure, Result};
use crate::config::{Database, Settings};
use crate::demo;
use crate::serve::Server;

/// The URL of a database in memory.
const IN_MEMORY: &str = "sqlite::memory:";

#[derive(Debug, Args)]
#[command(mut_arg("rate_limit", |arg| arg.default_value("off")))]
pub(crate) struct Arguments {
    /// Keep the demo in sqlite:DIR/deskwire.db
    #[arg(long, value_name = "DIR", default_value = "data/demo")]
    data: PathBuf,
    /// Keep the demo in this database: sqlite:PATH or postgres://...
    #[arg(long, value_name = "URL", conflicts_with_all = ["data", "ephemeral"])]
    database: Option<Database>,
    /// Keep the demo in memory
    #[arg(long, conflicts_with = "data")]
    ephemeral: bool,
    /// The access token to use [default: generated at the first start, and kept in a file]
    #[arg(long, env, hide_env_values = true)]
    token: Option<String>,
    /// The API version of requests without an Intercom-Version header [default: 2.16]
    #[arg(long, value_name = "VERSION", value_parser = super::api_version)]
    api_version: Option<String>,
    #[command(flatten)]
    server: Settings,
}

/// Serves a demo workspace, which the first start fills.
pub(crate) fn run(arguments: Arguments) -> Result {
    // The database in the settings is for production. The demo uses it only if a flag says so.
    let database = match arguments.database {
        Some(Database(url)) => url,
        None if arguments.ephemeral => IN_MEMORY.to_owned(),
        None => super::in_directory(&arguments.data),
    };
    if arguments.token.as_deref().is_some_and(|t| t.is_empty() || !t.bytes().all(|b| b.is_ascii_graphic())) {
        return Err(Failure::Usage("a token must have only letters, digits and punctuation, no spaces".to_owned()));
    }
    let settings = arguments.server;
    let server = Server::bind(&settings, &database)?.for_demo()?.with_texts(Logged);
    let mut db = super::open_migrated(&database, super::patient(settings.options()))?;
    let keep = match super::path_of(&database) {
        Some(path) => Some(demo::Keep::File(path.with_file_name("demo-keys.json"))),
        None => (database != IN_MEMORY).then_some(demo::Keep::Directory(arguments.data)),
    };
    let wanted = demo::Wanted { token: arguments.token, api_version: arguments.api_version, keep };
    let files = Files::new(settings.files.place(&database));
    let url = server.url()?;
    let keys = demo::prepare(&db, &files, &url, wanted)?;
    // The server needs other time limits, so it opens the database again. A database in memory ends with its handle, so
    // that handle is kept.
    if database != IN_MEMORY {
        db.close();
        db = super::open_migrated(&database, settings.options())?;
    }
    server.run(&db, |_| {
        // A closed stdout must not end the demo.
        let _ = demo::introduce(&url, &keys);
        Ok(())
    })
}
