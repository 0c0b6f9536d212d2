//! `deskwire workspace`

use clap::{Args, Subcommand};
use deskwire_domain::{Error, times, tokens, workspaces};
use serde::Serialize;

use super::{Failure, In, Result, Target};
use crate::config::File;
use crate::workspace_file;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a workspace with an admin and a token with all scopes; prints their ids and the token as JSON
    Create(Create),
    /// List the workspaces of the database, one JSON object a line
    List(List),
    /// Print a workspace as a workspace file, which `deskwire apply` takes
    Export(Export),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The workspace's name
    #[arg(long)]
    name: String,
    /// The name of its first admin
    #[arg(long, value_name = "NAME", default_value = "Admin")]
    admin_name: String,
    /// The email address of its first admin; `deskwire admin update` changes it later
    #[arg(long, value_name = "EMAIL", default_value = "admin@example.com")]
    admin_email: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Print password hashes and client secrets too; without them, a file cannot create apps, and admins have no passwords
    #[arg(long)]
    secrets: bool,
    #[command(flatten)]
    within: In,
}

#[derive(Serialize)]
struct Made {
    workspace_id: String,
    admin_id: String,
    access_token: String,
}

/// A workspace as it is listed.
#[derive(Serialize)]
struct Listed {
    workspace_id: String,
    name: String,
    timezone: String,
    region: String,
    created_at: String,
}

pub(crate) fn run(command: Command, file: &File) -> Result {
    match command {
        Command::Create(create) => make(create, file),
        Command::List(list) => show(&list, file),
        Command::Export(export) => print(&export, file),
    }
}

fn make(create: Create, file: &File) -> Result {
    if create.name.trim().is_empty() {
        return Err(Failure::Usage("--name must not be empty".to_owned()));
    }
    deskwire_domain::admins::checked_email(&create.admin_email)?;
    let db = create.target.open_new(file)?;
    let made = db.write_sync(move |tx| {
        let access_token = tokens::generate()?;
        let (workspace_id, admin) =
            workspaces::create(tx, create.name.trim(), &create.admin_name, &create.admin_email)?;
        tokens::create(tx, &workspace_id, None, admin, &access_token, "all")?;
        Ok::<_, Error>(Made { workspace_id, admin_id: admin.to_string(), access_token })
    })?;
    db.close();
    super::say_json(&made)
}

fn print(export: &Export, file: &File) -> Result {
    let secrets = export.secrets;
    let text = export.within.read(file, move |tx, actor| workspace_file::export(tx, actor, secrets))?;
    super::say(text.trim_end())
}

fn show(list: &List, file: &File) -> Result {
    let db = list.target.open(file)?;
    let all = db.search_sync(workspaces::all)?;
    db.close();
    all.into_iter().try_for_each(|w| {
        super::say_json(&Listed {
            workspace_id: w.id,
            name: w.name,
            timezone: w.timezone,
            region: w.region,
            created_at: times::iso(w.created_at),
        })
    })
}
