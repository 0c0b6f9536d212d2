//! `POST /help_center/help_centers/{id}/redirects`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::help_centers::redirects::{self, New, RedirectTarget};
use deskwire_domain::ids::Id;

use super::{id, view::View};
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;

/// Creates a redirect.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request, "id")?;
    let new = input(&request.body)?;
    let (origin, ip) = (request.origin.clone(), request.ip());
    let made = request.write(move |cx| redirects::create(cx, id, &new, &origin, ip.as_deref())).await?;
    request.json(&View::from(&made))
}

fn input(body: &Body) -> Result<New> {
    let from_url = body.needed_id("from_url")?;
    let locale = body.needed_id("locale")?;
    let target_type = RedirectTarget::parse(&body.needed_id("target_type")?)
        .ok_or_else(|| Error::invalid("target_type must be 'article' or 'collection'").field("target_type"))?;
    Ok(New { from_url, locale, target_type, target_id: i64::parse(&body.needed_id("target_id")?) })
}
