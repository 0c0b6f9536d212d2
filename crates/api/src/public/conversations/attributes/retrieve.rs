//! `GET /conversations/attributes/{id}`

use deskwire_domain::conversation_attributes;
use deskwire_domain::error::Result;

use super::id;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One attribute of conversations.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request);
    let found = request.read(move |cx| conversation_attributes::find(cx, id)).await?;
    request.json(&View::of(&found)?)
}
