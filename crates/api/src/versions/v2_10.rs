//! What 2.10 changed.

use super::{Change, added};

pub(super) const CHANGES: &[Change] = &[added("ticket_type", &["category"], "ticket types have a `category`")];
