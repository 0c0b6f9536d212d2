//! `deskwire apply`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use deskwire_domain::{Actor, workspaces};
use deskwire_store::Db;

use super::{Failure, Result, Target};
use crate::config::File;
use crate::workspace_file::{Refused, WorkspaceFile};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workspace file
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// The workspace [default: the only one of the database]
    #[arg(long, value_name = "ID")]
    workspace: Option<String>,
    /// Remove what the file does not mention, where that is possible
    #[arg(long)]
    prune: bool,
    #[command(flatten)]
    target: Target,
}

/// Brings a workspace to what a file says, all of it or nothing.
pub(crate) fn run(arguments: Arguments, file: &File) -> Result {
    let workspace_file = WorkspaceFile::read(&arguments.path)?;
    let db = arguments.target.open(file)?;
    let workspace = workspace(&db, arguments.workspace)?;
    let prune = arguments.prune;
    let outcome = db.write_sync(move |tx| {
        let tenant = workspaces::known(tx, &workspace)?.into();
        let actor = Actor::system(Arc::new(tenant), None);
        let mut outcome = workspace_file.apply(tx, &actor)?;
        if prune {
            workspace_file.prune(tx, &actor, &mut outcome)?;
        }
        Ok::<_, Refused>(outcome)
    })?;
    db.close();
    for line in outcome.kept.iter().chain(&outcome.changes) {
        eprintln!("{line}");
    }
    if outcome.changes.is_empty() {
        eprintln!("nothing changed");
    }
    Ok(())
}

/// The workspace meant: the one named, else the only one there is.
fn workspace(db: &Db, named: Option<String>) -> Result<String> {
    if let Some(named) = named {
        return Ok(named);
    }
    let mut all = db.search_sync(workspaces::all)?;
    match (all.len(), all.pop()) {
        (1, Some(only)) => Ok(only.id),
        (0, _) => Err(Failure::new("there is no workspace: make one with `deskwire workspace create`")),
        _ => Err(Failure::Usage("there are several workspaces: name one with --workspace".to_owned())),
    }
}
