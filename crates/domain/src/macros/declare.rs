//! Macros as a workspace file declares them.

use crate::ids::{MacroId, TeamId};
use deskwire_store::counters::{self, Counter};
use deskwire_store::macros as store;
use deskwire_store::{admins, tags, teams, text_enum};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Macro, available_on};
use crate::activity::{self, Entry};
use crate::error::{Error, Result};
use crate::{Cx, Removed, names};

/// The most characters of a body.
const MAX_BODY_LENGTH: usize = 100_000;
/// The most actions.
const MOST: usize = 50;

text_enum! {
    /// Where a macro can be used.
    pub enum AvailableOn {
        Inbox = "inbox",
        Messenger = "messenger",
    }
}

/// What is done to a conversation when a macro is used in it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// It is assigned to the team of this name.
    AssignTeam {
        /// The name.
        team: String,
    },
    /// It is assigned to the admin with this email address.
    AssignAdmin {
        /// The address.
        admin: String,
    },
    /// The tag of this name is added.
    Tag {
        /// The name.
        tag: String,
    },
    /// A note is added.
    Note {
        /// Its text.
        body: String,
    },
    /// It is snoozed.
    Snooze {
        /// For how long.
        seconds: i64,
    },
    /// It is closed.
    Close,
}

/// A macro in a workspace file. What is left out stays as it is.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// What tells macros apart.
    pub name: String,
    /// Plain text with placeholders such as `{{user.name|fallback:"there"}}`.
    pub body: String,
    /// The names of the teams that have it; empty for everyone.
    pub teams: Option<Vec<String>>,
    /// Where it can be used; everywhere unless it is declared.
    pub available_on: Option<Vec<AvailableOn>>,
    /// What is done when it is used, in this order.
    pub actions: Option<Vec<Action>>,
}

/// Creates or changes a macro; true when something changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let (name, body) = (names::checked("name", &declared.name)?, declared.body.trim());
    if body.is_empty() {
        return Err(Error::invalid("body must not be empty").field("body"));
    }
    names::at_most("body", body, MAX_BODY_LENGTH)?;
    let now = cx.now();
    let before = store::lock_by_name(cx, name)?;
    let mut after = match &before {
        Some(row) => row.clone(),
        None => Macro {
            id: counters::next(cx, Counter::Setting)?,
            name: name.to_owned(),
            body_text: String::new(),
            actions: "[]".to_owned(),
            available_on: AvailableOn::TEXTS.join(" "),
            for_everyone: true,
            created_at: now,
            updated_at: now,
        },
    };
    body.clone_into(&mut after.body_text);
    if let Some(places) = &declared.available_on {
        if places.is_empty() {
            return Err(Error::invalid("available_on must not be empty"));
        }
        let is_there = |place: &&AvailableOn| places.contains(place);
        let texts: Vec<&str> = AvailableOn::ALL.iter().filter(is_there).map(|place| place.as_str()).collect();
        after.available_on = texts.join(" ");
    }
    if let Some(actions) = &declared.actions {
        if actions.len() > MOST {
            return Err(Error::invalid(format!("actions has too many entries (maximum is {MOST})")));
        }
        actions.iter().try_for_each(|action| check(cx, action))?;
        after.actions = serde_json::to_string(actions).map_err(Error::internal)?;
    }
    let had = store::teams(cx, &[after.id])?.into_iter().map(|t| t.team_id).collect::<Vec<_>>();
    let teams = match &declared.teams {
        Some(names) => team_ids(cx, names)?,
        None => had.clone(),
    };
    if declared.teams.is_some() {
        after.for_everyone = teams.is_empty();
    }
    if before.as_ref() == Some(&after) && teams == had {
        return Ok(false);
    }
    if let Some(before) = &before {
        after.updated_at = now;
        store::update(cx, before, &after)?;
        log(cx, "macro_update", "changed", &after)?;
    } else {
        store::insert(cx, &after)?;
        log(cx, "macro_creation", "created", &after)?;
    }
    if teams != had {
        store::replace_teams(cx, after.id, &teams)?;
    }
    Ok(true)
}

/// Rejects an action that names something unknown.
fn check(cx: &mut Cx, action: &Action) -> Result<()> {
    let unknown = |what: &str, name: &str| Err(Error::invalid(format!("actions: there is no {what} {name:?}")));
    match action {
        Action::AssignTeam { team } if !teams::all(cx)?.iter().any(|t| t.name == *team) => unknown("team", team),
        Action::AssignAdmin { admin } if !admins::all(cx)?.iter().any(|a| a.email.eq_ignore_ascii_case(admin)) => {
            unknown("admin", admin)
        }
        Action::Tag { tag } if !tags::all(cx)?.iter().any(|t| t.name.to_lowercase() == tag.to_lowercase()) => {
            unknown("tag", tag)
        }
        Action::Note { body } if body.trim().is_empty() => Err(Error::invalid("actions: a note must not be empty")),
        Action::Snooze { seconds } if *seconds < 1 => Err(Error::invalid("actions: seconds must be positive")),
        _ => Ok(()),
    }
}

fn team_ids(cx: &mut Cx, names: &[String]) -> Result<Vec<TeamId>> {
    let all = teams::all(cx)?;
    let id = |name: &String| {
        let found = all.iter().find(|team| team.name == name.trim()).map(|team| team.id);
        found.ok_or_else(|| Error::invalid(format!("teams: there is no team {name:?}")))
    };
    let mut ids = names.iter().map(id).collect::<Result<Vec<_>>>()?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// All macros as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let (teams, members) = (teams::all(cx)?, store::all_teams(cx)?);
    let names = |id: MacroId| {
        let of = members.iter().filter(|member| member.macro_id == id);
        of.filter_map(|member| teams.iter().find(|t| t.id == member.team_id).map(|t| t.name.clone())).collect()
    };
    let declared = |row: Macro| {
        let places = available_on(&row).filter_map(AvailableOn::parse).collect();
        let actions = serde_json::from_str(&row.actions).map_err(Error::internal)?;
        let teams: Vec<String> = names(row.id);
        Ok(Declared {
            // No teams would mean everyone, and its last team may have been deleted.
            teams: (row.for_everyone || !teams.is_empty()).then_some(teams),
            name: row.name,
            body: row.body_text,
            available_on: Some(places),
            actions: Some(actions),
        })
    };
    store::all(cx)?.into_iter().map(declared).collect()
}

/// Removes the macros that are not among these; their names.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for row in store::all(cx)?.into_iter().filter(|row| !keep.contains(&row.name.as_str())) {
        store::delete(cx, row.id)?;
        log(cx, "macro_deletion", "deleted", &row)?;
        removed.push(Removed { name: row.name, uses: Vec::new() });
    }
    Ok(removed)
}

fn log(cx: &mut Cx, activity_type: &'static str, word: &str, row: &Macro) -> Result<()> {
    let description = format!("{} {word} the macro {}.", activity::name_of(cx)?, row.name);
    let metadata = json!({"macro_id": row.id, "name": row.name});
    activity::log(cx, Entry { activity_type, description, metadata, ip: None })
}
