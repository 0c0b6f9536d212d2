//! `deskwire workspace`

use clap::{Args, Subcommand};
use deskwire_domain::{tokens, workspaces};
use serde::Serialize;

use super::{Failure, Result, Target};
use crate::config::File;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a workspace with an admin and a token that may do everything; prints them as JSON
    Create(Create),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// What it is called
    #[arg(long)]
    name: String,
    /// The name of its first admin
    #[arg(long, value_name = "NAME", default_value = "Admin")]
    admin_name: String,
    /// The email address of its first admin
    #[arg(long, value_name = "EMAIL", default_value = "admin@example.com")]
    admin_email: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Serialize)]
struct Made {
    workspace_id: String,
    admin_id: String,
    access_token: String,
}

pub(crate) fn run(command: Command, file: &File) -> Result {
    let Command::Create(create) = command;
    if create.name.trim().is_empty() {
        return Err(Failure::Usage("--name must not be empty".to_owned()));
    }
    let db = create.target.open_new(file)?;
    let made = db.write_sync(move |tx| {
        let access_token = tokens::generate()?;
        let (workspace_id, admin) =
            workspaces::create(tx, create.name.trim(), &create.admin_name, &create.admin_email)?;
        tokens::create(tx, &workspace_id, None, admin, &access_token, "all")?;
        Ok::<_, deskwire_domain::Error>(Made { workspace_id, admin_id: admin.to_string(), access_token })
    })?;
    db.close();
    super::say_json(&made)
}
