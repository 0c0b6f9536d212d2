//! `/app/v1/settings/invitations`: inviting teammates. Responses with links are not stored for repeated requests.

use deskwire_domain::Noun;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::InvitationId;
use deskwire_domain::invitations::{self, Delivery, Invite, Made};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::{Needs, Rows};
use super::super::types::{Invitation, Invitations, Invited, Nothing};
use crate::reply::Reply;

pub(super) fn rows(rows: &mut Rows) {
    let write = Needs::write(Noun::Admins);
    rows.row("GET /app/v1/settings/invitations", write, list);
    rows.row("POST /app/v1/settings/invitations", write, create);
    rows.row("POST /app/v1/settings/invitations/{id}/renew", write, renew);
    rows.row("DELETE /app/v1/settings/invitations/{id}", write, revoke);
}

/// All invitations, expired ones included.
async fn list(request: Request) -> Result<Reply> {
    request.read(|cx| Ok(Invitations { items: invitations::list(cx)?.into_iter().map(view).collect() })).await
}

fn view(invitation: invitations::Invitation) -> Invitation {
    Invitation {
        id: invitation.id,
        email: invitation.email,
        role: invitation.role_name.unwrap_or_default(),
        invited_by: invitation.invited_by,
        created_at: invitation.created_at,
        expires_at: invitation.expires_at,
    }
}

fn invited(made: Made) -> Invited {
    Invited { link: made.link, invitation: view(made.invitation) }
}

#[derive(Deserialize)]
struct Body {
    email: String,
    role: String,
    #[serde(default = "yes")]
    has_inbox_seat: bool,
    #[serde(default)]
    by_mail: bool,
}

const fn yes() -> bool {
    true
}

/// How the link of an invitation is delivered.
fn delivery(request: &Request, by_mail: bool) -> Delivery {
    Delivery { base: format!("{}/inbox/join/", request.origin.trim_end_matches('/')), by_mail }
}

/// Creates an invitation.
async fn create(request: Request) -> Result<Reply> {
    let Body { email, role, has_inbox_seat, by_mail } = request.body()?;
    let (invite, delivery) = (Invite { email, role, has_inbox_seat }, delivery(&request, by_mail));
    let ip = request.ip();
    request.write_unstored(move |cx| invitations::create(cx, &invite, &delivery, ip.as_deref()).map(invited)).await
}

#[derive(Deserialize)]
struct Renewal {
    #[serde(default)]
    by_mail: bool,
}

/// Creates a new link, valid for another week.
async fn renew(request: Request) -> Result<Reply> {
    let id: InvitationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let Renewal { by_mail } = request.body()?;
    let (delivery, ip) = (delivery(&request, by_mail), request.ip());
    request.write_unstored(move |cx| invitations::renew(cx, id, &delivery, ip.as_deref()).map(invited)).await
}

/// Withdraws an invitation.
async fn revoke(request: Request) -> Result<Reply> {
    let id: InvitationId = request.id("id", ErrorKind::ResourceNotFound)?;
    let ip = request.ip();
    request.write(move |cx| invitations::revoke(cx, id, ip.as_deref()).map(|()| Nothing {})).await
}
