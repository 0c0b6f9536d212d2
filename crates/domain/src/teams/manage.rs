//! Teams, as teammates manage them in the settings.

use deskwire_store::counters::{self, Counter};
use deskwire_store::{Hold, teams as store};
use serde_json::json;

use super::{Distribution, Input, Team, replace_members};
use crate::activity;
use crate::admins::Authority;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, TeamId};
use crate::{Cx, conversations, macros, names};

/// The maximum number of teams per workspace.
const MAX_TEAMS: usize = 500;
/// The maximum number of members that a request names.
const MAX_MEMBERS: usize = 2_000;

/// A team as a teammate saves it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its name, unique in the workspace.
    pub name: String,
    /// Its members.
    pub members: Vec<AdminId>,
    /// How conversations are assigned.
    pub distribution: Distribution,
    /// How many open conversations a member may have.
    pub assignment_limit: Option<i64>,
}

impl Draft {
    /// Validates the draft and applies it to `before`.
    fn applied(&self, cx: &mut Cx, before: &Team) -> Result<Team> {
        let name = names::checked_visible("name", &self.name)?.to_owned();
        if self.assignment_limit.is_some_and(|limit| !(1..=10_000).contains(&limit)) {
            let message = "assignment_limit must be between 1 and 10,000";
            return Err(Error::invalid(message).field("assignment_limit"));
        }
        if self.members.len() > MAX_MEMBERS {
            let message = format!("member_ids can hold at most {MAX_MEMBERS} teammates");
            return Err(Error::invalid(message).field("member_ids"));
        }
        let taken = store::all(cx)?.iter().any(|team| team.id != before.id && team.name == name);
        if taken {
            return Err(Error::new(ErrorKind::Conflict, format!("There is a team {name} already")).field("name"));
        }
        Ok(Team {
            name,
            assignment_limit: self.assignment_limit,
            distribution_method: Some(self.distribution),
            ..before.clone()
        })
    }

    fn input(&self) -> Input {
        Input { admin_ids: self.members.clone(), ..Input::default() }
    }
}

/// Creates a team.
pub fn create(cx: &mut Cx, draft: &Draft, ip: Option<&str>) -> Result<TeamId> {
    // Serializes the creation of teams, so that no two get the same name.
    deskwire_store::workspaces::lock(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    Authority::of(cx)?;
    if store::all(cx)?.len() >= MAX_TEAMS {
        return Err(Error::new(ErrorKind::Conflict, format!("There are at most {MAX_TEAMS} teams")));
    }
    let now = cx.now();
    let new = Team { created_at: now, updated_at: now, ..Team::default() };
    let team = Team { id: counters::next(cx, Counter::Teammate)?, ..draft.applied(cx, &new)? };
    store::insert(cx, &team)?;
    log(cx, "app_team_creation", "created", &team.name, ip)?;
    if !draft.members.is_empty() {
        replace_members(cx, team.id, &draft.input(), ip)?;
    }
    Ok(team.id)
}

/// Changes a team.
pub fn change(cx: &mut Cx, id: TeamId, draft: &Draft, ip: Option<&str>) -> Result<()> {
    deskwire_store::workspaces::lock(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    Authority::of(cx)?;
    let before = store::lock(cx, id)?.ok_or(ErrorKind::TeamNotFound)?;
    let after = draft.applied(cx, &before)?;
    if after != before {
        let now = cx.now();
        store::update(cx, &before, &Team { updated_at: now, ..after.clone() })?;
        if after.name != before.name {
            macros::rename(cx, macros::Named::Team, &before.name, &after.name)?;
        }
        let action = if after.name == before.name {
            format!("changed how the team {} works", after.name)
        } else {
            format!("renamed the team {} to {}", before.name, after.name)
        };
        let metadata = json!({"team_id": id});
        activity::log_action(cx, "app_team_membership_modification", &action, metadata, ip)?;
    }
    replace_members(cx, id, &draft.input(), ip).map(drop)
}

/// Deletes a team that has at most `most` conversations, and unassigns these.
pub fn delete(cx: &mut Cx, id: TeamId, most: usize, ip: Option<&str>) -> Result<usize> {
    Authority::of(cx)?;
    let team = store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::TeamNotFound)?;
    let Some(unassigned) = conversations::unassign_team(cx, id, most)? else {
        let message =
            format!("The team {} has more than {most} conversations: assign them to another team first", team.name);
        return Err(Error::new(ErrorKind::Conflict, message));
    };
    store::delete(cx, id)?;
    log(cx, "app_team_deletion", "deleted", &team.name, ip)?;
    Ok(unassigned)
}

/// Logs that a team was created or deleted.
pub(super) fn log(cx: &mut Cx, activity_type: &'static str, word: &str, team: &str, ip: Option<&str>) -> Result<()> {
    activity::log_action(cx, activity_type, &format!("{word} the team {team}"), json!({}), ip)
}
