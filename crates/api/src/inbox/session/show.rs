//! `GET /app/v1/session`

use deskwire_domain::error::Result;
use deskwire_store::inbox_sessions::SessionKind;
use http::StatusCode;

use super::super::types::{SignIn, Step};
use super::super::visitor::Visitor;
use crate::reply::Reply;

/// How far the browser is with signing in.
pub async fn handle(visitor: Visitor) -> Result<Reply> {
    let step = match visitor.signed.map(|signed| signed.kind) {
        Some(SessionKind::Session) => Step::Done,
        Some(SessionKind::SecondFactor) => Step::Totp,
        Some(SessionKind::Link) | None => Step::SignIn,
    };
    Reply::json(StatusCode::OK, &SignIn { step, workspaces: None })
}
