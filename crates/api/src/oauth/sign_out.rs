//! `POST /oauth/sign_out`

use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::sign_in;
use http::StatusCode;

use super::browser::{Answer, BrowserRequest, Flow};
use super::document;

/// Ends the session, so that somebody else can sign in.
pub(super) async fn handle(request: BrowserRequest, body: HttpBody) -> Answer {
    let fields = request.form(body).await?;
    let flow = Flow::read(&fields)?;
    let asking = request.asking(&flow).await?;
    let reply = document::redirect(StatusCode::SEE_OTHER, &flow.path(&request));
    let Some(session) = request.cookie().filter(|_| request.is_ours(&fields)).map(str::to_owned) else {
        return Ok(reply);
    };
    let (tenant, ip) = (Arc::new(asking.tenant), request.address());
    request.db().write(move |tx| sign_in::sign_out(tx, &tenant, &session, ip.as_deref())).await?;
    Ok(document::with_cookie(reply, &request.forget_cookie()))
}
