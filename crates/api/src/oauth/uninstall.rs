//! `POST /auth/uninstall`

use axum::body::Body as HttpBody;
use deskwire_domain::{Actor, Cx, oauth};
use http::StatusCode;
use serde_json::json;

use super::browser::{Answer, BrowserRequest};
use crate::auth;
use crate::reply::Reply;

/// Revokes all access of the token's app to the workspace. A token without an app is revoked alone.
pub(super) async fn handle(request: BrowserRequest, _: HttpBody) -> Answer {
    let identity = auth::identify(&request.app.tokens, &request.db(), &request.parts.headers, request.ip).await?;
    let actor = Actor::admin(identity.tenant.clone(), identity.admin_id);
    let (app, token, ip) = (identity.app_id, identity.token_id, request.address());
    request.db().write(move |tx| oauth::uninstall(&mut Cx::new(tx, &actor), app, token, ip.as_deref())).await?;
    // In this process it takes effect at once, in others within a second.
    request.app.tokens.refresh(&request.app.db).await;
    Ok(Reply::json(StatusCode::OK, &json!({}))?)
}
