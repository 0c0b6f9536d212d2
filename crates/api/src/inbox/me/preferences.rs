//! `PUT /app/v1/me/preferences`

use deskwire_domain::error::Result;
use deskwire_domain::inbox::preferences::{self, Preferences};

use super::super::request::Request;
use super::super::types::Nothing;
use crate::reply::Reply;

/// Replaces the teammate's preferences.
pub async fn handle(request: Request) -> Result<Reply> {
    let wanted: Preferences = request.body()?;
    request.write(move |cx| preferences::put(cx, &wanted).map(|()| Nothing {})).await
}
