//! The workspace file: what a workspace has that the API cannot make, as TOML.
//!
//! A file is applied in one transaction. Each kind is declared by the domain; here is only which kinds there are, in
//! which order, and where in the file what is wrong stands.

mod prune;

use deskwire_domain::{Cx, Removed};
use std::collections::HashSet;
use std::path::Path;

use deskwire_api::auth::Scopes;
use deskwire_api::topics;
use deskwire_api::versions::Version;
use deskwire_domain::{
    Error, admins, apps, away_reasons, conversation_attributes, custom_objects, data_attributes, help_centers,
    newsfeeds, segments, subscriptions, tags, teams, ticket_states, ticket_types, visitors, webhooks, workspaces,
};
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::cli::webhooks::{no_topic, unheard};
use crate::cli::{Failure, Result};
use crate::config;

/// Everything a file may say.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct Contents {
    workspace: Option<Spanned<workspaces::Declared>>,
    roles: Vec<Spanned<admins::Role>>,
    admins: Vec<Spanned<admins::Declared>>,
    teams: Vec<Spanned<teams::Declared>>,
    away_status_reasons: Vec<Spanned<away_reasons::Declared>>,
    data_attributes: Vec<Spanned<data_attributes::Declared>>,
    object_types: Vec<Spanned<custom_objects::Declared>>,
    conversation_attributes: Vec<Spanned<conversation_attributes::Declared>>,
    tags: Vec<Spanned<tags::Declared>>,
    subscription_types: Vec<Spanned<subscriptions::Declared>>,
    segments: Vec<Spanned<segments::Declared>>,
    #[serde(skip_serializing)]
    visitors: Vec<Spanned<visitors::Declared>>,
    ticket_types: Vec<Spanned<ticket_types::Declared>>,
    ticket_states: Vec<Spanned<ticket_states::Declared>>,
    help_centers: Vec<Spanned<help_centers::Declared>>,
    newsfeeds: Vec<Spanned<newsfeeds::Declared>>,
    apps: Vec<Spanned<apps::Declared>>,
    webhooks: Vec<Spanned<webhooks::Declared>>,
}

/// A file that was read and understood.
#[derive(Debug, Clone)]
pub(crate) struct WorkspaceFile {
    path: String,
    text: String,
    contents: Contents,
}

/// What applying a file does to one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It is created.
    Created,
    /// It is changed.
    Changed,
    /// It is removed, which affects these.
    Removed(String),
}

impl std::fmt::Display for Effect {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Created => f.write_str("created"),
            Self::Changed => f.write_str("changed"),
            Self::Removed(affected) => write!(f, "removed (affects {affected})"),
        }
    }
}

/// Counts of things, in words.
fn affected(uses: &[(&str, i64)]) -> String {
    let some = uses.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| match (count, kind.strip_suffix('y')) {
        (1, _) => format!("1 {kind}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {kind}s"),
    });
    let some: Vec<String> = some.collect();
    if some.is_empty() { "nothing".to_owned() } else { some.join(", ") }
}

/// What applying a file did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What is no longer as it was, and how.
    pub(crate) effects: Vec<(String, Effect)>,
    /// What stays although the file says or does not say it, and what will not work as it might seem, a line each.
    pub(crate) notes: Vec<String>,
}

impl Outcome {
    /// How many things were removed.
    pub(crate) fn removed(&self) -> usize {
        self.effects.iter().filter(|(_, effect)| matches!(effect, Effect::Removed(_))).count()
    }

    fn remove(&mut self, kind: &str, removed: &[Removed]) {
        for Removed { name, uses } in removed {
            self.effects.push((format!("{kind} {name:?}"), Effect::Removed(affected(uses))));
        }
    }
}

/// What a file may declare many of.
trait Item {
    /// What it is called in messages.
    const KIND: &'static str;
    /// What people call it by.
    fn label(&self) -> &str;
    /// What tells it from others of its kind.
    fn key(&self) -> String {
        self.label().trim().to_owned()
    }
}

macro_rules! items {
    ($($kind:literal: $type:ty, $name:ident $(, |$item:ident| $key:expr)?;)*) => {
        $(impl Item for $type {
            const KIND: &'static str = $kind;
            fn label(&self) -> &str {
                &self.$name
            }
            $(fn key(&self) -> String {
                let $item = self;
                $key
            })?
        })*
    };
}

items! {
    "role": admins::Role, name;
    "admin": admins::Declared, email, |admin| admin.email.trim().to_lowercase();
    "team": teams::Declared, name;
    "away status reason": away_reasons::Declared, label;
    "data attribute": data_attributes::Declared, name;
    "object type": custom_objects::Declared, identifier;
    "conversation attribute": conversation_attributes::Declared, name;
    "tag": tags::Declared, name, |tag| tag.name.trim().to_lowercase();
    "subscription type": subscriptions::Declared, name, |kind| kind.name.clone();
    "segment": segments::Declared, name, |segment| format!("{} ({})", segment.name, segment.person_type);
    "visitor": visitors::Declared, user_id;
    "help center": help_centers::Declared, identifier;
    "newsfeed": newsfeeds::Declared, name;
    "app": apps::Declared, name, |app| app.client_id.trim().to_owned();
    "webhooks": webhooks::Declared, app;
    "ticket type": ticket_types::Declared, name;
    "ticket state": ticket_states::Declared, internal_label;
}

/// Why a file was not applied.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The database's fault.
    Store(deskwire_store::Error),
    /// Something in the file, in words that name the line.
    File(String),
}

impl From<deskwire_store::Error> for Refused {
    fn from(error: deskwire_store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::File(error.cause.unwrap_or_else(|| error.message.into_owned()))
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Store(error) => error.into(),
            Refused::File(message) => Failure::new(message),
        }
    }
}

impl WorkspaceFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).map_err(|e| Failure::new(format!("cannot read {}: {e}", path.display())))?;
        Self::parse(path, text)
    }

    /// Understands a text; `path` is where it says to be from.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self> {
        let contents = config::parse(path, &text)?;
        let file = Self { path: path.display().to_string(), text, contents };
        file.check()?;
        Ok(file)
    }

    /// Nothing may be declared twice: the second would undo the first each time.
    fn check(&self) -> Result {
        let c = &self.contents;
        self.unique(&c.roles, Item::key)?;
        self.unique(&c.admins, Item::key)?;
        self.unique(&c.teams, Item::key)?;
        self.unique(&c.away_status_reasons, Item::key)?;
        self.unique(&c.data_attributes, Item::key)?;
        self.unique(&c.object_types, Item::key)?;
        self.unique(&c.conversation_attributes, Item::key)?;
        self.unique(&c.tags, Item::key)?;
        self.unique(&c.subscription_types, Item::key)?;
        self.unique(&c.segments, Item::key)?;
        self.unique(&c.visitors, Item::key)?;
        self.unique(&c.ticket_types, Item::key)?;
        self.unique(&c.ticket_states, Item::key)?;
        self.unique(&c.help_centers, Item::key)?;
        self.unique(&c.newsfeeds, Item::key)?;
        self.unique(&c.apps, Item::key)?;
        self.unique(&c.apps, |app| app.name.trim().to_owned())?;
        self.unique(&c.webhooks, Item::key)
    }

    fn unique<T: Item>(&self, items: &[Spanned<T>], key: impl Fn(&T) -> String) -> Result {
        let mut seen = HashSet::new();
        for item in items {
            let key = key(item.get_ref());
            if !seen.insert(key.clone()) {
                let (place, kind) = (self.place(item.span().start), T::KIND);
                return Err(Failure::new(format!("{place}: the {kind} {key:?} is declared twice")));
            }
        }
        Ok(())
    }

    /// The name of the workspace.
    pub(crate) fn name(&self) -> Option<&str> {
        self.contents.workspace.as_ref()?.get_ref().name.as_deref()
    }

    /// Brings the actor's workspace to what the file says, and removes what it does not mention if told to.
    pub(crate) fn bring(&self, cx: &mut Cx, prune: bool) -> Result<Outcome, Refused> {
        let mut outcome = self.apply(cx)?;
        if prune {
            self.prune(cx, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Brings the actor's workspace to what the file says.
    pub(crate) fn apply(&self, cx: &mut Cx) -> Result<Outcome, Refused> {
        let mut done = Outcome::default();
        let (c, before) = (&self.contents, contents(cx, false)?);
        if let Some(workspace) = &c.workspace
            && workspaces::declare(cx, workspace.get_ref()).map_err(|e| self.refused(workspace.span().start, e))?
        {
            done.effects.push(("workspace".to_owned(), Effect::Changed));
        }
        // Before the admins, who have them.
        self.declare(cx, &c.roles, &keys(&before.roles), admins::declare_role, &mut done)?;
        let were = admins::ever(cx)?.into_iter().map(|admin| admin.email.to_lowercase()).collect();
        self.declare(cx, &c.admins, &were, admins::declare, &mut done)?;
        self.stay_removed(cx, &mut done)?;
        self.declare(cx, &c.teams, &keys(&before.teams), teams::declare, &mut done)?;
        let (reasons, were) = (&c.away_status_reasons, keys(&before.away_status_reasons));
        self.declare(cx, reasons, &were, away_reasons::declare, &mut done)?;
        // Before the segments, which may ask for them.
        let (attributes, were) = (&c.data_attributes, keys(&before.data_attributes));
        self.declare(cx, attributes, &were, data_attributes::declare, &mut done)?;
        // All types are there before their relations, which may lead from each to any. One that is new has changed.
        let mut made = Vec::new();
        for item in &c.object_types {
            let new = custom_objects::announce(cx, item.get_ref());
            made.push(new.map_err(|e| self.refused(item.span().start, e))?);
        }
        let new = |t: &custom_objects::Declared| {
            c.object_types.iter().zip(&made).any(|(item, made)| *made && item.get_ref().identifier == t.identifier)
        };
        let declare = |cx: &mut Cx, t: &custom_objects::Declared| Ok(custom_objects::declare(cx, t)? || new(t));
        self.declare(cx, &c.object_types, &keys(&before.object_types), declare, &mut done)?;
        let (attributes, were) = (&c.conversation_attributes, keys(&before.conversation_attributes));
        self.declare(cx, attributes, &were, conversation_attributes::declare, &mut done)?;
        self.declare(cx, &c.tags, &keys(&before.tags), tags::declare, &mut done)?;
        let (types, were) = (&c.subscription_types, keys(&before.subscription_types));
        self.declare(cx, types, &were, subscriptions::declare, &mut done)?;
        self.declare(cx, &c.segments, &keys(&before.segments), segments::declare, &mut done)?;
        let were = keys(&spanned(visitors::declared(cx, c.visitors.iter().map(Spanned::get_ref))?));
        self.declare(cx, &c.visitors, &were, visitors::declare, &mut done)?;
        self.declare(cx, &c.help_centers, &keys(&before.help_centers), help_centers::declare, &mut done)?;
        self.declare(cx, &c.newsfeeds, &keys(&before.newsfeeds), newsfeeds::declare, &mut done)?;
        self.declare(cx, &c.apps, &keys(&before.apps), app, &mut done)?;
        // A file names their apps by client id or by name.
        let mut were = keys(&before.webhooks);
        let named = before.apps.iter().map(Spanned::get_ref).filter(|app| were.contains(&app.client_id));
        were.extend(named.map(|app| app.name.clone()).collect::<Vec<_>>());
        self.declare(cx, &c.webhooks, &were, declare_webhooks, &mut done)?;
        self.not_sent(cx, &mut done)?;
        self.declare(cx, &c.ticket_types, &keys(&before.ticket_types), ticket_types::declare, &mut done)?;
        // After the types, which they name.
        self.declare(cx, &c.ticket_states, &keys(&before.ticket_states), ticket_states::declare, &mut done)?;
        Ok(done)
    }

    /// Names the admins of the file who were removed: a file from before then does not bring them back.
    fn stay_removed(&self, cx: &mut Cx, outcome: &mut Outcome) -> Result<(), Refused> {
        for admin in admins::ever(cx)?.into_iter().filter(|a| a.removed_at.is_some()) {
            let named = |item: &&Spanned<admins::Declared>| item.get_ref().key() == admin.email.to_lowercase();
            if self.contents.admins.iter().find(named).is_some_and(|item| item.get_ref().removed.is_none()) {
                let message =
                    format!("admin {:?} stays removed: declare removed = false to bring them back", admin.email);
                outcome.notes.push(message);
            }
        }
        Ok(())
    }

    /// Names the topics of the file's webhooks that their apps do not get.
    fn not_sent(&self, cx: &mut Cx, outcome: &mut Outcome) -> Result<(), Refused> {
        for item in &self.contents.webhooks {
            let app = webhooks::app(cx, &item.get_ref().app)?;
            let topics = item.get_ref().topics.join(" ");
            let silent = unheard(&topics, &app.scopes, app.api_version.as_deref());
            outcome.notes.extend(silent.iter().map(|message| format!("webhooks {:?}: {message}", app.name)));
        }
        Ok(())
    }

    fn declare<T: Item>(
        &self,
        cx: &mut Cx,
        items: &[Spanned<T>],
        known: &HashSet<String>,
        verb: impl Fn(&mut Cx, &T) -> deskwire_domain::Result<bool>,
        outcome: &mut Outcome,
    ) -> Result<(), Refused> {
        for item in items {
            let changed = verb(cx, item.get_ref()).map_err(|e| self.refused(item.span().start, e))?;
            if changed {
                let effect = if known.contains(&item.get_ref().key()) { Effect::Changed } else { Effect::Created };
                outcome.effects.push((format!("{} {:?}", T::KIND, item.get_ref().label()), effect));
            }
        }
        Ok(())
    }

    fn refused(&self, at: usize, error: Error) -> Refused {
        use deskwire_domain::error::ErrorClass;
        match error.kind.class() {
            // A conflict with another transaction must reach the store as it is, or nothing would run again.
            ErrorClass::Internal | ErrorClass::Unavailable | ErrorClass::Timeout => error.into(),
            _ => Refused::File(format!("{}: {}", self.place(at), error.message)),
        }
    }

    fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, config::line(&self.text, at))
    }
}

/// The actor's workspace as a file that [`WorkspaceFile::apply`] takes: everything that files declare but visitors, who
/// are data. Password hashes and client secrets are left out unless asked for.
pub(crate) fn export(cx: &mut Cx, secrets: bool) -> Result<String, Error> {
    toml::to_string(&contents(cx, secrets)?).map_err(Error::internal)
}

fn contents(cx: &mut Cx, secrets: bool) -> Result<Contents, Error> {
    Ok(Contents {
        workspace: Some(Spanned::new(0..0, workspaces::declared(cx)?)),
        roles: spanned(admins::declared_roles(cx)?),
        admins: spanned(admins::declared(cx, secrets)?),
        teams: spanned(teams::declared(cx)?),
        away_status_reasons: spanned(away_reasons::declared(cx)?),
        data_attributes: spanned(data_attributes::declared(cx)?),
        object_types: spanned(custom_objects::declared(cx)?),
        conversation_attributes: spanned(conversation_attributes::declared(cx)?),
        tags: spanned(tags::declared(cx)?),
        subscription_types: spanned(subscriptions::declared(cx)?),
        segments: spanned(segments::declared(cx)?),
        visitors: Vec::new(),
        ticket_types: spanned(ticket_types::declared(cx)?),
        ticket_states: spanned(ticket_states::declared(cx)?),
        help_centers: spanned(help_centers::declared(cx)?),
        newsfeeds: spanned(newsfeeds::declared(cx)?),
        apps: spanned(apps::declared(cx, secrets)?),
        webhooks: spanned(webhooks::declared(cx)?),
    })
}

/// What tells some items from others of their kind.
fn keys<T: Item>(items: &[Spanned<T>]) -> HashSet<String> {
    items.iter().map(|item| item.get_ref().key()).collect()
}

/// Items that come from no file.
fn spanned<T>(items: Vec<T>) -> Vec<Spanned<T>> {
    items.into_iter().map(|item| Spanned::new(0..0, item)).collect()
}

/// Declares an app whose scopes and version are known.
fn app(cx: &mut Cx, declared: &apps::Declared) -> deskwire_domain::Result<bool> {
    if let Err(unknown) = Scopes::parse(&declared.scopes.join(" ")) {
        return Err(Error::invalid(format!("there is no scope {unknown}")).field("scopes"));
    }
    if let Some(version) = &declared.api_version
        && Version::parse(version).is_none()
    {
        return Err(Error::invalid(format!("there is no version {version}")).field("api_version"));
    }
    apps::declare(cx, declared)
}

/// Declares webhooks of topics that are known.
fn declare_webhooks(cx: &mut Cx, declared: &webhooks::Declared) -> deskwire_domain::Result<bool> {
    if let Some(unknown) = topics::unknown(declared.topics.iter().map(|t| t.trim())) {
        return Err(Error::invalid(no_topic(unknown)).field("topics"));
    }
    webhooks::declare(cx, declared)
}
