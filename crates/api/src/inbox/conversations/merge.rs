//! `POST /app/v1/conversations/{id}/merge` and `POST /app/v1/conversations/{id}/unmerge`

use deskwire_domain::conversations;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::inbox::rows;
use serde::Deserialize;

use super::super::request::Request;
use super::super::types::Merged;
use super::view;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Body {
    into: String,
}

/// Merges a conversation into another one.
pub async fn merge(request: Request) -> Result<Reply> {
    let id: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let into = request.body::<Body>()?.into;
    let into = ConversationId::parse(&into).ok_or(ErrorKind::ResourceNotFound)?;
    request
        .write(move |cx| {
            let into = conversations::merge(cx, id, into)?.id;
            merged(cx, id, into)
        })
        .await
}

/// Undoes a merge.
pub async fn unmerge(request: Request) -> Result<Reply> {
    let id: ConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    request
        .write(move |cx| {
            let (from, into) = conversations::unmerge(cx, id)?;
            merged(cx, from.id, into.id)
        })
        .await
}

fn merged(cx: &mut deskwire_domain::Cx, from: ConversationId, into: ConversationId) -> Result<Merged> {
    let rows = rows::rows(cx, &[from, into])?;
    let [from, into] = &rows[..] else { return Err(ErrorKind::ResourceNotFound.into()) };
    Ok(Merged { row: view::row(from), into: view::row(into) })
}
