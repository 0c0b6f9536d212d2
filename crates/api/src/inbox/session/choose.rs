//! `POST /app/v1/session/choose`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::sign_in::inbox::{MAX_LIFETIME, SECOND_FACTOR};
use deskwire_domain::sign_in::single_sign_on::{self, Entry};
use deskwire_store::inbox_sessions::SessionKind;
use http::StatusCode;
use serde::Deserialize;

use super::super::types::{SignIn, Step};
use super::super::visitor::Visitor;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    workspace_id: String,
}

/// Continues signing in, in one of the workspaces of the email address that the identity provider verified.
pub async fn handle(mut visitor: Visitor) -> Result<Reply> {
    let Input { workspace_id } = visitor.body()?;
    let signed = visitor.signed.take().filter(|signed| signed.kind == SessionKind::Choice);
    let (signed, device) = (signed.ok_or(ErrorKind::SignedOut)?, visitor.device());
    let chosen = move |tx: &mut deskwire_store::Tx<'_>| single_sign_on::choose(tx, &signed, &workspace_id, &device);
    let entered = visitor.db().write(chosen).await?.ok_or(ErrorKind::ResourceNotFound)?;
    let answer = |step| Reply::json(StatusCode::OK, &SignIn { step, workspaces: None });
    match entered {
        Entry::Session(secret) => Ok(visitor.remember(answer(Step::Done)?, &secret, MAX_LIFETIME)),
        Entry::Before(secret) => Ok(visitor.remember(answer(Step::Totp)?, &secret, SECOND_FACTOR)),
    }
}
