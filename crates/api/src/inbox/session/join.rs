//! `POST /app/v1/session/invitation` and `POST /app/v1/session/join`: accepting an invitation.

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::invitations;
use deskwire_domain::sign_in::inbox::MAX_LIFETIME;
use http::StatusCode;
use serde::Deserialize;

use super::super::types::{InvitationShown, SignIn, Step};
use super::super::visitor::Visitor;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Secret {
    secret: String,
}

/// Shows the invitation behind a link's secret. Changes nothing.
pub async fn show(visitor: Visitor) -> Result<Reply> {
    let Secret { secret } = visitor.body()?;
    let found = visitor.db().read(move |tx| invitations::show(tx, &secret)).await?;
    let shown = found.ok_or(ErrorKind::InvitationNotFound)?;
    let view = InvitationShown {
        workspace: shown.workspace,
        email: shown.email,
        role: shown.role,
        invited_by: shown.invited_by,
    };
    Reply::json(StatusCode::OK, &view)
}

#[derive(Deserialize)]
struct Input {
    secret: String,
    name: String,
    password: String,
}

/// Accepts an invitation: creates the teammate and signs them in.
pub async fn accept(visitor: Visitor) -> Result<Reply> {
    let Input { secret, name, password } = visitor.body()?;
    // Hashing is slow on purpose, so it is done only for a valid secret.
    let known = secret.clone();
    if visitor.db().read(move |tx| invitations::show(tx, &known)).await?.is_none() {
        return Err(ErrorKind::InvitationNotFound.into());
    }
    let hash = visitor.app.passwords.hash(visitor.share(), password).await.map_err(of_password)?;
    let device = visitor.device();
    let opened = visitor.db().write(move |tx| invitations::accept(tx, &secret, &name, &hash, &device)).await?;
    let session = opened.ok_or(ErrorKind::InvitationNotFound)?;
    let reply = Reply::json(StatusCode::OK, &SignIn { step: Step::Done, workspaces: None })?;
    Ok(visitor.remember(reply, &session, MAX_LIFETIME))
}

fn of_password(error: Error) -> Error {
    if error.kind == ErrorKind::ParameterInvalid { error.field("password") } else { error }
}
