//! The changes of 2.9.

use super::{Change, added};

pub(super) const CHANGES: &[Change] = &[added("conversation", &["ticket"])];
