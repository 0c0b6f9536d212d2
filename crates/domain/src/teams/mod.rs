//! Teams.

mod declare;
mod manage;
mod members;

use deskwire_store::conversations::ConversationState;
use deskwire_store::{conversations, teams as store};

pub use declare::{Declared, declare, declared, prune};
pub use deskwire_store::teams::{Distribution, Member, MemberPriority, Team};
pub use manage::{Draft, change, create, delete};
pub use members::{Input, replace_members};

use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::{AdminId, TeamId};

/// A team and its members.
#[derive(Debug, Clone, PartialEq)]
pub struct Full {
    /// The team's row.
    pub team: Team,
    /// Its members, by id.
    pub members: Vec<Member>,
}

impl Full {
    /// Whether conversations are balanced by workload.
    pub fn is_balanced(&self) -> bool {
        self.team.distribution_method == Some(Distribution::LoadBalanced)
    }

    /// The members of the primary and the secondary level; `None` if the team has no levels.
    pub fn priorities(&self) -> Option<(Vec<AdminId>, Vec<AdminId>)> {
        let balanced = self.is_balanced();
        if !balanced && self.members.iter().all(|m| m.priority.is_none()) {
            return None;
        }
        let first = |m: &&Member| m.priority.map_or(balanced, |p| p == MemberPriority::Primary);
        let second = |m: &&Member| m.priority == Some(MemberPriority::Secondary);
        let ids = |of: &dyn Fn(&&Member) -> bool| self.members.iter().filter(of).map(|m| m.admin_id).collect();
        Some((ids(&first), ids(&second)))
    }
}

/// All teams, oldest first.
pub fn list(cx: &mut Cx) -> Result<Vec<Full>> {
    let members = store::all_members(cx)?;
    let full = store::all(cx)?.into_iter().map(|team| {
        let first = members.partition_point(|m| m.team_id < team.id);
        let members = members[first..].iter().take_while(|m| m.team_id == team.id).cloned().collect();
        Full { team, members }
    });
    Ok(full.collect())
}

/// One team.
pub fn find(cx: &mut Cx, id: TeamId) -> Result<Full> {
    let team = store::get(cx, id)?.ok_or(ErrorKind::TeamNotFound)?;
    let members = store::members(cx, id)?;
    Ok(Full { team, members })
}

/// The workload of a member of a team.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Metric {
    pub admin_id: AdminId,
    pub open: i64,
    pub idle: i64,
    pub snoozed: i64,
}

/// The workload of each member of a team. Open conversations without a change for `idle_threshold` seconds are idle.
pub fn metrics(cx: &mut Cx, id: TeamId, idle_threshold: i64) -> Result<Vec<Metric>> {
    let full = find(cx, id)?;
    let members: Vec<AdminId> = full.members.iter().map(|m| m.admin_id).collect();
    let before = cx.now() - idle_threshold;
    let loads = conversations::workload(cx, &members, before)?;
    let metric = |admin_id: AdminId| {
        let of =
            |wanted: ConversationState| loads.iter().find(|(admin, state, ..)| *admin == admin_id && *state == wanted);
        let (open, idle) = of(ConversationState::Open).map_or((0, 0), |(_, _, all, idle)| (*all, *idle));
        Metric { admin_id, open, idle, snoozed: of(ConversationState::Snoozed).map_or(0, |(_, _, all, _)| *all) }
    };
    Ok(members.into_iter().map(metric).collect())
}
