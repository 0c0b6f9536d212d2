//! `deskwire app`

use clap::{Args, Subcommand};
use deskwire_api::auth::Scopes;
use deskwire_domain::apps::settings::New;
use deskwire_domain::apps::{self, App, Changes};
use deskwire_domain::error::Error;
use deskwire_domain::{Cx, admins, times};
use serde::Serialize;

use super::{Failure, In, Result};

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Register an app, and print its client id and secret as JSON; the secret is not shown again
    Create(Create),
    /// Change an app; existing tokens keep their scopes
    Update(Update),
    /// Give an app a new client secret, and print it; the old one is refused at once, and tokens stay valid
    RotateSecret(One),
    /// List apps with the admins who authorized them, one JSON object per line
    List(List),
    /// Revoke all tokens and authorizations of an app, and notify its uninstall URL
    Uninstall(One),
    /// Uninstall an app and delete it, with its webhook subscription and deliveries
    Remove(One),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// Its name, unique in the workspace
    #[arg(long)]
    name: String,
    /// The URL that users are redirected to after authorizing it; may be repeated
    #[arg(long, value_name = "URL", required = true)]
    redirect_uri: Vec<String>,
    /// The scopes it asks for, separated by commas, or all; `deskwire scopes list` shows them
    #[arg(long, value_name = "LIST")]
    scopes: String,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    within: In,
}

/// Optional properties of an app.
#[derive(Debug, Args)]
struct Settings {
    /// The URL that is notified when it is uninstalled; empty for none
    #[arg(long, value_name = "URL")]
    uninstall_url: Option<String>,
    /// The API version of its requests without an Intercom-Version header, and of its webhooks; empty for 2.16
    #[arg(long, value_name = "VERSION", value_parser = version_or_none)]
    api_version: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The app's client id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    client_id: String,
    /// Its new name
    #[arg(long, required_unless_present_any = ["redirect_uri", "scopes", "uninstall_url", "api_version"])]
    name: Option<String>,
    /// The new redirect URI, which replaces all existing ones; may be repeated
    #[arg(long, value_name = "URL")]
    redirect_uri: Vec<String>,
    /// The scopes it asks for, separated by commas, or all; `deskwire scopes list` shows them
    #[arg(long, value_name = "LIST")]
    scopes: Option<String>,
    #[command(flatten)]
    settings: Settings,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// The app's client id
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    client_id: String,
    #[command(flatten)]
    within: In,
}

#[derive(Serialize)]
struct Made {
    client_id: String,
    client_secret: String,
}

pub(crate) fn run(command: Command) -> Result {
    match command {
        Command::Create(create) => make(create),
        Command::Update(update) => change(update),
        Command::RotateSecret(one) => rotate(one),
        Command::List(list) => show(&list),
        Command::Uninstall(one) => end(one, |cx, app| apps::settings::uninstall(cx, app.id, None)),
        Command::Remove(one) => end(one, |cx, app| apps::settings::end(cx, app.id, None)),
    }
}

fn make(create: Create) -> Result {
    let scopes = super::token::scopes(&create.scopes)?;
    check_name(&create.name)?;
    check_uris(&create.redirect_uri)?;
    let Changes { api_version, uninstall_url, .. } = create.settings.changes()?;
    let new = New { name: create.name, redirect_uris: create.redirect_uri, scopes, api_version, uninstall_url };
    let made = create.within.write(move |cx| {
        let made = apps::settings::register(cx, &new, None)?;
        Ok::<_, Error>(Made { client_id: made.client_id, client_secret: made.client_secret })
    })?;
    super::print_json(&made)
}

fn rotate(one: One) -> Result {
    let client_id = one.client_id;
    let made = one.within.write(move |cx| {
        let app = apps::named(cx, &client_id)?;
        let client_secret = apps::settings::renew_secret(cx, app.id, None)?;
        Ok::<_, Error>(Made { client_id: app.client_id, client_secret })
    })?;
    super::print_json(&made)
}

fn change(update: Update) -> Result {
    let mut changes = update.settings.changes()?;
    changes.scopes = update.scopes.as_deref().map(super::token::scopes).transpose()?;
    update.name.as_deref().map_or(Ok(()), check_name)?;
    changes.name = update.name;
    check_uris(&update.redirect_uri)?;
    changes.redirect_uris = (!update.redirect_uri.is_empty()).then_some(update.redirect_uri);
    let client_id = update.client_id;
    let lagging = update.within.write(move |cx| {
        let app = apps::named(cx, &client_id)?;
        let app = apps::settings::change(cx, app.id, &changes, None)?;
        let listed = apps::list(cx)?.into_iter().find(|(listed, _)| listed.id == app.id);
        let installs = listed.map(|(_, installs)| installs).unwrap_or_default();
        Ok::<_, Error>(installs.iter().filter(|install| Scopes::differ(&app.scopes, &install.scopes)).count())
    })?;
    if lagging > 0 {
        super::note(format_args!("{lagging} of its users must authorize it again to grant the scopes it now asks for"));
    }
    Ok(())
}

/// An app as `app list` prints it.
#[derive(Serialize)]
struct Listed {
    client_id: String,
    name: String,
    scopes: Vec<String>,
    redirect_uris: Vec<String>,
    uninstall_url: Option<String>,
    api_version: Option<String>,
    created_at: String,
    updated_at: String,
    installs: Vec<Installed>,
}

/// An admin who authorized it, and the scopes granted.
#[derive(Serialize)]
struct Installed {
    admin: Option<String>,
    scopes: Vec<String>,
    /// Whether the app now requests other scopes.
    lags: bool,
    live_tokens: i64,
    installed_at: String,
    authorized_at: String,
}

fn show(list: &List) -> Result {
    let (found, people) = list.within.read(|cx| Ok::<_, Error>((apps::list(cx)?, admins::list(cx)?)))?;
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    let email = |id| people.iter().find(|full| full.admin.id == id).map(|full| full.admin.email.clone());
    found.into_iter().try_for_each(|(app, installs)| {
        let installed = installs.into_iter().map(|install| Installed {
            admin: email(install.admin_id),
            scopes: words(&install.scopes),
            lags: Scopes::differ(&app.scopes, &install.scopes),
            live_tokens: install.tokens,
            installed_at: times::iso(install.created_at),
            authorized_at: times::iso(install.authorized_at),
        });
        super::print_json(&Listed {
            installs: installed.collect(),
            scopes: words(&app.scopes),
            redirect_uris: words(&app.redirect_uris),
            client_id: app.client_id,
            name: app.name,
            uninstall_url: app.uninstall_url,
            api_version: app.api_version,
            created_at: times::iso(app.created_at),
            updated_at: times::iso(app.updated_at),
        })
    })
}

fn end(one: One, verb: impl Fn(&mut Cx, &App) -> Result<u64, Error> + Send + 'static) -> Result {
    let client_id = one.client_id;
    let ended = one.within.write(move |cx| {
        let app = apps::named(cx, &client_id)?;
        verb(cx, &app)
    })?;
    super::note(format_args!("{ended} tokens were revoked"));
    Ok(())
}

impl Settings {
    fn changes(self) -> Result<Changes> {
        if let Some(url) = self.uninstall_url.as_deref().filter(|url| !url.is_empty() && !apps::is_web_url(url)) {
            return Err(Failure::Usage(format!("--uninstall-url {url} is not a https:// or http:// URL")));
        }
        Ok(Changes { uninstall_url: self.uninstall_url, api_version: self.api_version, ..Changes::default() })
    }
}

fn version_or_none(text: &str) -> Result<String, String> {
    if text.is_empty() { Ok(String::new()) } else { super::api_version(text) }
}

fn check_name(name: &str) -> Result {
    if name.trim().is_empty() { Err(Failure::Usage("--name must not be empty".to_owned())) } else { Ok(()) }
}

/// Validates redirect URIs, and warns of those without TLS.
fn check_uris(uris: &[String]) -> Result {
    if let Some(wrong) = uris.iter().find(|uri| !apps::is_web_url(uri)) {
        let message = "is not a https:// or http:// URL, or has a fragment or characters that must be percent-encoded";
        return Err(Failure::Usage(format!("--redirect-uri {wrong} {message}")));
    }
    for open in uris.iter().filter(|uri| apps::is_open_to_readers(uri)) {
        super::note(format_args!("{open} is not https://: authorization codes sent there can be intercepted"));
    }
    Ok(())
}
