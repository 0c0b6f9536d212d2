//! `deskwire token` and `deskwire scopes`

use clap::{Args, Subcommand};
use deskwire_api::auth::{Scope, Scopes};
use deskwire_domain::error::Error;
use deskwire_domain::ids::TokenId;
use deskwire_domain::tokens::{self, Listed};
use deskwire_domain::{admins, times};
use serde::Serialize;

use super::{Failure, In, Result};
use crate::terminal;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create an access token, and print it; it is not shown again
    Create(Create),
    /// List access tokens, one JSON object per line; the tokens themselves are not stored
    List(List),
    /// Revoke an access token; every server refuses it within a second
    Revoke(Revoke),
}

#[derive(Debug, Subcommand)]
pub(crate) enum ScopesCommand {
    /// Print the name of each scope; `all` stands for all of them
    List,
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The admin it acts as [default: the first admin of the workspace]
    #[arg(long, value_name = "EMAIL")]
    admin: Option<String>,
    /// Its scopes, separated by commas, or all; `deskwire scopes list` shows them
    #[arg(long, value_name = "LIST")]
    scopes: String,
    /// A name to recognize it by in lists
    #[arg(long)]
    name: Option<String>,
    /// The API version of its requests without an Intercom-Version header [default: 2.16]
    #[arg(long, value_name = "VERSION", value_parser = super::api_version)]
    api_version: Option<String>,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// List revoked tokens too
    #[arg(long)]
    revoked: bool,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct Revoke {
    /// The token's id, as `token list` shows it
    #[arg(long, conflicts_with = "token", value_parser = super::id)]
    id: Option<i64>,
    /// The token itself, if --id is not given [default: prompted for at a terminal, else the first line of standard
    /// input]
    #[arg(long, env, hide_env_values = true, allow_hyphen_values = true)]
    token: Option<String>,
    #[command(flatten)]
    within: In,
}

pub(crate) fn run(command: Command) -> Result {
    match command {
        Command::Create(create) => make(create),
        Command::List(list) => show(&list),
        Command::Revoke(revoke) => end(&revoke),
    }
}

pub(crate) fn list_scopes() -> Result {
    super::print_line("all")?;
    Scope::ALL.iter().try_for_each(|scope| super::print_line(scope.as_str()))
}

fn make(create: Create) -> Result {
    let scopes = scopes(&create.scopes)?;
    let (email, name, api_version) = (create.admin, create.name, create.api_version);
    let token = create.within.write(move |cx| {
        let admin_id = admins::named(cx, email.as_deref())?;
        let token = tokens::generate()?;
        let new = tokens::New {
            app_id: None,
            admin_id,
            token: &token,
            scopes: &scopes,
            name: name.as_deref().map(str::trim).filter(|name| !name.is_empty()),
            api_version: api_version.as_deref(),
        };
        tokens::issue(cx, &new, None)?;
        Ok::<_, Error>(token)
    })?;
    super::print_line(token)
}

/// A token as it is printed.
#[derive(Serialize)]
struct Printed<'a> {
    id: i64,
    name: Option<&'a str>,
    app: Option<&'a str>,
    admin: &'a str,
    scopes: Vec<&'a str>,
    api_version: Option<&'a str>,
    created_at: String,
    last_used_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<String>,
}

fn show(list: &List) -> Result {
    let revoked = list.revoked;
    let found = list.within.read::<_, Error>(move |cx| tokens::list(cx, revoked))?;
    found.iter().try_for_each(|token: &Listed| {
        super::print_json(&Printed {
            id: token.id.number(),
            name: token.name.as_deref(),
            app: token.app.as_deref(),
            admin: &token.admin_email,
            scopes: token.scopes.split(' ').collect(),
            api_version: token.api_version.as_deref(),
            created_at: times::iso(token.created_at),
            last_used_at: token.last_used_at.map(times::iso),
            revoked_at: token.revoked_at.map(times::iso),
        })
    })
}

fn end(revoke: &Revoke) -> Result {
    let ended = match revoke.id {
        Some(id) => revoke.within.write::<_, Error>(move |cx| tokens::revoke(cx, TokenId::new(id)))?,
        None => end_by_itself(revoke)?,
    };
    if ended {
        super::note("The token was revoked; servers refuse it within a second");
        return Ok(());
    }
    Err(Failure::new("there is no such token, or it has been revoked already"))
}

/// Revokes a token given by itself, which determines the workspace.
fn end_by_itself(revoke: &Revoke) -> Result<bool> {
    let token = match &revoke.token {
        Some(token) => token.clone(),
        None => terminal::secret("Token: ", "no token came on standard input: use --id, or --token")?,
    };
    let hash = tokens::hash(token.trim());
    let db = revoke.within.target.open()?;
    let ended = db.write_sync(move |tx| {
        let Some((grant, _)) = tokens::find(tx, &hash)? else { return Ok::<_, Error>(false) };
        tokens::revoke(&mut tx.within(&grant.tenant.id), grant.token_id)
    })?;
    db.close();
    Ok(ended)
}

/// Parses scopes to their stored form.
pub(crate) fn scopes(text: &str) -> Result<String> {
    let names: Vec<&str> = text.split([',', ' ']).filter(|n| !n.is_empty()).collect();
    if names.is_empty() {
        return Err(Failure::Usage("--scopes must name a scope, or be all".to_owned()));
    }
    Scopes::parse(text).map_err(|unknown| {
        Failure::Usage(format!("there is no scope {unknown}; `deskwire scopes list` shows the scopes"))
    })?;
    Ok(names.join(" "))
}
