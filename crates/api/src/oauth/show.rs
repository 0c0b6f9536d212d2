//! `GET /oauth`

use axum::body::Body as HttpBody;

use super::browser::{Answer, BrowserRequest, Flow};
use super::pages;

/// The entry page for apps: the consent page, or the sign-in page first.
pub(super) async fn handle(request: BrowserRequest, _: HttpBody) -> Answer {
    let flow = Flow::read(&request.query())?;
    let asking = request.asking(&flow).await?;
    let reply = match &asking.admin {
        Some(admin) => pages::consent(&request, &flow, &asking, admin, None)?,
        None => pages::sign_in(&request, &flow, &asking, None, "")?,
    };
    Ok(reply)
}
