//! The demo: a workspace of everything, made from `demo/workspace.toml` and by the verbs that the API calls.

mod companies;
mod conversations;
mod objects;
mod people;
mod tickets;

use std::path::Path;
use std::sync::Arc;

use deskwire_domain::sign_in::{self, passwords};
use deskwire_domain::{Actor, Kind, admins, tokens, workspaces};
use deskwire_store::{Db, Tx};

use crate::cli::{Result, say};
use crate::workspace_file::{Refused, WorkspaceFile};

const SOURCE: &str = include_str!("../../demo/workspace.toml");

/// What opens the demo.
pub(crate) struct Keys {
    /// An access token.
    token: String,
    /// Whether it is new.
    is_new: bool,
    /// The email address of an admin.
    email: String,
    /// Their password.
    password: String,
}

/// Fills the demo if it is not there yet, and gives it a token and a password.
pub(crate) fn prepare(db: &Db, token: Option<String>) -> Result<Keys> {
    let file = WorkspaceFile::parse(Path::new("demo/workspace.toml"), SOURCE.to_owned())?;
    let name = file.name().unwrap_or("Demo").to_owned();
    let (text, is_new) = match token {
        Some(token) => (token, false),
        None => (tokens::generate()?, true),
    };
    let token = text.clone();
    let password = passwords::generate()?;
    let hash = passwords::hash(&password)?;
    // All in one transaction: a demo is whole or not there.
    let email = db.write_sync(move |tx| {
        let found = workspaces::all(tx)?.into_iter().find(|w| w.name == name);
        let workspace = match found {
            Some(workspace) => workspace,
            None => make(tx, &file, &name)?,
        };
        let admin = admins::named(tx, &workspace.id, None)?;
        if !tokens::create(tx, &workspace.id, None, admin, &token, "all")? {
            let known = tokens::find(tx, &tokens::hash(&token))?;
            if known.is_none_or(|(grant, _)| grant.tenant.id != workspace.id) {
                return Err(Refused::File("this token was ended, or belongs to another workspace".to_owned()));
            }
        }
        let tenant = Arc::new(workspace.into());
        let actor = Actor::system(tenant, None);
        let admin = admins::find(tx, &actor, admin, Kind::AdminNotFound)?.admin;
        sign_in::set_password(tx, &actor, &admin, &hash)?;
        Ok::<_, Refused>(admin.email)
    })?;
    Ok(Keys { token: text, is_new, email, password })
}

fn make(tx: &mut Tx<'_>, file: &WorkspaceFile, name: &str) -> Result<workspaces::Workspace, Refused> {
    let (id, admin) = workspaces::create(tx, name, "Ada Lovelace", "ada@example.com")?;
    let workspace = workspaces::known(tx, &id)?;
    let tenant = Arc::new(workspace.clone().into());
    file.apply(tx, &Actor::system(tenant, None))?;
    let tenant = Arc::new(workspaces::known(tx, &id)?.into());
    let actor = Actor::system(tenant, Some(admin));
    companies::fill(tx, &actor)?;
    people::fill(tx, &actor)?;
    conversations::fill(tx, &actor)?;
    tickets::fill(tx, &actor)?;
    objects::fill(tx, &actor)?;
    Ok(workspace)
}

/// Tells where the demo is and what to try.
pub(crate) fn introduce(url: &str, keys: &Keys) -> Result {
    let Keys { token, is_new, email, password } = keys;
    if *is_new {
        eprintln!("The token is new, as at every start; --token or DESKWIRE_TOKEN keeps one.");
    }
    eprintln!("For apps that ask for access, {email} signs in with the password {password} (new at every start).");
    say(format_args!("URL:   {url}"))?;
    say(format_args!("Token: {token}"))?;
    let auth = format!("-H 'Authorization: Bearer {token}'");
    let json = "-H 'Content-Type: application/json'";
    say(format_args!("curl {auth} {url}/me"))?;
    say(format_args!("curl {auth} {url}/conversations"))?;
    say(format_args!("curl {auth} {json} -d '{{\"role\": \"user\", \"email\": \"you@example.com\"}}' {url}/contacts"))
}
