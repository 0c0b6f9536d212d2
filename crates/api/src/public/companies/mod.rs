//! `/companies`

pub mod bulk;
pub mod contacts;
pub mod delete;
pub(crate) mod input;
pub mod list;
pub mod notes;
pub mod retrieve;
pub mod scroll;
pub mod search;
pub mod segments;
pub mod update;
pub mod upsert;
pub(crate) mod view;

use deskwire_domain::error::{Kind, Result};

use crate::page::Limits;
use crate::request::Request;

/// Pages of companies.
const LIMITS: Limits = Limits { default: 15, most: 60 };
/// Pages of what belongs to a company or a contact.
pub(crate) const NESTED: Limits = Limits { default: 50, most: 150 };

/// The id of the company in the path.
pub(crate) fn id(request: &Request) -> Result<i64> {
    request.hex_id("id", Kind::CompanyNotFound)
}
