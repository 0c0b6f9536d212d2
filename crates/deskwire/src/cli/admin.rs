//! `deskwire admin`

use std::sync::Arc;

use clap::{Args, Subcommand};
use deskwire_domain::error::{Error, Kind};
use deskwire_domain::sign_in::{self, passwords};
use deskwire_domain::{Actor, admins, workspaces};

use super::{Failure, Result, Target};
use crate::config::File;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Set an admin's password, which ends their sessions
    Password(Password),
    /// Print a password, read from standard input, as a workspace file takes it
    Hash,
}

#[derive(Debug, Args)]
pub(crate) struct Password {
    /// The workspace
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// The admin
    #[arg(long)]
    email: String,
    /// Make a password and print it, instead of reading the first line of standard input
    #[arg(long)]
    generate: bool,
    #[command(flatten)]
    target: Target,
}

pub(crate) fn run(command: Command, file: &File) -> Result {
    match command {
        Command::Password(password) => set(password, file),
        Command::Hash => super::say(hashed(&typed()?)?),
    }
}

fn set(arguments: Password, file: &File) -> Result {
    let db = arguments.target.open(file)?;
    let password = if arguments.generate { passwords::generate()? } else { typed()? };
    let hash = hashed(&password)?;
    let (workspace, email) = (arguments.workspace, arguments.email);
    db.write_sync(move |tx| {
        let tenant = workspaces::known(tx, &workspace)?.into();
        let actor = Actor::system(Arc::new(tenant), None);
        let id = admins::named(tx, &workspace, Some(&email))?;
        let admin = admins::find(tx, &actor, id, Kind::AdminNotFound)?.admin;
        sign_in::set_password(tx, &actor, &admin, &hash)?;
        Ok::<_, Error>(())
    })?;
    db.close();
    if arguments.generate { super::say(password) } else { Ok(()) }
}

/// The first line of standard input.
fn typed() -> Result<String> {
    let line = std::io::stdin().lines().next().transpose().map_err(Failure::new)?.unwrap_or_default();
    if line.is_empty() {
        return Err(Failure::Usage("no password came on standard input; --generate makes one".to_owned()));
    }
    Ok(line)
}

fn hashed(password: &str) -> Result<String> {
    passwords::hash(password).map_err(|e| match e.cause {
        None => Failure::Usage(e.message.into_owned()),
        Some(_) => e.into(),
    })
}
