//! The workspace file: what a workspace has that the API cannot make, as TOML.
//!
//! A file is applied in one transaction. Each kind is declared by the domain; here is only which kinds there are, in
//! which order, and where in the file what is wrong stands.

use std::collections::HashSet;
use std::path::Path;

use deskwire_domain::{Actor, Error, admins, away_reasons, teams, workspaces};
use deskwire_store::Tx;
use serde::Deserialize;
use toml::Spanned;

use crate::cli::{Failure, Result};
use crate::config;

/// Everything a file may say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Contents {
    workspace: Option<Spanned<workspaces::Declared>>,
    admins: Vec<Spanned<admins::Declared>>,
    teams: Vec<Spanned<teams::Declared>>,
    away_status_reasons: Vec<Spanned<away_reasons::Declared>>,
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
        let contents = &self.contents;
        self.unique("admin", contents.admins.iter().map(|a| (a.span(), a.get_ref().email.to_lowercase())))?;
        self.unique("team", contents.teams.iter().map(|t| (t.span(), t.get_ref().name.clone())))?;
        self.unique("reason", contents.away_status_reasons.iter().map(|r| (r.span(), r.get_ref().label.clone())))
    }

    fn unique(&self, kind: &str, keys: impl Iterator<Item = (std::ops::Range<usize>, String)>) -> Result {
        let mut seen = HashSet::new();
        for (span, key) in keys {
            if !seen.insert(key.clone()) {
                return Err(Failure::new(format!("{}: the {kind} {key:?} is declared twice", self.place(span.start))));
            }
        }
        Ok(())
    }

    /// The name of the workspace.
    pub(crate) fn name(&self) -> Option<&str> {
        self.contents.workspace.as_ref()?.get_ref().name.as_deref()
    }

    /// Brings the actor's workspace to what the file says.
    pub(crate) fn apply(&self, tx: &mut Tx<'_>, actor: &Actor) -> Result<Outcome, Refused> {
        let mut outcome = Outcome::default();
        let contents = &self.contents;
        self.declare(tx, actor, "workspace", &contents.workspace, workspaces::declare, |_| "", &mut outcome)?;
        self.declare(tx, actor, "admin", &contents.admins, admins::declare, |a| &a.email, &mut outcome)?;
        self.declare(tx, actor, "team", &contents.teams, teams::declare, |t| &t.name, &mut outcome)?;
        let reasons = &contents.away_status_reasons;
        self.declare(tx, actor, "away status reason", reasons, away_reasons::declare, |r| &r.label, &mut outcome)?;
        Ok(outcome)
    }

    /// Removes what the file does not mention.
    pub(crate) fn prune(&self, tx: &mut Tx<'_>, actor: &Actor, outcome: &mut Outcome) -> Result<(), Refused> {
        let contents = &self.contents;
        let names: Vec<&str> = contents.teams.iter().map(|t| t.get_ref().name.trim()).collect();
        let mut gone = |kind: &str, names: Vec<String>| {
            outcome.changes.extend(names.iter().map(|name| format!("{kind} {name:?}: removed")));
        };
        gone("team", teams::prune(tx, actor, &names)?);
        let labels: Vec<&str> = contents.away_status_reasons.iter().map(|r| r.get_ref().label.trim()).collect();
        gone("away status reason", away_reasons::prune(tx, actor, &labels)?);
        for full in admins::list(tx, actor)? {
            let email = full.admin.email;
            if !contents.admins.iter().any(|a| a.get_ref().email.trim().eq_ignore_ascii_case(&email)) {
                outcome.kept.push(format!("admin {email:?} stays: admins cannot be removed"));
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
