//! `GET /inbox/enter/{secret}`: a link that signs in once, for the operator at the machine that runs the server.

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::sign_in::inbox::{self as sign_in, MAX_LIFETIME};
use deskwire_store::inbox_sessions::SessionKind;

use super::pages::to_page;
use super::signed;
use super::visitor::device;
use crate::cookies::INBOX;
use crate::oauth::with_cookie;
use crate::reply::Reply;
use crate::surface::Incoming;

/// Opens a session and redirects to the inbox. A link that is used or too old leads to the sign-in page, which says so,
/// unless the browser has a session.
pub(super) async fn handle(incoming: &Incoming, secret: &str) -> Result<Reply> {
    if !incoming.ip.is_some_and(|ip| ip.to_canonical().is_loopback()) || incoming.is_head {
        return Err(ErrorKind::ResourceNotFound.into());
    }
    let (secret, device) = (secret.to_owned(), device(&incoming.parts.headers, incoming.ip));
    let opened = incoming.db().write(move |tx| sign_in::follow_link(tx, &secret, &device)).await?;
    if let Some(session) = opened {
        let cookie = INBOX.set(&incoming.origin, &session, Some(MAX_LIFETIME));
        return Ok(with_cookie(to_page(incoming, ""), &cookie));
    }
    let is_signed_in = signed(incoming).await?.is_some_and(|signed| signed.kind == SessionKind::Session);
    Ok(to_page(incoming, if is_signed_in { "" } else { "login?link=used" }))
}
