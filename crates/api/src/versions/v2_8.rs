//! The changes of 2.8.

use super::{Change, added};

pub(super) const CHANGES: &[Change] =
    &[added("admin", &["team_priority_level"]), added("team", &["admin_priority_level"])];
