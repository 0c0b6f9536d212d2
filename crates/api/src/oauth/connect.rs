//! `GET /a/oauth/connect`

use http::StatusCode;

use super::browser::BrowserRequest;
use super::document;
use crate::reply::Reply;

/// Redirects from the old URL of the first page, which apps still link to.
pub(super) fn handle(request: &BrowserRequest) -> Reply {
    let query = request.parts.uri.query().map_or(String::new(), |query| format!("?{query}"));
    document::redirect(StatusCode::FOUND, &format!("{}/oauth{query}", request.base()))
}
