//! `GET /visitors`

use std::borrow::Cow;

use deskwire_domain::Person;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::visitors;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One visitor.
pub async fn handle(request: Request) -> Result<Reply> {
    let text = |name| request.query(name).map(Cow::into_owned);
    let named = text("user_id").map(Person::UserId).or_else(|| text("id").map(Person::Id));
    let person = named.ok_or_else(|| Error::missing("user_id is required").field("user_id"))?;
    let visitor = request.read(move |cx| visitors::find(cx, &person)).await?;
    request.json(&View::new(request.caller().workspace(), &visitor)?)
}
