//! What 2.9 changed.

use super::{Change, added};

pub(super) const CHANGES: &[Change] = &[added("conversation", &["ticket"])];
