//! `/conversations/{id}/tags`

pub mod create;
pub mod delete;

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;

use crate::request::Request;

/// The id of the conversation in the path.
fn id(request: &Request) -> Result<ConversationId> {
    request.id("id", ErrorKind::ConversationNotFound)
}
