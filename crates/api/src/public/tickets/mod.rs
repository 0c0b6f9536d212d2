//! `/tickets`

pub mod change_type;
pub mod create;
pub mod delete;
pub mod enqueue;
pub(crate) mod input;
pub mod linked_conversations;
mod parts;
pub mod reply;
pub mod retrieve;
pub mod search;
pub mod tags;
pub mod update;
pub(crate) mod view;

use deskwire_domain::Cx;
use deskwire_domain::conversations::{Context, Conversation, Full};
use deskwire_domain::error::{Error, Kind, Result};

use crate::public::conversations::change_one;
use crate::public::conversations::scene::Scene;
use crate::reply::Reply;
use crate::request::Request;

/// The id of the ticket in the path.
fn id(request: &Request) -> Result<i64> {
    request.decimal_id("id", Kind::TicketNotFound)
}

/// A refusal as this operation tells it: without the parameter at fault.
fn terse(error: Error) -> Error {
    Error { field: None, ..error }
}

/// Runs a change, and answers with the ticket as it is then.
pub(crate) async fn changed(
    request: Request,
    change: impl FnMut(&mut Cx) -> Result<Conversation> + Send + 'static,
) -> Result<Reply> {
    let (full, context) = change_one(&request, change).await?;
    shown(&request, &full, &context)
}

/// Answers with a ticket.
fn shown(request: &Request, full: &Full, context: &Context) -> Result<Reply> {
    request.json(&view::view(full, context, &Scene::of(request)))
}
