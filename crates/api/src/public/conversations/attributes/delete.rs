//! `DELETE /conversations/attributes/{id}`

use deskwire_domain::conversation_attributes;
use deskwire_domain::error::Result;

use super::id;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Archives an attribute of conversations.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request);
    let after = request.write(move |cx| conversation_attributes::archive(cx, id)).await?;
    request.json(&View::of(&after)?)
}
