//! `POST /visitors/convert`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::visitors::{self, Convert};

use crate::body::Body;
use crate::public::contacts::view::Source;
use crate::public::person;
use crate::reply::Reply;
use crate::request::Request;

/// Converts a visitor to a user or a lead, or merges it into one.
pub async fn handle(request: Request) -> Result<Reply> {
    let visitor = object(&request.body, "visitor")?;
    let missing = || Error::missing("visitor must have an id, a user_id or an email").field("visitor");
    let role = request.body.text("type")?.flatten().ok_or_else(|| Error::missing("type is required").field("type"))?;
    // A lead needs no identifier.
    let user = match request.body.object("user")?.flatten() {
        None if role == "lead" => Body::default(),
        _ => object(&request.body, "user")?,
    };
    let convert = Convert {
        visitor: person::named(&visitor)?.ok_or_else(missing)?,
        role,
        id: person::text(&user, "id")?,
        user_id: person::text(&user, "user_id")?,
        email: person::text(&user, "email")?,
    };
    let full = request.write(move |cx| visitors::convert(cx, &convert)).await?;
    request.json(&Source::new(request.caller().workspace(), &full).view()?)
}

/// A required object.
fn object(body: &Body, key: &'static str) -> Result<Body> {
    let map = body.object(key)?.flatten();
    Ok(Body(map.ok_or_else(|| Error::missing(format!("{key} is required")).field(key))?.clone()))
}
