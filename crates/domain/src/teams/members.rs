//! Replacing the members of a team.

use deskwire_store::{Hold, admins, teams as store};
use serde_json::json;

use super::{Full, Member, MemberPriority};
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, TeamId};

/// The new members of a team.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// All members.
    pub admin_ids: Vec<AdminId>,
    /// The members of the primary level.
    pub primary: Vec<AdminId>,
    /// The members of the secondary level.
    pub secondary: Vec<AdminId>,
}

/// Sets the members of a team. Members without a given level keep theirs. Idempotent.
pub fn replace_members(cx: &mut Cx, id: TeamId, input: &Input, ip: Option<&str>) -> Result<Full> {
    let team = store::lock(cx, id)?.ok_or(ErrorKind::TeamNotFound)?;
    let before = store::members(cx, id)?;
    let mut full = Full { team: team.clone(), members: before.clone() };
    check(cx, &full, input)?;

    let mut ids = input.admin_ids.clone();
    ids.sort_unstable();
    ids.dedup();
    let level = |admin: AdminId| {
        if input.secondary.contains(&admin) {
            Some(MemberPriority::Secondary)
        } else if input.primary.contains(&admin) {
            Some(MemberPriority::Primary)
        } else {
            // On a team that balances work, no level means primary.
            before.iter().find(|m| m.admin_id == admin).and_then(|m| m.priority)
        }
    };
    full.members = ids.iter().map(|a| Member { team_id: id, admin_id: *a, priority: level(*a) }).collect();
    if full.members == before {
        return Ok(full);
    }
    store::replace_members(cx, id, &full.members)?;
    full.team.updated_at = cx.now();
    store::update(cx, &team, &full.team)?;
    log(cx, &full.team.name, ip)?;
    Ok(full)
}

fn check(cx: &mut Cx, full: &Full, input: &Input) -> Result<()> {
    let known: Vec<AdminId> = admins::hold_all(cx, Hold::Reference)?.into_iter().map(|a| a.id).collect();
    if let Some(unknown) = input.admin_ids.iter().find(|id| !known.contains(id)) {
        let message = format!("admin_ids names {unknown}, which is not an admin of this workspace");
        return Err(Error::invalid(message).field("admin_ids"));
    }
    let reject = |message: String| Err(Error::invalid(message).field("admin_priority_level"));
    for id in input.primary.iter().chain(&input.secondary) {
        if !input.admin_ids.contains(id) && full.members.iter().all(|m| m.admin_id != *id) {
            return reject(format!("admin_priority_level names {id}, which is on neither the team nor admin_ids"));
        }
    }
    if let Some(id) = input.primary.iter().find(|id| input.secondary.contains(id)) {
        return reject(format!("admin_priority_level gives {id} more than one priority level"));
    }
    if !full.is_balanced() && !input.secondary.is_empty() {
        let message = "secondary_admin_ids can be set only on a team whose distribution_method is load_balanced";
        return reject(message.to_owned());
    }
    Ok(())
}

/// Logs a change of the members of a team.
pub(super) fn log(cx: &mut Cx, team: &str, ip: Option<&str>) -> Result<()> {
    let action = format!("changed who is in the team {team}");
    activity::log_action(cx, "app_team_membership_modification", &action, json!({}), ip)
}
