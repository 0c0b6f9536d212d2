//! The view of an admin.

use deskwire_domain::admins::Full;
use deskwire_domain::ids::{AdminId, AwayStatusReasonId, RoleId};
use deskwire_domain::teams::MemberPriority;
use serde::Serialize;

/// An admin.
#[derive(Debug, Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: AdminId,
    name: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    away_mode_enabled: bool,
    away_mode_reassign: bool,
    away_status_reason_id: Option<i64>,
    has_inbox_seat: bool,
    team_ids: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    team_priority_level: Option<Priorities>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role<'a>>,
}

#[derive(Debug, Serialize)]
struct Priorities {
    primary_team_ids: Vec<i64>,
    secondary_team_ids: Vec<i64>,
}

/// The names of an admin's permissions.
#[derive(Debug, Serialize)]
pub(super) struct Role<'a> {
    r#type: &'static str,
    id: RoleId,
    name: &'a str,
}

impl<'a> Role<'a> {
    pub(super) fn of(full: &'a Full) -> Option<Self> {
        let (id, name) = (full.admin.role_id?, full.admin.role_name.as_deref()?);
        Some(Self { r#type: "role", id, name })
    }
}

impl<'a> View<'a> {
    pub(crate) fn new(full: &'a Full) -> Self {
        let admin = &full.admin;
        Self {
            r#type: "admin",
            id: admin.id,
            name: &admin.name,
            email: &admin.email,
            job_title: admin.job_title.as_deref(),
            away_mode_enabled: admin.away_mode_enabled,
            away_mode_reassign: admin.away_mode_reassign,
            away_status_reason_id: admin.away_status_reason_id.map(AwayStatusReasonId::number),
            has_inbox_seat: admin.has_inbox_seat,
            team_ids: teams(full),
            avatar: admin.avatar.as_deref(),
            team_priority_level: priorities(full),
            role: Role::of(full),
        }
    }

    /// The same without the picture, which lists include only on request.
    pub(super) fn without_avatar(self) -> Self {
        Self { avatar: None, ..self }
    }
}

pub(super) fn teams(full: &Full) -> Vec<i64> {
    full.memberships.iter().map(|m| m.team_id.number()).collect()
}

fn priorities(full: &Full) -> Option<Priorities> {
    let of = |priority| {
        let held = full.memberships.iter().filter(|m| m.priority == Some(priority));
        held.map(|m| m.team_id.number()).collect::<Vec<_>>()
    };
    let (primary_team_ids, secondary_team_ids) = (of(MemberPriority::Primary), of(MemberPriority::Secondary));
    let any = !primary_team_ids.is_empty() || !secondary_team_ids.is_empty();
    any.then_some(Priorities { primary_team_ids, secondary_team_ids })
}
