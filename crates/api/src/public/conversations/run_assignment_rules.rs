//! `POST /conversations/{id}/run_assignment_rules`, also with `/parts` behind it

use deskwire_domain::conversations;
use deskwire_domain::error::Result;

use super::answer::changed;
use super::input::id;
use crate::reply::Reply;
use crate::request::Request;

/// Runs the assignment rules of the workspace on a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    changed(request, move |cx| conversations::run_assignment_rules(cx, id)).await
}
