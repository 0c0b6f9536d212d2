//! `GET /app/v1/session`

use deskwire_domain::error::Result;
use deskwire_domain::sign_in::single_sign_on;
use deskwire_store::inbox_sessions::SessionKind;
use http::StatusCode;

use super::super::types::{SessionState, Step, WorkspaceName};
use super::super::visitor::Visitor;
use crate::reply::Reply;

/// The state of signing in.
pub async fn handle(mut visitor: Visitor) -> Result<Reply> {
    let sso = visitor.app.config.oidc.as_ref().map(|provider| provider.name().to_owned());
    let signed = visitor.signed.take();
    let step = match signed.as_ref().map(|signed| signed.kind) {
        Some(SessionKind::Session) => Step::Done,
        Some(SessionKind::SecondFactor) => Step::Totp,
        Some(SessionKind::Choice) => Step::Choose,
        Some(SessionKind::Link) | None => Step::SignIn,
    };
    let workspaces = match signed.filter(|_| step == Step::Choose) {
        Some(signed) => {
            let choices = visitor.db().read(move |tx| single_sign_on::choices(tx, &signed)).await?;
            Some(choices.into_iter().map(|(id, name)| WorkspaceName { id, name }).collect())
        }
        None => None,
    };
    Reply::json(StatusCode::OK, &SessionState { step, workspaces, sso })
}
