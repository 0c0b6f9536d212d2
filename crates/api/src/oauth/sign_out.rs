//! `POST /oauth/sign_out`

use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::sign_in;
use http::StatusCode;

use super::visit::Flow;
use super::{Answer, Visit, document};

/// Ends the session, for somebody else to sign in.
pub(super) async fn handle(visit: Visit, body: HttpBody) -> Answer {
    let fields = visit.form(body).await?;
    let flow = Flow::read(&fields)?;
    let asking = visit.asking(&flow).await?;
    let reply = document::redirect(StatusCode::SEE_OTHER, &flow.path(&visit));
    let Some(session) = visit.cookie().filter(|_| visit.is_ours(&fields)).map(str::to_owned) else {
        return Ok(reply);
    };
    let (tenant, ip) = (Arc::new(asking.tenant), visit.address());
    visit.db().write(move |tx| sign_in::sign_out(tx, &tenant, &session, ip.as_deref())).await?;
    Ok(document::with_cookie(reply, &visit.forget_cookie()))
}
