//! `GET /app/v1/me/sessions` and `DELETE /app/v1/me/sessions/{id}`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::InboxSessionId;
use deskwire_domain::sign_in::inbox as sign_in;

use super::super::request::Request;
use super::super::types::{Nothing, Session, Sessions};
use crate::live::EndedSessions;
use crate::reply::Reply;

/// The teammate's sessions, newest first.
pub async fn list(request: Request) -> Result<Reply> {
    let own = request.teammate.session.id;
    request
        .read(move |cx| {
            let sessions = sign_in::sessions(cx)?.into_iter().map(|row| Session {
                id: row.id,
                is_this: row.id == own,
                user_agent: row.user_agent,
                address: row.address,
                created_at: row.created_at,
                seen_at: row.seen_at,
            });
            Ok(Sessions { items: sessions.collect() })
        })
        .await
}

/// Ends a session.
pub async fn end(request: Request) -> Result<Reply> {
    let id: InboxSessionId = request.id("id", ErrorKind::ResourceNotFound)?;
    let reply = request.write(move |cx| sign_in::end(cx, id).map(|()| Nothing {})).await?;
    request.end_sessions(EndedSessions::One(id));
    Ok(reply)
}
