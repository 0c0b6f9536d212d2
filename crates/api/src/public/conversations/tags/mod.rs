//! `/conversations/{id}/tags`

pub mod create;
pub mod delete;

use deskwire_domain::error::{Kind, Result};

use crate::request::Request;

/// The id of the conversation in the path.
fn id(request: &Request) -> Result<i64> {
    request.decimal_id("id", Kind::ConversationNotFound)
}
