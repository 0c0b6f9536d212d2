//! `DELETE /app/v1/session`

use deskwire_domain::error::Result;
use deskwire_domain::sign_in::inbox as sign_in;
use http::StatusCode;

use super::super::types::{SignIn, Step};
use super::super::visitor::Visitor;
use crate::live::EndedSessions;
use crate::reply::Reply;

/// Ends the session of the browser, if it has one.
pub async fn handle(mut visitor: Visitor) -> Result<Reply> {
    if let Some(signed) = visitor.signed.take() {
        let (address, ended, workspace) = (visitor.device().address, signed.id, signed.workspace.clone());
        visitor.db().write(move |tx| sign_in::sign_out(tx, &signed, address.as_deref())).await?;
        visitor.app.live.end_sessions(&workspace, EndedSessions::One(ended));
    }
    let reply = Reply::json(StatusCode::OK, &SignIn { step: Step::SignIn, workspaces: None })?;
    Ok(visitor.forget(reply))
}
