//! `GET /conversations/{id}/side_conversations`

use deskwire_domain::conversations::side_conversations;
use deskwire_domain::error::Result;
use deskwire_domain::ids::ConversationId;
use serde::Serialize;

use super::input::id;
use super::parts;
use super::scene::Scene;
use crate::page::{Limits, Numbered, Place};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 25, most: 50 };

#[derive(Serialize)]
struct List<'a> {
    r#type: &'static str,
    side_conversations: Vec<View<'a>>,
    total_count: i64,
    pages: Place,
}

#[derive(Serialize)]
struct View<'a> {
    side_conversation_id: ConversationId,
    conversation_parts: Vec<parts::View<'a>>,
    total_count: i64,
}

/// The side conversations of a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let page = Numbered::read(&request, LIMITS)?;
    let (limit, offset) = (page.per_page, page.offset());
    let read = request.search(move |cx| side_conversations::list(cx, id, limit, offset));
    let (sides, context, total_count) = read.await?;
    let scene = Scene::of(&request);
    let views = sides.iter().map(|side| View {
        side_conversation_id: side.row.id,
        conversation_parts: side.parts.iter().map(|part| parts::view(part, &[], &context, &scene)).collect(),
        total_count: side.row.part_count,
    });
    let side_conversations = views.collect();
    let pages = page.place(total_count);
    request.json(&List { r#type: "side_conversation.list", side_conversations, total_count, pages })
}
