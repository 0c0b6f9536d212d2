//! What 2.12 changed.

use super::{Change, added};

pub(super) const CHANGES: &[Change] =
    &[added("contact", &["enabled_push_messaging"], "contacts say whether push messages reach them")];
