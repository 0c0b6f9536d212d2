//! `/conversations/attributes`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod options;
pub mod retrieve;
pub mod update;
mod view;

use deskwire_domain::ids;

use crate::request::Request;

/// The id of the attribute in the path; what is no id is nobody's.
fn id(request: &Request) -> Option<i64> {
    ids::parse_decimal(request.param("id"))
}
