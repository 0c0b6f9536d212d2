//! What 2.14 changed.

use super::{Change, added};

pub(super) const CHANGES: &[Change] = &[
    added("admin", &["away_status_reason_id"], "admins say why they are away"),
    added("team", &["assignment_limit", "distribution_method"], "teams say how they distribute"),
];
