//! `PUT /app/v1/me/preferences`

use deskwire_domain::error::Result;
use deskwire_domain::inbox::preferences;
use serde_json::{Map, Value};

use super::super::request::Request;
use super::super::types::Nothing;
use crate::reply::Reply;

/// Replaces the teammate's preferences.
pub async fn handle(request: Request) -> Result<Reply> {
    let wanted: Map<String, Value> = request.body()?;
    request.write(move |cx| preferences::put(cx, &wanted).map(|()| Nothing {})).await
}
