//! The workspace file: what a workspace has that the API cannot make, as TOML.
//!
//! A file is applied in one transaction. Each kind is declared by the domain; here is only which kinds there are, in
//! which order, and where in the file what is wrong stands.

use std::collections::HashSet;
use std::path::Path;

use deskwire_api::auth::Scopes;
use deskwire_api::topics;
use deskwire_api::versions::Version;
use deskwire_domain::error::Kind;
use deskwire_domain::{
    Actor, Error, admins, apps, away_reasons, conversation_attributes, custom_objects, data_attributes, segments,
    subscriptions, tags, teams, ticket_states, ticket_types, visitors, webhooks, workspaces,
};
use deskwire_store::Tx;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::cli::webhooks::no_topic;
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

/// What applying a file did.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// What changed, a line each.
    pub(crate) changes: Vec<String>,
    /// What was removed, a line each.
    pub(crate) removed: Vec<String>,
    /// What could not be pruned, a line each.
    pub(crate) kept: Vec<String>,
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
            Refused::File(words) => Failure::new(words),
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
        self.unique("role", &c.roles, |r| r.name.trim().to_owned())?;
        self.unique("admin", &c.admins, |a| a.email.trim().to_lowercase())?;
        self.unique("team", &c.teams, |t| t.name.trim().to_owned())?;
        self.unique("away status reason", &c.away_status_reasons, |r| r.label.trim().to_owned())?;
        self.unique("data attribute", &c.data_attributes, |a| a.name.trim().to_owned())?;
        self.unique("object type", &c.object_types, |t| t.identifier.trim().to_owned())?;
        self.unique("conversation attribute", &c.conversation_attributes, |a| a.name.trim().to_owned())?;
        self.unique("tag", &c.tags, |t| t.name.trim().to_lowercase())?;
        self.unique("subscription type", &c.subscription_types, |t| t.name.clone())?;
        self.unique("segment", &c.segments, |s| format!("{} ({})", s.name, s.person_type))?;
        self.unique("visitor", &c.visitors, |v| v.user_id.trim().to_owned())?;
        self.unique("ticket type", &c.ticket_types, |t| t.name.trim().to_owned())?;
        self.unique("ticket state", &c.ticket_states, |s| s.internal_label.trim().to_owned())?;
        self.unique("app", &c.apps, |a| a.client_id.trim().to_owned())?;
        self.unique("app", &c.apps, |a| a.name.trim().to_owned())?;
        self.unique("app's webhooks", &c.webhooks, |w| w.app.trim().to_owned())
    }

    fn unique<T>(&self, kind: &str, items: &[Spanned<T>], key: impl Fn(&T) -> String) -> Result {
        let mut seen = HashSet::new();
        for item in items {
            let key = key(item.get_ref());
            if !seen.insert(key.clone()) {
                let place = self.place(item.span().start);
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
    pub(crate) fn bring(&self, tx: &mut Tx<'_>, actor: &Actor, prune: bool) -> Result<Outcome, Refused> {
        let mut outcome = self.apply(tx, actor)?;
        if prune {
            self.prune(tx, actor, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Brings the actor's workspace to what the file says.
    pub(crate) fn apply(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Outcome, Refused> {
        let mut done = Outcome::default();
        let c = &self.contents;
        self.declare(tx, actor, "workspace", &c.workspace, workspaces::declare, |_| "", &mut done)?;
        // Before the admins, who have them.
        self.declare(tx, actor, "role", &c.roles, admins::declare_role, |r| &r.name, &mut done)?;
        self.declare(tx, actor, "admin", &c.admins, admins::declare, |a| &a.email, &mut done)?;
        self.declare(tx, actor, "team", &c.teams, teams::declare, |t| &t.name, &mut done)?;
        let reasons = &c.away_status_reasons;
        self.declare(tx, actor, "away status reason", reasons, away_reasons::declare, |r| &r.label, &mut done)?;
        // Before the segments, which may ask for them.
        let attributes = &c.data_attributes;
        self.declare(tx, actor, "data attribute", attributes, data_attributes::declare, |a| &a.name, &mut done)?;
        // All types are there before their relations, which may lead from each to any. One that is new has changed.
        let mut made = Vec::new();
        for item in &c.object_types {
            let new = custom_objects::announce(tx, actor, item.get_ref());
            made.push(new.map_err(|e| self.refused(item.span().start, e))?);
        }
        let new = |t: &custom_objects::Declared| {
            c.object_types.iter().zip(&made).any(|(item, made)| *made && item.get_ref().identifier == t.identifier)
        };
        let declare = |tx: &mut Tx<'_>, actor: &Actor, t: &custom_objects::Declared| {
            Ok(custom_objects::declare(tx, actor, t)? || new(t))
        };
        self.declare(tx, actor, "object type", &c.object_types, declare, |t| &t.identifier, &mut done)?;
        let attributes = &c.conversation_attributes;
        let declare = conversation_attributes::declare;
        self.declare(tx, actor, "conversation attribute", attributes, declare, |a| &a.name, &mut done)?;
        self.declare(tx, actor, "tag", &c.tags, tags::declare, |t| &t.name, &mut done)?;
        let types = &c.subscription_types;
        self.declare(tx, actor, "subscription type", types, subscriptions::declare, |t| &t.name, &mut done)?;
        self.declare(tx, actor, "segment", &c.segments, segments::declare, |s| &s.name, &mut done)?;
        self.declare(tx, actor, "visitor", &c.visitors, visitors::declare, |v| &v.user_id, &mut done)?;
        self.declare(tx, actor, "app", &c.apps, app, |a| &a.name, &mut done)?;
        self.declare(tx, actor, "webhooks", &c.webhooks, told, |w| &w.app, &mut done)?;
        self.declare(tx, actor, "ticket type", &c.ticket_types, ticket_types::declare, |t| &t.name, &mut done)?;
        // After the types, which they name.
        let states = &c.ticket_states;
        self.declare(tx, actor, "ticket state", states, ticket_states::declare, |s| &s.internal_label, &mut done)?;
        Ok(done)
    }

    /// Removes what the file does not mention. Segments go before the tags they ask for.
    fn prune(&self, tx: &mut Tx<'_>, actor: &Actor, outcome: &mut Outcome) -> Result<(), Refused> {
        let c = &self.contents;
        let removed = |kind: &str, names: Vec<String>, outcome: &mut Outcome| {
            outcome.removed.extend(names.iter().map(|name| format!("{kind} {name:?}: removed")));
        };
        let names: Vec<&str> = c.teams.iter().map(|t| t.get_ref().name.trim()).collect();
        removed("team", teams::prune(tx, actor, &names)?, outcome);
        let labels: Vec<&str> = c.away_status_reasons.iter().map(|r| r.get_ref().label.trim()).collect();
        removed("away status reason", away_reasons::prune(tx, actor, &labels)?, outcome);
        let segments: Vec<&segments::Declared> = c.segments.iter().map(Spanned::get_ref).collect();
        let keys: Vec<_> = segments.iter().map(|s| (s.person_type.as_str(), s.name.as_str())).collect();
        removed("segment", segments::prune(tx, actor, &keys)?, outcome);
        let types: Vec<&str> = c.object_types.iter().map(|t| t.get_ref().identifier.trim()).collect();
        let pruned = custom_objects::prune(tx, actor, &types)?;
        removed("object type", pruned.gone, outcome);
        let stays = |(name, why): (String, _)| format!("object type {name:?} stays: {why}");
        outcome.kept.extend(pruned.kept.into_iter().map(stays));
        for tag in tags::list(tx, actor)? {
            let name = tag.name;
            if !c.tags.iter().any(|t| t.get_ref().name.trim().to_lowercase() == name.to_lowercase()) {
                match tags::delete(tx, actor, tag.id) {
                    Ok(()) => removed("tag", vec![name], outcome),
                    Err(e) if e.kind == Kind::TagInUse => {
                        outcome.kept.push(format!("tag {name:?} stays: {}", e.message));
                    }
                    Err(e) => return Err(e.into()),
                }
            }
        }
        let labels: Vec<&str> = c.ticket_states.iter().map(|s| s.get_ref().internal_label.trim()).collect();
        removed("ticket state", ticket_states::prune(tx, actor, &labels)?, outcome);
        let kept: Vec<&str> = c.webhooks.iter().map(|w| w.get_ref().app.trim()).collect();
        removed("webhooks", webhooks::prune(tx, actor, &kept)?, outcome);
        self.keep(tx, actor, outcome)
    }

    /// Names what stays although the file does not mention it.
    fn keep(&self, tx: &mut Tx<'_>, actor: &Actor, outcome: &mut Outcome) -> Result<(), Refused> {
        let c = &self.contents;
        for full in admins::list(tx, actor)? {
            let email = full.admin.email;
            if !c.admins.iter().any(|a| a.get_ref().email.trim().eq_ignore_ascii_case(&email)) {
                outcome
                    .kept
                    .push(format!("admin {email:?} stays: declare them as removed, or use `deskwire admin remove`"));
            }
        }
        for attribute in data_attributes::custom(tx, actor, false)? {
            let name = attribute.name;
            if !c.data_attributes.iter().any(|a| a.get_ref().name.trim() == name) {
                outcome.kept.push(format!("data attribute {name:?} stays: archive it through the API"));
            }
        }
        let types: Vec<&custom_objects::Declared> = c.object_types.iter().map(Spanned::get_ref).collect();
        for (of, name) in custom_objects::undeclared(tx, actor, &types)? {
            outcome.kept.push(format!("attribute {name:?} of object type {of:?} stays: declare it as archived"));
        }
        for attribute in conversation_attributes::list(tx, actor, false)? {
            let name = attribute.name;
            if !c.conversation_attributes.iter().any(|a| a.get_ref().name.trim() == name) {
                outcome.kept.push(format!("conversation attribute {name:?} stays: archive it through the API"));
            }
        }
        for row in ticket_types::rows(tx, actor)? {
            if !row.archived && !c.ticket_types.iter().any(|t| t.get_ref().name.trim() == row.name) {
                outcome.kept.push(format!("ticket type {:?} stays: declare it as archived", row.name));
            }
        }
        for (app, _) in apps::list(tx, actor.workspace())? {
            if !c.apps.iter().any(|a| a.get_ref().client_id.trim() == app.client_id) {
                outcome.kept.push(format!("app {:?} stays: use `deskwire app remove`", app.name));
            }
        }
        for kind in subscriptions::list(tx, actor)? {
            if !c.subscription_types.iter().any(|t| t.get_ref().name == kind.name) {
                outcome.kept.push(format!("subscription type {:?} stays: declare it as archived", kind.name));
            }
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "a loop that every kind goes through")]
    fn declare<'c, T: 'c>(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        kind: &str,
        items: impl IntoIterator<Item = &'c Spanned<T>>,
        verb: impl Fn(&mut Tx<'_>, &Actor, &T) -> deskwire_domain::Result<bool>,
        name: impl Fn(&T) -> &str,
        outcome: &mut Outcome,
    ) -> Result<(), Refused> {
        for item in items {
            let changed = verb(tx, actor, item.get_ref()).map_err(|e| self.refused(item.span().start, e))?;
            if changed {
                let name = name(item.get_ref());
                let name = if name.is_empty() { String::new() } else { format!(" {name:?}") };
                outcome.changes.push(format!("{kind}{name}: changed"));
            }
        }
        Ok(())
    }

    fn refused(&self, at: usize, error: Error) -> Refused {
        use deskwire_domain::error::Class;
        match error.kind.class() {
            // A conflict with another transaction must reach the store as it is, or nothing would run again.
            Class::Internal | Class::Unavailable | Class::Timeout => error.into(),
            _ => Refused::File(format!("{}: {}", self.place(at), error.message)),
        }
    }

    fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, config::line(&self.text, at))
    }
}

/// The actor's workspace as a file that [`WorkspaceFile::apply`] takes: everything that files declare but visitors, who
/// are data. Password hashes and client secrets are left out unless asked for.
pub(crate) fn export(tx: &mut Tx<'_>, actor: &Actor, secrets: bool) -> Result<String, Error> {
    fn all<T>(declared: Vec<T>) -> Vec<Spanned<T>> {
        declared.into_iter().map(|d| Spanned::new(0..0, d)).collect()
    }
    let contents = Contents {
        workspace: Some(Spanned::new(0..0, workspaces::declared(tx, actor)?)),
        roles: all(admins::declared_roles(tx, actor)?),
        admins: all(admins::declared(tx, actor, secrets)?),
        teams: all(teams::declared(tx, actor)?),
        away_status_reasons: all(away_reasons::declared(tx, actor)?),
        data_attributes: all(data_attributes::declared(tx, actor)?),
        object_types: all(custom_objects::declared(tx, actor)?),
        conversation_attributes: all(conversation_attributes::declared(tx, actor)?),
        tags: all(tags::declared(tx, actor)?),
        subscription_types: all(subscriptions::declared(tx, actor)?),
        segments: all(segments::declared(tx, actor)?),
        visitors: Vec::new(),
        ticket_types: all(ticket_types::declared(tx, actor)?),
        ticket_states: all(ticket_states::declared(tx, actor)?),
        apps: all(apps::declared(tx, actor, secrets)?),
        webhooks: all(webhooks::declared(tx, actor)?),
    };
    toml::to_string(&contents).map_err(Error::internal)
}

/// Declares an app whose scopes and version are known.
fn app(tx: &mut Tx<'_>, actor: &Actor, declared: &apps::Declared) -> deskwire_domain::Result<bool> {
    if let Err(unknown) = Scopes::parse(&declared.scopes.join(" ")) {
        return Err(Error::invalid(format!("there is no scope {unknown}")).field("scopes"));
    }
    if let Some(version) = &declared.api_version
        && Version::parse(version).is_none()
    {
        return Err(Error::invalid(format!("there is no version {version}")).field("api_version"));
    }
    apps::declare(tx, actor, declared)
}

/// Declares webhooks of topics that are known.
fn told(tx: &mut Tx<'_>, actor: &Actor, declared: &webhooks::Declared) -> deskwire_domain::Result<bool> {
    if let Some(unknown) = topics::unknown(declared.topics.iter().map(|t| t.trim())) {
        return Err(Error::invalid(no_topic(unknown)).field("topics"));
    }
    webhooks::declare(tx, actor, declared)
}
