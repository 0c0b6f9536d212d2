//! What 2.15 changed.

use super::{Change, added};

pub(super) const CHANGES: &[Change] =
    &[added("conversation", &["company"], "conversations show the `company` they are about")];
