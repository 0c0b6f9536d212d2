//! `deskwire app`

use std::sync::Arc;

use clap::{Args, Subcommand};
use deskwire_api::auth::Scopes;
use deskwire_api::versions::Version;
use deskwire_domain::apps::{self, Changes};
use deskwire_domain::error::Error;
use deskwire_domain::{Actor, admins, oauth, workspaces};
use serde::Serialize;

use super::{Failure, Result, Target};
use crate::config::File;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Register an app; prints its id and secret as JSON, the secret once
    Create(Create),
    /// Change an app; tokens granted before keep the scopes they were granted with
    Update(Update),
    /// List the apps with those who let them in, one a line as JSON
    List(List),
    /// End all that an app may do in its workspace, and tell it
    Uninstall(Uninstall),
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
    settings: Settings,
    #[command(flatten)]
    target: Target,
}

/// What an app need not have.
#[derive(Debug, Args)]
struct Settings {
    /// Where it is told that it was uninstalled; empty for nowhere
    #[arg(long, value_name = "URL")]
    uninstall_url: Option<String>,
    /// The version of its requests that name none; empty for the newest
    #[arg(long, value_name = "VERSION")]
    api_version: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The workspace it belongs to
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// The app
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// What it is called
    #[arg(long)]
    name: Option<String>,
    /// Where users come back to, instead of where they came back to before; may be given more than once
    #[arg(long, value_name = "URL")]
    redirect_uri: Vec<String>,
    /// What it may ask for: names separated by commas, or all
    #[arg(long)]
    scopes: Option<String>,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// The workspace
    #[arg(long, value_name = "ID")]
    workspace: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct Uninstall {
    /// The workspace it belongs to
    #[arg(long, value_name = "ID")]
    workspace: String,
    /// The app
    #[arg(long, value_name = "ID")]
    client_id: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Serialize)]
struct Made {
    client_id: String,
    client_secret: String,
}

pub(crate) fn run(command: Command, file: &File) -> Result {
    match command {
        Command::Create(create) => make(create, file),
        Command::Update(update) => change(update, file),
        Command::List(list) => show(list, file),
        Command::Uninstall(uninstall) => end(uninstall, file),
    }
}

fn make(create: Create, file: &File) -> Result {
    let scopes = super::token::scopes(&create.scopes)?;
    check_uris(&create.redirect_uri)?;
    let settings = create.settings.changes()?;
    let db = create.target.open(file)?;
    let made = db.write_sync(move |tx| {
        workspaces::known(tx, &create.workspace)?;
        let made = apps::create(tx, &create.workspace, create.name.trim(), &create.redirect_uri, &scopes)?;
        apps::update(tx, &create.workspace, &made.client_id, &settings)?;
        Ok::<_, Error>(Made { client_id: made.client_id, client_secret: made.client_secret })
    })?;
    db.close();
    super::say_json(&made)
}

fn change(update: Update, file: &File) -> Result {
    let mut changes = update.settings.changes()?;
    changes.scopes = update.scopes.as_deref().map(super::token::scopes).transpose()?;
    if update.name.as_deref().is_some_and(|name| name.trim().is_empty()) {
        return Err(Failure::Usage("--name must not be empty".to_owned()));
    }
    changes.name = update.name;
    check_uris(&update.redirect_uri)?;
    changes.redirect_uris = (!update.redirect_uri.is_empty()).then_some(update.redirect_uri);
    let db = update.target.open(file)?;
    let lagging = db.write_sync(move |tx| {
        workspaces::known(tx, &update.workspace)?;
        let app = apps::update(tx, &update.workspace, &update.client_id, &changes)?;
        let listed = apps::list(tx, &update.workspace)?.into_iter().find(|(listed, _)| listed.id == app.id);
        let installs = listed.map(|(_, installs)| installs).unwrap_or_default();
        Ok::<_, Error>(installs.iter().filter(|install| lags(&app.scopes, &install.scopes)).count())
    })?;
    db.close();
    if lagging > 0 {
        eprintln!("{lagging} of its users have to authorize it again to grant what it asks for now");
    }
    Ok(())
}

/// An app as it is listed.
#[derive(Serialize)]
struct Listed {
    client_id: String,
    name: String,
    scopes: Vec<String>,
    redirect_uris: Vec<String>,
    uninstall_url: Option<String>,
    api_version: Option<String>,
    created_at: i64,
    updated_at: i64,
    installs: Vec<Installed>,
}

/// Who let it in, and with what.
#[derive(Serialize)]
struct Installed {
    admin: Option<String>,
    scopes: Vec<String>,
    /// Whether the app asks for something else by now.
    lags: bool,
    live_tokens: i64,
    installed_at: i64,
    authorized_at: i64,
}

fn show(list: List, file: &File) -> Result {
    let db = list.target.open(file)?;
    let (found, people) = db.search_sync(move |tx| {
        let tenant = workspaces::known(tx, &list.workspace)?.into();
        let actor = Actor::system(Arc::new(tenant), None);
        Ok::<_, Error>((apps::list(tx, &list.workspace)?, admins::list(tx, &actor)?))
    })?;
    db.close();
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let email = |id| people.iter().find(|full| full.admin.id == id).map(|full| full.admin.email.clone());
    found.into_iter().try_for_each(|(app, installs)| {
        let installed = installs.into_iter().map(|install| Installed {
            admin: email(install.admin_id),
            scopes: words(&install.scopes),
            lags: lags(&app.scopes, &install.scopes),
            live_tokens: install.tokens,
            installed_at: install.created_at,
            authorized_at: install.authorized_at,
        });
        super::say_json(&Listed {
            installs: installed.collect(),
            scopes: words(&app.scopes),
            redirect_uris: words(&app.redirect_uris),
            client_id: app.client_id,
            name: app.name,
            uninstall_url: app.uninstall_url,
            api_version: app.api_version,
            created_at: app.created_at,
            updated_at: app.updated_at,
        })
    })
}

/// Whether what was granted is not what is asked for, however either is written.
fn lags(asked: &str, granted: &str) -> bool {
    Scopes::parse_known(asked) != Scopes::parse_known(granted)
}

fn end(uninstall: Uninstall, file: &File) -> Result {
    let db = uninstall.target.open(file)?;
    let ended = db.write_sync(move |tx| {
        let tenant = workspaces::known(tx, &uninstall.workspace)?.into();
        let actor = Actor::system(Arc::new(tenant), None);
        let app = apps::named(tx, &uninstall.workspace, &uninstall.client_id)?;
        oauth::uninstall_app(tx, &actor, &app, None)
    })?;
    db.close();
    eprintln!("{ended} tokens ended");
    Ok(())
}

impl Settings {
    fn changes(self) -> Result<Changes> {
        if let Some(url) = self.uninstall_url.as_deref().filter(|url| !url.is_empty() && !apps::is_web_url(url)) {
            return Err(Failure::Usage(format!("--uninstall-url {url} is not a https:// or http:// URL")));
        }
        let api_version = match self.api_version {
            Some(text) if !text.is_empty() => {
                let version = Version::parse(&text);
                let version = version.ok_or_else(|| Failure::Usage(format!("there is no API version {text}")))?;
                Some(version.as_str().to_owned())
            }
            other => other,
        };
        Ok(Changes { uninstall_url: self.uninstall_url, api_version, ..Changes::default() })
    }
}

/// Whether users can be sent to these; who sends them in the clear is warned.
fn check_uris(uris: &[String]) -> Result {
    if let Some(wrong) = uris.iter().find(|uri| !apps::is_web_url(uri)) {
        let words = "is not a https:// or http:// URL, or has a fragment or signs that must be percent-encoded";
        return Err(Failure::Usage(format!("--redirect-uri {wrong} {words}")));
    }
    for open in uris.iter().filter(|uri| apps::is_open_to_readers(uri)) {
        eprintln!("{open} is not https://: codes sent there can be read on the way");
    }
    Ok(())
}
