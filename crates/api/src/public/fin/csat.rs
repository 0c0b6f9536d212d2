//! `POST /fin/csat`

use deskwire_domain::error::Result;
use deskwire_domain::fin::{self, Rated, Rating};
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View<'a> {
    conversation_id: &'a str,
    rating: Rating,
    status: &'static str,
}

/// Records a user's satisfaction with a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.body.id("conversation_id")?.flatten().unwrap_or_default();
    let rating = request.body.text("rating")?.flatten().unwrap_or_default();
    let remark = request.body.long("remark")?.flatten();
    let rated = request.write(move |cx| fin::rate(cx, &id, &rating, remark.as_deref())).await?;
    let Rated { external_id, rating } = &rated;
    request.json(&View { conversation_id: external_id, rating: *rating, status: "rated" })
}
