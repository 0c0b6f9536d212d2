//! The demo: a workspace with sample data of every kind, created from `demo/workspace.toml` and by the verbs that the
//! API calls.

mod ai_content;
mod articles;
mod audiences;
mod banners;
mod calls;
mod companies;
mod conversations;
mod crowd;
mod data_connectors;
mod fin;
mod internal_content;
mod keys;
mod news;
mod objects;
mod people;
mod settings;
mod texts;
mod tickets;

use deskwire_domain::Cx;
use std::path::Path;
use std::sync::Arc;

use deskwire_domain::{Actor, workspaces};
use deskwire_store::{Db, Files, Tx};

pub(crate) use keys::{Keep, Keys, Wanted};

use crate::cli::{Failure, Result, print_line};
use crate::workspace_file::{Refused, WorkspaceFile};

const DAY: i64 = 86_400;
const RECORDING: &[u8] = include_bytes!("../../demo/call.wav");
const SOURCE: &str = include_str!("../../demo/workspace.toml");

/// Creates the demo in one transaction unless it exists, and ensures its token and password. `url` is the URL of its
/// server.
pub(crate) fn prepare(db: &Db, files: &Files, url: &str, wanted: Wanted) -> Result<Keys> {
    let mut file = WorkspaceFile::parse(Path::new("demo/workspace.toml"), SOURCE.to_owned())?;
    let (name, url, files) = (file.name().unwrap_or("Demo").to_owned(), url.to_owned(), files.clone());
    let there = db.search_sync(workspaces::all)?;
    if !there.is_empty() && there.iter().all(|workspace| workspace.name != name) {
        let what = "the database has a workspace that is not the demo's: choose another database for the demo";
        return Err(Failure::new(what));
    }
    let workspace = db.write_sync(move |tx| match workspaces::lock_name(tx, &name)? {
        Some(there) => Ok(there),
        None => make(tx, &mut file, &files, &name, &url),
    })?;
    keys::give(db, Arc::new(workspace.into()), wanted)
}

fn make(
    tx: &mut Tx<'_>,
    file: &mut WorkspaceFile,
    files: &Files,
    name: &str,
    url: &str,
) -> Result<workspaces::Workspace, Refused> {
    let now = tx.now();
    // The messages and calls in the file are from yesterday. Ada is the first admin.
    tx.set_now(now - DAY);
    let (id, admin) = workspaces::create(tx, name, "Ada Lovelace", "ada@example.com")?;
    let workspace = workspaces::known(&mut tx.within(&id))?;
    // The workspace is new, so no process removes its files.
    file.store_recordings_of(files, &id, |_| Ok(RECORDING.to_vec()))
        .map_err(|failure| Refused::File(failure.message()))?;
    let tenant = Arc::new(workspace.clone().into());
    file.apply(&mut Cx::new(tx, &Actor::system(tenant)))?;
    tx.set_now(now);
    let tenant = Arc::new(workspaces::known(&mut tx.within(&id))?.into());
    let actor = Actor::admin(tenant, admin);
    settings::fill(&mut Cx::new(tx, &actor))?;
    companies::fill(&mut Cx::new(tx, &actor))?;
    people::fill(&mut Cx::new(tx, &actor))?;
    conversations::fill(&mut Cx::new(tx, &actor))?;
    tickets::fill(&mut Cx::new(tx, &actor))?;
    objects::fill(&mut Cx::new(tx, &actor))?;
    articles::fill(&mut Cx::new(tx, &actor))?;
    news::fill(&mut Cx::new(tx, &actor))?;
    internal_content::fill(&mut Cx::new(tx, &actor))?;
    ai_content::fill(&mut Cx::new(tx, &actor))?;
    audiences::fill(&mut Cx::new(tx, &actor))?;
    fin::fill(&mut Cx::new(tx, &actor), url)?;
    banners::fill(&mut Cx::new(tx, &actor))?;
    data_connectors::fill(&mut Cx::new(tx, &actor))?;
    calls::fill(&mut Cx::new(tx, &actor))?;
    crowd::fill(&mut Cx::new(tx, &actor))?;
    Ok(workspace)
}

/// Prints the URL of the demo, its credentials and what to try.
pub(crate) fn introduce(url: &str, keys: &Keys) -> Result {
    let Keys { token, email, password, api_version, link } = keys;
    print_line("")?;
    print_line("Deskwire demo")?;
    print_line("")?;
    print_line(format_args!("URL:      {url}"))?;
    if is_local(url) {
        print_line(format_args!(
            "Inbox:    {url}/inbox/enter/{link} (signs in without a password; works once, on this machine only)"
        ))?;
    } else {
        print_line(format_args!("Inbox:    {url}/inbox/"))?;
    }
    print_line(format_args!("Token:    {token}"))?;
    print_line(format_args!("Version:  {api_version}, unless a request has an Intercom-Version header"))?;
    print_line(format_args!(
        "Sign-in:  {email}, password {password} (for the inbox, and for apps that ask for access)"
    ))?;
    print_line("")?;
    print_line("Try these in another terminal; Ctrl+C stops the demo:")?;
    print_line("")?;
    let auth = format!("-H 'Authorization: Bearer {token}'");
    let json = "-H 'Content-Type: application/json'";
    print_line(format_args!("curl {auth} {url}/me"))?;
    print_line(format_args!("curl {auth} {url}/conversations"))?;
    print_line(format_args!(
        "curl {auth} {json} -d '{{\"role\": \"user\", \"email\": \"you@example.com\"}}' {url}/contacts"
    ))?;
    print_line("")
}

/// Whether a URL is reachable from this machine only.
fn is_local(url: &str) -> bool {
    ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"].iter().any(|start| url.starts_with(start))
}
