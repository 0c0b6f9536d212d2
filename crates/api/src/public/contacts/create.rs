//! `POST /contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Creates a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let (input, actor) = (input::read(&request.body)?, request.actor());
    let full = request.db().write(move |tx| contacts::create(tx, &actor, &input)).await?;
    request.json(&view::Source::new(request.caller().workspace(), &full).view()?)
}
