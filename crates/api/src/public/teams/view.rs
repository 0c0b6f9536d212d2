//! How a team looks.

use deskwire_domain::ids::{AdminId, TeamId};
use deskwire_domain::teams::Distribution;
use deskwire_domain::teams::Full;
use serde::Serialize;

use crate::versions::{Feature, Version};

/// A team.
#[derive(Debug, Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: TeamId,
    name: &'a str,
    admin_ids: Vec<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    admin_priority_level: Option<Priorities>,
    /// Only for teams that balance work.
    assignment_limit: Option<i64>,
    distribution_method: Option<Distribution>,
}

#[derive(Debug, Serialize)]
struct Priorities {
    primary_admin_ids: Vec<i64>,
    secondary_admin_ids: Vec<i64>,
}

impl<'a> View<'a> {
    pub(super) fn new(full: &'a Full, version: Version) -> Self {
        let has_priorities = full.is_balanced() || !version.has(Feature::BalancedPriorities);
        let priorities = full.priorities().filter(|_| has_priorities);
        Self {
            r#type: "team",
            id: full.team.id,
            name: &full.team.name,
            admin_ids: full.members.iter().map(|m| m.admin_id.number()).collect(),
            admin_priority_level: priorities.map(|(primary, secondary)| Priorities {
                primary_admin_ids: primary.into_iter().map(AdminId::number).collect(),
                secondary_admin_ids: secondary.into_iter().map(AdminId::number).collect(),
            }),
            assignment_limit: full.team.assignment_limit.filter(|_| full.is_balanced()),
            distribution_method: full.team.distribution_method,
        }
    }
}
