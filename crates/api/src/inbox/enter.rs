//! `GET /inbox/enter/{secret}`: a link that signs in once, for the operator at the machine that runs the server.

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::sign_in::inbox::{self as sign_in, MAX_LIFETIME};
use http::StatusCode;

use super::visitor::device;
use crate::cookies::INBOX;
use crate::oauth::{redirect, with_cookie};
use crate::reply::Reply;
use crate::request::base;
use crate::surface::Incoming;

/// Opens a session and redirects to the inbox. A used link redirects without a session.
pub(super) async fn handle(incoming: &Incoming, secret: &str) -> Result<Reply> {
    if !incoming.ip.is_some_and(|ip| ip.to_canonical().is_loopback()) || incoming.is_head {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    let (secret, device) = (secret.to_owned(), device(&incoming.parts.headers, incoming.ip));
    let opened = incoming.db().write(move |tx| sign_in::follow_link(tx, &secret, &device)).await?;
    let reply = redirect(StatusCode::SEE_OTHER, &format!("{}/inbox/", base(&incoming.origin)));
    Ok(match opened {
        Some(session) => with_cookie(reply, &INBOX.set(&incoming.origin, &session, Some(MAX_LIFETIME))),
        None => reply,
    })
}
