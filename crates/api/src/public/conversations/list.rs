//! `GET /conversations`

use deskwire_domain::conversations;
use deskwire_domain::error::Result;

use crate::page::{self, Limits};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 20, most: 150 };

/// Conversations, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let window = page::window(&request, LIMITS)?;
    let page = request.search(move |cx| conversations::list(cx, &window)).await?;
    super::page::reply(&request, &page)
}
