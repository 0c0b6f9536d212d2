//! `deskwire token`

use clap::{Args, Subcommand};
use deskwire_api::auth::{Scope, Scopes};
use deskwire_domain::error::Error;
use deskwire_domain::{admins, tokens, workspaces};

use super::{Failure, Result, Target};
use crate::config::File;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make an access token; prints it, once
    Create(Create),
    /// End an access token, on all servers within a second
    Revoke(Revoke),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The workspace it opens
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// The admin it acts as [default: the first of the workspace]
    #[arg(long, value_name = "EMAIL")]
    admin: Option<String>,
    /// What it may do: names separated by commas, or all
    #[arg(long)]
    scopes: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The token [default: the first line of standard input]
    #[arg(long, env = "DESKWIRE_TOKEN", hide_env_values = true)]
    token: Option<String>,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(command: Command, file: &File) -> Result {
    match command {
        Command::Create(create) => make(create, file),
        Command::Revoke(revoke) => end(revoke, file),
    }
}

fn make(create: Create, file: &File) -> Result {
    let scopes = scopes(&create.scopes)?;
    let db = create.target.open(file)?;
    let token = db.write_sync(move |tx| {
        workspaces::known(tx, &create.workspace)?;
        let admin = admins::named(tx, &create.workspace, create.admin.as_deref())?;
        let token = tokens::generate()?;
        tokens::create(tx, &create.workspace, None, admin, &token, &scopes)?;
        Ok::<_, Error>(token)
    })?;
    db.close();
    super::say(token)
}

fn end(revoke: Revoke, file: &File) -> Result {
    let db = revoke.target.open(file)?;
    let token = match revoke.token {
        Some(token) => token,
        None => std::io::stdin().lines().next().transpose().map_err(Failure::new)?.unwrap_or_default(),
    };
    let hash = tokens::hash(token.trim());
    let ended = db.write_sync(move |tx| {
        let Some((grant, _)) = tokens::find(tx, &hash)? else { return Ok::<_, Error>(false) };
        tokens::revoke(tx, &grant.tenant.id, grant.token_id)?;
        Ok(true)
    })?;
    db.close();
    if ended { Ok(()) } else { Err(Failure::new("there is no such token, or it has ended already")) }
}

/// The scopes as they are stored, or what is wrong with them.
pub(crate) fn scopes(text: &str) -> Result<String> {
    let names: Vec<&str> = text.split([',', ' ']).filter(|n| !n.is_empty()).collect();
    if names.is_empty() {
        return Err(Failure::Usage("--scopes must name a scope, or be all".to_owned()));
    }
    Scopes::parse(text).map_err(|unknown| {
        let known: Vec<&str> = Scope::ALL.iter().map(|s| s.as_str()).collect();
        Failure::Usage(format!("there is no scope {unknown}; the scopes are: all, {}", known.join(", ")))
    })?;
    Ok(names.join(" "))
}
