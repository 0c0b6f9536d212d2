//! `/conversations`

pub mod attributes;
pub mod convert;
pub mod create;
pub mod customers;
pub mod delete;
pub mod deleted;
pub mod handling_events;
pub(crate) mod input;
pub(crate) mod linked;
pub mod list;
pub mod manage;
pub mod merge;
mod page;
pub(crate) mod parts;
pub mod redact;
pub mod reply;
pub mod retrieve;
pub mod run_assignment_rules;
pub(crate) mod scene;
pub mod search;
pub mod side_conversations;
mod statistics;
pub mod tags;
pub mod update;
pub mod update_part;
pub(crate) mod view;

use deskwire_domain::Cx;
use deskwire_domain::conversations::{self, Context, Conversation, Full};
use deskwire_domain::error::{Kind, Result};

use crate::reply::Reply;
use crate::request::Request;
use scene::Scene;

/// The id of the conversation in the path.
pub(crate) fn id(request: &Request) -> Result<i64> {
    request.decimal_id("id", Kind::ResourceNotFound)
}

/// Runs a change, and answers with the conversation as it is then.
pub(crate) async fn changed(
    request: Request,
    change: impl FnMut(&mut Cx) -> Result<Conversation> + Send + 'static,
) -> Result<Reply> {
    let (full, context) = change_one(&request, change).await?;
    shown(&request, &full, &context)
}

/// Runs a change: the conversation or ticket as it is then.
pub(in crate::public) async fn change_one(
    request: &Request,
    mut change: impl FnMut(&mut Cx) -> Result<Conversation> + Send + 'static,
) -> Result<(Full, Context)> {
    let written = request.write(move |cx| {
        let row = change(cx)?;
        conversations::one(cx, row)
    });
    written.await
}

/// Answers with a conversation.
pub(crate) fn shown(request: &Request, full: &Full, context: &Context) -> Result<Reply> {
    request.json(&view::view(full, context, &Scene::of(request))?)
}
