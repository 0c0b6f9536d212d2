//! Macros as a workspace file declares them.

use crate::ids::{MacroId, TeamId};
use deskwire_store::macros as store;
use deskwire_store::{Hold, teams, text_enum};
use serde::{Deserialize, Serialize};

use super::write::{MAX_BODY_LENGTH, NO_ACTIONS, actions_text, fresh, places_text, remove, save};
use super::{Macro, available_on};
use crate::error::{Error, Result};
use crate::html::{self, Html};
use crate::{Cx, Removed, names};

text_enum! {
    /// Where a macro can be used.
    pub enum AvailableOn {
        Inbox = "inbox",
        Messenger = "messenger",
    }
}

/// An action that runs on the conversation in which a macro is used.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Action {
    /// It is assigned to the team with this name.
    AssignTeam {
        /// The name.
        team: String,
    },
    /// It is assigned to the admin with this email address.
    AssignAdmin {
        /// The address.
        admin: String,
    },
    /// The tag with this name is added.
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

/// A macro in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the workspace.
    pub name: String,
    /// Plain text with placeholders such as `{{user.name|fallback:"there"}}`. Empty if it only acts.
    #[serde(default)]
    pub body: String,
    /// The body as HTML, if it has more than paragraphs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub html: Option<String>,
    /// The names of the teams that may use it; empty for everyone.
    pub teams: Option<Vec<String>>,
    /// Where it can be used; everywhere by default.
    pub available_on: Option<Vec<AvailableOn>>,
    /// The actions that run when it is used, in this order.
    pub actions: Option<Vec<Action>>,
}

/// Creates or changes a macro. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = names::checked("name", &declared.name)?;
    let html = declared.html.as_deref().map(as_html).transpose()?.flatten();
    let body = match (&html, declared.body.trim()) {
        (Some(html), "") => html::plain(html),
        (_, body) => body.to_owned(),
    };
    names::at_most("body", &body, MAX_BODY_LENGTH)?;
    let before = store::lock_by_name(cx, name)?;
    let mut after = match &before {
        Some(row) => row.clone(),
        None => fresh(cx, name)?,
    };
    // A new text replaces the HTML as well.
    if declared.html.is_some() || body != after.body_text {
        after.body_html = html;
    }
    after.body_text = body;
    if let Some(places) = &declared.available_on {
        after.available_on = places_text(places)?;
    }
    if let Some(actions) = &declared.actions {
        after.actions = actions_text(cx, actions, &super::actions(&after)?)?;
    }
    if after.body_text.is_empty() && after.body_html.is_none() && after.actions == NO_ACTIONS {
        return Err(Error::invalid("body must not be empty").field("body"));
    }
    let had = store::teams(cx, &[after.id])?.into_iter().map(|t| t.team_id).collect::<Vec<_>>();
    let teams = match &declared.teams {
        Some(names) => team_ids(cx, names)?,
        None => had.clone(),
    };
    if declared.teams.is_some() {
        after.for_everyone = teams.is_empty();
    }
    save(cx, before.as_ref(), (after, &had, &teams), None).map(|(_, changed)| changed)
}

/// The HTML of a workspace file, which only the operator writes; `None` if it is empty.
fn as_html(html: &str) -> Result<Option<String>> {
    Ok(Html::read(html, "", "html")?.map(|html| html.as_str().to_owned()))
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
    for id in &ids {
        // Removing a team deletes the links to it that it finds.
        teams::hold(cx, *id, Hold::Reference)?.ok_or_else(|| cx.collided("teams"))?;
    }
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
            // An empty list would mean everyone, but the macro's last team may have been deleted.
            teams: (row.for_everyone || !teams.is_empty()).then_some(teams),
            name: row.name,
            body: row.body_text,
            html: row.body_html,
            available_on: Some(places),
            actions: Some(actions),
        })
    };
    store::all(cx)?.into_iter().map(declared).collect()
}

/// Removes the macros that are not among these. Returns their names.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for row in store::all(cx)?.into_iter().filter(|row| !keep.contains(&row.name.as_str())) {
        remove(cx, &row, None)?;
        removed.push(Removed { name: row.name, uses: Vec::new() });
    }
    Ok(removed)
}
