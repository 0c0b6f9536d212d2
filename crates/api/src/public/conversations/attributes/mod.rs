//! `/conversations/attributes`

pub mod create;
pub mod delete;
mod input;
pub mod list;
pub mod options;
pub mod retrieve;
pub mod update;
mod view;

use crate::request::Request;
use deskwire_domain::ids::ConversationAttributeId;

/// The id of the attribute in the path; an invalid id matches none.
fn id(request: &Request) -> Option<ConversationAttributeId> {
    ConversationAttributeId::parse(request.param("id"))
}
