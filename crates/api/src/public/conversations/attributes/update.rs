//! `PUT /conversations/attributes/{id}`

use deskwire_domain::conversation_attributes;
use deskwire_domain::error::Result;

use super::view::View;
use super::{id, input};
use crate::reply::Reply;
use crate::request::Request;

/// Changes an attribute of conversations.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request);
    let changes = input::changes(&request.body)?;
    let after = request.write(move |cx| conversation_attributes::update(cx, id, &changes)).await?;
    request.json(&View::of(&after)?)
}
