//! `GET /app/v1/conversations/{id}/parts`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{ConversationId, PartId};
use deskwire_domain::inbox::thread::{self, MAX_PARTS};

use super::super::request::Request;
use super::super::types::Parts;
use super::view;
use crate::reply::Reply;

/// Earlier parts of a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let before = request.query("before").map(|text| PartId::parse(&text).ok_or(ErrorKind::ClientError)).transpose()?;
    let limit = request.query_integer("limit")?.map_or(Some(MAX_PARTS), |limit| usize::try_from(limit).ok());
    let limit = limit.filter(|limit| (1..=MAX_PARTS).contains(limit));
    let limit = limit.ok_or_else(|| Error::invalid(format!("limit must be from 1 to {MAX_PARTS}")).field("limit"))?;
    request
        .read(move |cx| {
            let (row, parts, context) = thread::earlier(cx, id, before, limit)?;
            let scene = view::Scene { context: &context, workspace: cx.workspace() };
            Ok(Parts { parts: view::parts(&row, &parts, scene), before: parts.before })
        })
        .await
}
