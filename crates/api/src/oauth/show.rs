//! `GET /oauth`

use axum::body::Body as HttpBody;

use super::visit::Flow;
use super::{Answer, Visit, pages};

/// Where apps send the browser: the consent page, or the one to sign in first.
pub(super) async fn handle(visit: Visit, _: HttpBody) -> Answer {
    let flow = Flow::read(&visit.query())?;
    let asking = visit.asking(&flow).await?;
    let reply = match &asking.admin {
        Some(admin) => pages::consent(&visit, &flow, &asking, admin, None)?,
        None => pages::sign_in(&visit, &flow, &asking, None, "")?,
    };
    Ok(reply)
}
