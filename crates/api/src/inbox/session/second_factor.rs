//! `POST /app/v1/session/totp`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::sign_in::inbox::MAX_LIFETIME;
use deskwire_domain::sign_in::second_factor;
use deskwire_store::inbox_sessions::SessionKind;
use http::StatusCode;
use serde::Deserialize;

use super::super::types::{SignIn, Step};
use super::super::visitor::Visitor;
use super::refusal;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    code: String,
}

/// Completes signing in with a code of the second factor, or a recovery code.
pub async fn handle(mut visitor: Visitor) -> Result<Reply> {
    let Input { code } = visitor.body()?;
    let signed = visitor.signed.take().filter(|signed| signed.kind == SessionKind::SecondFactor);
    let (signed, device) = (signed.ok_or(ErrorKind::SignedOut)?, visitor.device());
    let tried = visitor.db().write(move |tx| second_factor::sign_in(tx, &signed, &code, &device)).await;
    let secret = tried.map_err(refusal)?.ok_or(ErrorKind::CodeWrong)?;
    let reply = Reply::json(StatusCode::OK, &SignIn { step: Step::Done, workspaces: None })?;
    Ok(visitor.remember(reply, &secret, MAX_LIFETIME))
}
