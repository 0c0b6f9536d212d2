//! `deskwire object-types`

use std::sync::Arc;

use clap::Args;
use deskwire_domain::{Actor, custom_objects, workspaces};

use super::{Result, Target};
use crate::config::File;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workspace
    #[arg(long, value_name = "ID")]
    workspace: String,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(arguments: Arguments, file: &File) -> Result {
    let db = arguments.target.open(file)?;
    let all = db.search_sync(move |tx| {
        let tenant = workspaces::known(tx, &arguments.workspace)?.into();
        custom_objects::declared(tx, &Actor::system(Arc::new(tenant), None))
    })?;
    db.close();
    all.iter().try_for_each(super::say_json)
}
