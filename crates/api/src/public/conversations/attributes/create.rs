//! `POST /conversations/attributes`

use deskwire_domain::conversation_attributes;
use deskwire_domain::error::Result;

use super::input;
use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Creates an attribute of conversations.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = input::new(&request.body)?;
    let made = request.write(move |cx| conversation_attributes::create(cx, &new)).await?;
    request.json(&View::of(&made)?)
}
