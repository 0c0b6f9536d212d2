//! `deskwire app`

use clap::{Args, Subcommand};
use deskwire_domain::error::Error;
use deskwire_domain::{apps, workspaces};
use serde::Serialize;

use super::{Failure, Result, Target};
use crate::config::File;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Register an app; prints its id and secret as JSON, the secret once
    Create(Create),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The workspace it belongs to
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// What it is called
    #[arg(long)]
    name: String,
    /// Where users come back to after they granted access; may be given more than once
    #[arg(long, value_name = "URL", required = true)]
    redirect_uri: Vec<String>,
    /// What it may ask for: names separated by commas, or all
    #[arg(long)]
    scopes: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Serialize)]
struct Made {
    client_id: String,
    client_secret: String,
}

pub(crate) fn run(command: Command, file: &File) -> Result {
    let Command::Create(create) = command;
    let scopes = super::token::scopes(&create.scopes)?;
    if let Some(wrong) = create.redirect_uri.iter().find(|uri| !is_web(uri)) {
        return Err(Failure::Usage(format!("--redirect-uri {wrong} is not a https:// or http:// URL")));
    }
    let db = create.target.open(file)?;
    let made = db.write_sync(move |tx| {
        workspaces::known(tx, &create.workspace)?;
        let made = apps::create(tx, &create.workspace, create.name.trim(), &create.redirect_uri, &scopes)?;
        Ok::<_, Error>(Made { client_id: made.client_id, client_secret: made.client_secret })
    })?;
    db.close();
    super::say_json(&made)
}

fn is_web(uri: &str) -> bool {
    let rest = uri.strip_prefix("https://").or_else(|| uri.strip_prefix("http://"));
    rest.is_some_and(|r| !r.is_empty() && !r.starts_with('/')) && !uri.contains(char::is_whitespace)
}
