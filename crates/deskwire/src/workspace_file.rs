//! The workspace file: a TOML file that declares the objects of a workspace, including those that the API cannot
//! create.
//!
//! A file is applied in one transaction. The domain declares each kind; `kinds.rs` lists the kinds. Errors have the
//! line of the file.

mod kinds;
mod prune;
mod recordings;

use std::collections::HashSet;
use std::path::Path;

use deskwire_domain::{Cx, Error, Removed, admins, apps, audiences, fin, webhooks, workspaces};
use toml::Spanned;

use crate::cli::{Failure, Result};
use crate::config;
use deskwire_api::topics::unheard;
use kinds::{Contents, Item};

/// A parsed file.
#[derive(Debug, Clone)]
pub(crate) struct WorkspaceFile {
    path: String,
    text: String,
    contents: Contents,
}

/// The effect of a file on an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It is created.
    Created,
    /// It is changed.
    Changed,
    /// It is removed, which affects these objects.
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

/// Counts of objects as text.
fn affected(uses: &[(&str, i64)]) -> String {
    let some = uses.iter().filter(|(_, count)| *count > 0).map(|(kind, count)| match (count, kind.strip_suffix('y')) {
        (1, _) => format!("1 {kind}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {kind}s"),
    });
    let some: Vec<String> = some.collect();
    if some.is_empty() { "nothing".to_owned() } else { some.join(", ") }
}

/// The outcome of applying a file.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// The changed objects, each with its effect.
    pub(crate) effects: Vec<(String, Effect)>,
    /// Differences that remain and possible surprises, a line each.
    pub(crate) notes: Vec<String>,
}

impl Outcome {
    /// How many objects were removed.
    pub(crate) fn removed(&self) -> usize {
        self.effects.iter().filter(|(_, effect)| matches!(effect, Effect::Removed(_))).count()
    }

    fn remove(&mut self, kind: &str, removed: &[Removed]) {
        for Removed { name, uses } in removed {
            self.effects.push((format!("{kind} {name:?}"), Effect::Removed(affected(uses))));
        }
    }
}

/// The error of a file that was not applied.
#[derive(Debug)]
pub(crate) enum Refused {
    /// An error of the database.
    Store(deskwire_store::Error),
    /// An error in the file. The message has the line.
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

    /// Parses a text; `path` is for error messages.
    pub(crate) fn parse(path: &Path, text: String) -> Result<Self> {
        let contents = config::parse(path, &text)?;
        let file = Self { path: path.display().to_string(), text, contents };
        file.check()?;
        Ok(file)
    }

    /// Validates everything that does not need a database.
    fn check(&self) -> Result {
        self.each_once()?;
        self.unique(&self.contents.apps, |app| app.name.trim().to_owned())
    }

    /// Checks that no key occurs twice.
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

    /// Changes the actor's workspace to match the file, and optionally removes what the file does not mention.
    pub(crate) fn reconcile(&self, cx: &mut Cx, prune: bool) -> Result<Outcome, Refused> {
        let mut outcome = self.apply(cx)?;
        if prune {
            self.prune(cx, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// Changes the actor's workspace to match the file.
    pub(crate) fn apply(&self, cx: &mut Cx) -> Result<Outcome, Refused> {
        let mut outcome = Outcome::default();
        if let Some(workspace) = &self.contents.workspace
            && workspaces::declare(cx, workspace.get_ref()).map_err(|e| self.error_at(workspace.span().start, e))?
        {
            outcome.effects.push(("workspace".to_owned(), Effect::Changed));
        }
        self.declare_kinds(cx, &mut outcome)?;
        // After the teams, one of which the settings refer to.
        if let Some(settings) = &self.contents.fin
            && fin::declare(cx, settings.get_ref()).map_err(|e| self.error_at(settings.span().start, e))?
        {
            outcome.effects.push(("fin".to_owned(), Effect::Changed));
        }
        self.stay_removed(cx, &mut outcome)?;
        self.not_sent(cx, &mut outcome)?;
        Ok(outcome)
    }

    /// Notes the admins of the file who were removed: an older file does not restore them.
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

    /// Notes the topics of the file's webhooks that are not sent to their apps.
    fn not_sent(&self, cx: &mut Cx, outcome: &mut Outcome) -> Result<(), Refused> {
        for item in &self.contents.webhooks {
            let app = webhooks::app(cx, &item.get_ref().app)?;
            let topics = item.get_ref().topics.join(" ");
            let silent = unheard(&topics, &app.scopes, app.api_version.as_deref());
            outcome.notes.extend(silent.iter().map(|message| format!("webhooks {:?}: {message}", app.name)));
        }
        Ok(())
    }

    fn declare_items<T: Item>(&self, cx: &mut Cx, items: &[Spanned<T>], outcome: &mut Outcome) -> Result<(), Refused> {
        if items.is_empty() {
            return Ok(());
        }
        let known = T::known(cx, items)?;
        let error_at = |item: &Spanned<T>, error| self.error_at(item.span().start, error);
        let mut announced = Vec::with_capacity(items.len());
        for item in items {
            announced.push(T::announce(cx, item.get_ref()).map_err(|e| error_at(item, e))?);
        }
        for (item, announced) in items.iter().zip(announced) {
            let changed = T::declare(cx, item.get_ref()).map_err(|e| error_at(item, e))?;
            if changed || announced {
                let effect = if known.contains(&item.get_ref().key()) { Effect::Changed } else { Effect::Created };
                outcome.effects.push((format!("{} {:?}", T::KIND, item.get_ref().label()), effect));
            }
        }
        Ok(())
    }

    fn error_at(&self, at: usize, error: Error) -> Refused {
        use deskwire_domain::error::ErrorClass;
        match error.kind.class() {
            // A conflict with another transaction must reach the store unchanged, or the transaction would not be
            // retried.
            ErrorClass::Internal | ErrorClass::Unavailable | ErrorClass::Timeout => error.into(),
            _ => Refused::File(format!("{}: {}", self.place(at), error.message)),
        }
    }

    fn place(&self, at: usize) -> String {
        format!("{}:{}", self.path, config::line(&self.text, at))
    }
}

/// Exports the actor's workspace as a file for [`WorkspaceFile::apply`]: everything that files declare except data,
/// such as visitors. Contains password hashes and client secrets only if `secrets`. Comments at its top list what else
/// is missing.
pub(crate) fn export(cx: &mut Cx, secrets: bool) -> Result<String, Error> {
    let missing = same_names(cx)?;
    let contents = toml::to_string(&Contents::of_workspace(cx, secrets)?).map_err(Error::internal)?;
    Ok(if missing.is_empty() { contents } else { format!("{missing}\n{contents}") })
}

/// Comments about objects that a file cannot contain: audiences with duplicate names.
fn same_names(cx: &mut Cx) -> Result<String, Error> {
    let mut text = String::new();
    for audience in audiences::undeclared(cx)? {
        if text.is_empty() {
            text += "# Left out, because an older one has the same name:\n";
        }
        text += &format!("# - the audience {:?} with the id {}\n", audience.name, audience.id);
    }
    Ok(text)
}

/// The same without any secrets. Comments at its top list those to fill in before it is applied to another workspace.
pub(crate) fn export_for_elsewhere(cx: &mut Cx) -> Result<String, Error> {
    let contents = Contents::of_workspace(cx, false)?;
    let mut text = "# Written by `deskwire export-workspace`, without secrets.\n".to_owned();
    let left_out = contents.left_out();
    if !left_out.is_empty() {
        text += "# Before it is applied to another workspace, fill in:\n";
    }
    for place in left_out {
        text += &format!("# - {place}\n");
    }
    text += &same_names(cx)?;
    text.push('\n');
    Ok(text + &toml::to_string(&contents).map_err(Error::internal)?)
}

impl Contents {
    /// The secrets that are missing in a file without secrets.
    fn left_out(&self) -> Vec<String> {
        let app = |app: &Spanned<apps::Declared>| format!("client_secret of the app {:?}", app.get_ref().name);
        let mut places: Vec<String> = self.apps.iter().map(app).collect();
        let is_some = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        if let Some(fin) = self.fin.as_ref().map(Spanned::get_ref) {
            if is_some(&fin.webhook_url) {
                places.push("webhook_secret of fin".to_owned());
            }
            if fin.answerer.as_ref().is_some_and(|model| is_some(&model.url)) {
                places.push("key of fin.answerer, if its endpoint asks for one".to_owned());
            }
        }
        if !self.admins.is_empty() {
            places.push(
                "password_hash of each admin, or their passwords with `deskwire admin password` afterwards".to_owned(),
            );
        }
        places
    }
}
