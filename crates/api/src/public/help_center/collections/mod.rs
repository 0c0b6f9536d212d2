//! `/help_center/collections`

pub mod create;
pub mod delete;
pub(super) mod input;
pub mod list;
pub mod retrieve;
pub mod update;
pub(super) mod view;

use deskwire_domain::collections::Levels;

use crate::page::Limits;
use crate::request::Request;
use crate::versions::Feature;

/// Rows of a page.
pub(super) const LIMITS: Limits = Limits { default: 20, most: 250 };

/// The collections that the version of a request shows as such.
fn levels(request: &Request) -> Levels {
    if request.version().has(Feature::NestedCollections) { Levels::All } else { Levels::First }
}
