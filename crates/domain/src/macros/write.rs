//! Creating, updating and deleting macros, as teammates do in the settings.

use deskwire_store::counters::{self, Counter};
use deskwire_store::macros as store;
use deskwire_store::{Hold, admins, teams, workspaces};
use serde_json::json;

use super::{Action, AvailableOn, Full, Macro, Things, placeholders, with_teams};
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::html::{self, Html};
use crate::ids::{MacroId, TeamId};
use crate::settings::{Wanted, window};
use crate::{Cx, names};

/// The maximum length of a body, in characters.
pub(super) const MAX_BODY_LENGTH: usize = 100_000;
/// The maximum number of placeholders in a body. Each is replaced by a value of any length when the macro is used.
const MAX_PLACEHOLDERS: usize = 500;
/// The maximum number of actions.
const MAX_ACTIONS: usize = 50;
/// The maximum duration of a snooze: five years, in seconds.
const MAX_SNOOZE: i64 = 5 * 366 * 86_400;
/// The maximum number of macros per workspace.
const MAX_MACROS: i64 = 5_000;
/// No actions, as they are stored.
pub(super) const NO_ACTIONS: &str = "[]";

/// A macro as a teammate saves it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name, unique in the workspace.
    pub name: String,
    /// The reply, with placeholders; `None` if the macro only runs actions.
    pub body: Option<Html>,
    /// The teams that may use it; empty for everyone.
    pub team_ids: Vec<TeamId>,
    /// Where it can be used.
    pub available_on: Vec<AvailableOn>,
    /// The actions that run when it is used, in this order.
    pub actions: Vec<Action>,
}

/// A window of all macros by name, whichever teams they belong to, and the name after which there are more.
pub fn window_of_all(cx: &mut Cx, wanted: &Wanted) -> Result<(Vec<Full>, Option<String>)> {
    let (names, next) = window(store::names(cx)?, |(_, name)| name, wanted);
    let ids: Vec<MacroId> = names.into_iter().map(|(id, _)| id).collect();
    let rows = store::get_many(cx, &ids)?;
    Ok((with_teams(cx, rows)?, next))
}

/// One macro, whichever teams it belongs to.
pub fn of_any_team(cx: &mut Cx, id: MacroId) -> Result<Full> {
    let found = store::get(cx, id)?.ok_or_else(not_found)?;
    with_teams(cx, vec![found])?.pop().ok_or_else(not_found)
}

/// Creates a macro.
pub fn create(cx: &mut Cx, draft: &Draft, ip: Option<&str>) -> Result<Full> {
    let name = names::checked("name", &draft.name)?;
    workspaces::lock(cx)?;
    hold_named(cx, draft)?;
    if store::lock_by_name(cx, name)?.is_some() {
        return Err(name_taken(name));
    }
    if store::count(cx)? >= MAX_MACROS {
        return Err(Error::invalid(format!("A workspace has at most {MAX_MACROS} macros")));
    }
    let new = fresh(cx, name)?;
    let after = drafted(cx, new, draft)?;
    let teams = known_teams(cx, &draft.team_ids)?;
    let (row, _) = save(cx, None, (after, &[], &teams), ip)?;
    Ok(Full { row, team_ids: teams })
}

/// Changes a macro.
pub fn update(cx: &mut Cx, id: MacroId, draft: &Draft, ip: Option<&str>) -> Result<Full> {
    let name = names::checked("name", &draft.name)?;
    hold_named(cx, draft)?;
    let before = store::lock(cx, id)?.ok_or_else(not_found)?;
    if name != before.name && store::lock_by_name(cx, name)?.is_some() {
        return Err(name_taken(name));
    }
    let after = drafted(cx, Macro { name: name.to_owned(), ..before.clone() }, draft)?;
    let had: Vec<TeamId> = store::teams(cx, &[id])?.into_iter().map(|of| of.team_id).collect();
    let teams = known_teams(cx, &draft.team_ids)?;
    let (row, _) = save(cx, Some(&before), (after, &had, &teams), ip)?;
    Ok(Full { row, team_ids: teams })
}

/// Deletes a macro.
pub fn delete(cx: &mut Cx, id: MacroId, ip: Option<&str>) -> Result<()> {
    let row = store::lock(cx, id)?.ok_or_else(not_found)?;
    remove(cx, &row, ip)
}

/// What the actions of macros refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A tag.
    Tag,
    /// A team.
    Team,
    /// An admin, by the email address.
    Admin,
}

/// Locks what a macro names against removal and renaming, before the macro, as whoever renames it does. They change the
/// macros that they find, so they wait until this one is stored, or it is checked against what they left.
fn hold_named(cx: &mut Cx, draft: &Draft) -> Result<()> {
    let things = Things::named(cx, &draft.actions)?;
    let (mut admins_named, mut teams_named) = (Vec::new(), draft.team_ids.clone());
    for action in &draft.actions {
        match action {
            Action::AssignAdmin { admin } => admins_named.extend(things.admin(admin)),
            Action::AssignTeam { team } => teams_named.extend(things.team(team)),
            _ => {}
        }
    }
    admins_named.sort_unstable();
    teams_named.sort_unstable();
    for id in admins_named {
        admins::hold(cx, id, Hold::Reference)?;
    }
    for id in teams_named {
        teams::hold(cx, id, Hold::Reference)?;
    }
    Ok(())
}

/// Updates the actions of all macros after something they refer to was renamed.
pub fn rename(cx: &mut Cx, what: Named, before: &str, after: &str) -> Result<()> {
    let old = before.to_lowercase();
    for found in store::all(cx)?.into_iter().filter(|row| row.actions.to_lowercase().contains(&quoted(&old))) {
        let Some(row) = store::lock(cx, found.id)? else { continue };
        let mut actions: Vec<Action> = serde_json::from_str(&row.actions).map_err(Error::internal)?;
        for action in &mut actions {
            let named = match (what, action) {
                (Named::Tag, Action::Tag { tag }) => tag,
                (Named::Team, Action::AssignTeam { team }) => team,
                (Named::Admin, Action::AssignAdmin { admin }) => admin,
                _ => continue,
            };
            if named.to_lowercase() == old {
                after.clone_into(named);
            }
        }
        let actions = serde_json::to_string(&actions).map_err(Error::internal)?;
        let after = Macro { actions, updated_at: cx.now(), ..row.clone() };
        store::update(cx, &row, &after)?;
    }
    Ok(())
}

/// A string as a JSON literal.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Applies a draft to a row.
fn drafted(cx: &mut Cx, row: Macro, draft: &Draft) -> Result<Macro> {
    let body_text = draft.body.as_ref().map(|body| html::plain(body.as_str()).trim().to_owned()).unwrap_or_default();
    names::at_most("html", &body_text, MAX_BODY_LENGTH)?;
    if placeholders::count(&body_text) > MAX_PLACEHOLDERS {
        return Err(Error::invalid(format!("A macro has at most {MAX_PLACEHOLDERS} placeholders")).field("html"));
    }
    // If the HTML has only paragraphs, it can be derived from the text and is not stored.
    let body_html = draft.body.as_ref().filter(|body| Html::of_text(&body_text).as_ref() != Some(*body));
    let actions = actions_text(cx, &draft.actions, &super::actions(&row)?)?;
    if draft.body.is_none() && actions == NO_ACTIONS {
        return Err(Error::missing("A macro needs a text or an action").field("html"));
    }
    Ok(Macro {
        body_html: body_html.map(|body| body.as_str().to_owned()),
        body_text,
        actions,
        available_on: places_text(&draft.available_on)?,
        for_everyone: draft.team_ids.is_empty(),
        ..row
    })
}

/// A new macro that everyone can use everywhere.
pub(super) fn fresh(cx: &mut Cx, name: &str) -> Result<Macro> {
    let now = cx.now();
    Ok(Macro {
        id: counters::next(cx, Counter::Setting)?,
        name: name.to_owned(),
        body_text: String::new(),
        body_html: None,
        actions: NO_ACTIONS.to_owned(),
        available_on: AvailableOn::TEXTS.join(" "),
        for_everyone: true,
        created_at: now,
        updated_at: now,
    })
}

/// Writes a macro and its teams if they have changed. Returns the macro, and whether it was written.
pub(super) fn save(
    cx: &mut Cx,
    before: Option<&Macro>,
    (mut after, had, teams): (Macro, &[TeamId], &[TeamId]),
    ip: Option<&str>,
) -> Result<(Macro, bool)> {
    if before == Some(&after) && teams == had {
        return Ok((after, false));
    }
    if let Some(before) = before {
        after.updated_at = cx.now();
        store::update(cx, before, &after)?;
        log(cx, "macro_update", "changed", &after, ip)?;
    } else {
        store::insert(cx, &after)?;
        log(cx, "macro_creation", "created", &after, ip)?;
    }
    if teams != had {
        store::replace_teams(cx, after.id, teams)?;
    }
    Ok((after, true))
}

pub(super) fn remove(cx: &mut Cx, row: &Macro, ip: Option<&str>) -> Result<()> {
    store::delete(cx, row.id)?;
    log(cx, "macro_deletion", "deleted", row, ip)
}

/// Places in stored form.
pub(super) fn places_text(places: &[AvailableOn]) -> Result<String> {
    if places.is_empty() {
        return Err(Error::invalid("available_on must not be empty").field("available_on"));
    }
    let is_there = |place: &&AvailableOn| places.contains(place);
    let texts: Vec<&str> = AvailableOn::ALL.iter().filter(is_there).map(|place| place.as_str()).collect();
    Ok(texts.join(" "))
}

/// Actions in stored form. Rejects an action that refers to something that does not exist, unless the macro `had` it
/// before: such actions are skipped when the macro is used.
pub(super) fn actions_text(cx: &mut Cx, actions: &[Action], had: &[Action]) -> Result<String> {
    if actions.len() > MAX_ACTIONS {
        let message = format!("actions has too many entries (maximum is {MAX_ACTIONS})");
        return Err(Error::invalid(message).field("actions"));
    }
    let things = Things::named(cx, actions)?;
    for action in actions.iter().filter(|action| !had.contains(action)) {
        let wrong = match action {
            Action::AssignTeam { team } if things.lack(action) => unknown("team", team),
            Action::AssignAdmin { admin } if things.lack(action) => unknown("admin", admin),
            Action::Tag { tag } if things.lack(action) => unknown("tag", tag),
            Action::Note { body } if body.trim().is_empty() => "actions: a note must not be empty".to_owned(),
            Action::Note { body } if body.chars().count() > MAX_BODY_LENGTH => "actions: a note is too long".to_owned(),
            Action::Snooze { seconds } if !(1..=MAX_SNOOZE).contains(seconds) => {
                "actions: seconds must be positive, and five years at most".to_owned()
            }
            _ => continue,
        };
        return Err(Error::invalid(wrong).field("actions"));
    }
    serde_json::to_string(actions).map_err(Error::internal)
}

fn unknown(what: &str, name: &str) -> String {
    format!("actions: there is no {what} {name:?}")
}

/// The ids of these teams, which must exist, in stored order.
fn known_teams(cx: &mut Cx, ids: &[TeamId]) -> Result<Vec<TeamId>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let all = if ids.is_empty() { Vec::new() } else { teams::all(cx)? };
    match ids.iter().find(|id| all.iter().all(|team| team.id != **id)) {
        Some(unknown) => Err(Error::invalid(format!("There is no team {unknown}")).field("team_ids")),
        None => Ok(ids),
    }
}

fn not_found() -> Error {
    Error::new(ErrorKind::ResourceNotFound, "Macro not found")
}

fn name_taken(name: &str) -> Error {
    Error::new(ErrorKind::Conflict, format!("A macro named '{name}' already exists")).field("name")
}

fn log(cx: &mut Cx, activity_type: &'static str, word: &str, row: &Macro, ip: Option<&str>) -> Result<()> {
    let metadata = json!({"macro_id": row.id, "name": row.name});
    activity::log_action(cx, activity_type, &format!("{word} the macro {}", row.name), metadata, ip)
}
