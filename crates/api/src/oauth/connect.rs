//! `GET /a/oauth/connect`

use axum::body::Body as HttpBody;
use http::StatusCode;

use super::{Answer, Visit, document};

/// The old address of the first page, which apps still link to.
pub(super) async fn handle(visit: Visit, _: HttpBody) -> Answer {
    let query = visit.parts.uri.query().map_or(String::new(), |query| format!("?{query}"));
    Ok(document::redirect(StatusCode::FOUND, &format!("{}/oauth{query}", visit.base())))
}
