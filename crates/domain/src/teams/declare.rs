//! Teams as a workspace file declares them.

use deskwire_store::counters::{self, Counter};
use deskwire_store::teams as store;
use deskwire_store::{Hold, admins};
use serde::{Deserialize, Serialize};

use super::manage::log;
use super::{Distribution, Member, MemberPriority, Team, members};
use crate::conversations;
use crate::error::{Error, Result};
use crate::ids::TeamId;
use crate::{Cx, Removed, names};

/// A team in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its name, unique in the workspace.
    pub name: String,
    /// The email addresses of its members; `None` leaves them unchanged.
    pub members: Option<Vec<String>>,
    /// The members of the primary level.
    #[serde(default)]
    pub primary: Vec<String>,
    /// The members of the secondary level.
    #[serde(default)]
    pub secondary: Vec<String>,
    /// How many open conversations a member may have.
    pub assignment_limit: Option<i64>,
    /// How conversations are assigned; manually by default.
    pub distribution_method: Option<Distribution>,
}

/// Creates or changes a team. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = names::checked_visible("name", &declared.name)?;
    if declared.assignment_limit.is_some_and(|limit| limit < 1) {
        return Err(Error::invalid("assignment_limit must be positive"));
    }
    let now = cx.now();
    let found = store::lock_by_name(cx, name)?;
    let is_new = found.is_none();
    let before = match found {
        Some(team) => team,
        None => Team {
            id: counters::next(cx, Counter::Teammate)?,
            name: name.to_owned(),
            distribution_method: Some(Distribution::Manual),
            created_at: now,
            updated_at: now,
            ..Team::default()
        },
    };
    let mut after = before.clone();
    after.assignment_limit = declared.assignment_limit.or(after.assignment_limit);
    after.distribution_method = declared.distribution_method.or(after.distribution_method);
    let mut changed = is_new || after != before;
    if is_new {
        store::insert(cx, &after)?;
        log(cx, "app_team_creation", "created", name, None)?;
    } else if changed {
        after.updated_at = now;
        store::update(cx, &before, &after)?;
    }
    if let Some(emails) = &declared.members {
        let wanted = wanted(cx, after.id, emails, declared)?;
        if wanted != store::members(cx, after.id)? {
            store::replace_members(cx, after.id, &wanted)?;
            if !is_new {
                after.updated_at = now;
                store::update(cx, &before, &after)?;
                members::log(cx, name, None)?;
            }
            changed = true;
        }
    } else if !declared.primary.is_empty() || !declared.secondary.is_empty() {
        return Err(Error::invalid("primary and secondary need members"));
    }
    Ok(changed)
}

/// All teams as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let admins = admins::all(cx)?;
    let members = store::all_members(cx)?;
    let declared = |team: Team| {
        let of_team = members.iter().filter(|m| m.team_id == team.id);
        let emails = |priority: Option<MemberPriority>| {
            let wanted = of_team.clone().filter(|m| priority.is_none() || m.priority == priority);
            let email = |m: &Member| admins.iter().find(|a| a.id == m.admin_id).map(|a| a.email.clone());
            wanted.filter_map(email).collect()
        };
        Declared {
            members: Some(emails(None)),
            primary: emails(Some(MemberPriority::Primary)),
            secondary: emails(Some(MemberPriority::Secondary)),
            name: team.name,
            assignment_limit: team.assignment_limit,
            distribution_method: team.distribution_method,
        }
    };
    Ok(store::all(cx)?.into_iter().map(declared).collect())
}

/// The declared members, by id.
fn wanted(cx: &mut Cx, team: TeamId, emails: &[String], declared: &Declared) -> Result<Vec<Member>> {
    // A removal ends the memberships that it finds.
    admins::hold_all(cx, Hold::Reference)?;
    let admins = admins::ever(cx)?;
    let named = |list: &[String], email: &str| list.iter().any(|e| e.eq_ignore_ascii_case(email));
    for email in declared.primary.iter().chain(&declared.secondary) {
        if !named(emails, email) {
            return Err(Error::invalid(format!("{email} has a priority and is not among the members")));
        }
    }
    if let Some(email) = declared.primary.iter().find(|e| named(&declared.secondary, e)) {
        return Err(Error::invalid(format!("{email} is both primary and secondary")));
    }
    let member = |email: &String| {
        let admin = admins.iter().find(|a| a.email.eq_ignore_ascii_case(email));
        let admin = admin.ok_or_else(|| Error::invalid(format!("members: there is no admin {email}")))?;
        let priority = match email {
            e if named(&declared.primary, e) => Some(MemberPriority::Primary),
            e if named(&declared.secondary, e) => Some(MemberPriority::Secondary),
            _ => None,
        };
        // A file may still list admins who were removed.
        Ok(admin.removed_at.is_none().then_some(Member { team_id: team, admin_id: admin.id, priority }))
    };
    let members = emails.iter().map(member).collect::<Result<Vec<_>>>()?;
    let mut members: Vec<Member> = members.into_iter().flatten().collect();
    members.sort_by_key(|m| m.admin_id);
    members.dedup_by_key(|m| m.admin_id);
    Ok(members)
}

/// A team with more conversations cannot be removed: they are unassigned in one transaction.
const MAX_CONVERSATIONS: usize = 1_000;

/// Removes the teams that are not among these.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<Vec<Removed>> {
    let mut removed = Vec::new();
    for team in store::all(cx)? {
        if !keep.contains(&team.name.as_str()) {
            let Some(team) = store::hold(cx, team.id, Hold::End)? else { continue };
            let Some(conversations) = conversations::unassign_team(cx, team.id, MAX_CONVERSATIONS)? else {
                return Err(Error::invalid(format!(
                    "team {:?} has more than {MAX_CONVERSATIONS} conversations and cannot be removed: assign them to another team first",
                    team.name
                )));
            };
            let members = store::members(cx, team.id)?.len();
            store::delete(cx, team.id)?;
            log(cx, "app_team_deletion", "deleted", &team.name, None)?;
            let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
            let uses = vec![("admin", count(members)), ("conversation", count(conversations))];
            removed.push(Removed { name: team.name, uses });
        }
    }
    Ok(removed)
}
