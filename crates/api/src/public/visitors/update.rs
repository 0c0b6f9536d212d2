//! `PUT /visitors`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::visitors::{self, Input};

use super::view::View;
use crate::public::person;
use crate::reply::Reply;
use crate::request::Request;

/// Changes a visitor.
pub async fn handle(request: Request) -> Result<Reply> {
    let body = &request.body;
    let named = person::named(body)?;
    let person = named.ok_or_else(|| Error::missing("One of id or user_id is required").field("user_id"))?;
    let input =
        Input { name: body.text("name")?, custom_attributes: body.object("custom_attributes")?.flatten().cloned() };
    let visitor = request.write(move |cx| visitors::update(cx, &person, &input)).await?;
    request.json(&View::new(request.caller().workspace(), &visitor)?)
}
