//! Invitations to become a teammate: a link with a secret, copied or mailed, that works once and expires after a week.

use std::sync::Arc;

use deskwire_store::admins::{self, Admin};
use deskwire_store::counters::{self, Counter};
use deskwire_store::global::{credentials, sessions as lookups};
use deskwire_store::inbox_sessions::SessionKind;
use deskwire_store::{Hold, Tx, invitations as store, mails, roles, workspaces};
use serde_json::json;

pub use deskwire_store::invitations::Invitation;

use crate::activity;
use crate::actor::{Actor, Tenant};
use crate::admins::{Authority, checked_email, to_give};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{InvitationId, MailId};
use crate::notifications::Recipient;
use crate::sign_in::{self, inbox::Device};
use crate::{Cx, mail, names, secrets};

/// The lifetime of an invitation, in seconds.
pub const LIFETIME: i64 = 7 * 86_400;
/// The maximum number of invitations per workspace at a time.
const MAX_INVITATIONS: usize = 200;
/// The minimum interval between two mails of an invitation, in seconds.
const MAIL_INTERVAL: i64 = 60;

/// An invitation to create.
#[derive(Debug, Clone)]
pub struct Invite {
    /// Their email address, which becomes that of the teammate.
    pub email: String,
    /// The name of the role that they get.
    pub role: String,
    /// Whether they may answer in the inbox.
    pub has_inbox_seat: bool,
}

/// How the link is delivered.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// The URL that the secret is appended to.
    pub base: String,
    /// Whether it is mailed.
    pub by_mail: bool,
}

/// An invitation with its link, which is shown only once.
#[derive(Debug, Clone)]
pub struct Made {
    /// The invitation.
    pub invitation: Invitation,
    /// The link.
    pub link: String,
}

/// All invitations, oldest first, including expired ones that can be renewed.
pub fn list(cx: &mut Cx) -> Result<Vec<Invitation>> {
    Ok(store::all(cx)?)
}

/// Invites somebody who is not a teammate yet, with a role that permits no more than the actor's own.
pub fn create(cx: &mut Cx, invite: &Invite, delivery: &Delivery, ip: Option<&str>) -> Result<Made> {
    let email = checked_email(&invite.email)?;
    let email_key = admins::email_key(email);
    // Serializes the creation of invitations, so that the limit and the uniqueness of addresses hold.
    workspaces::lock(cx)?.ok_or(ErrorKind::ResourceNotFound)?;
    let authority = Authority::of(cx)?;
    check_free(cx, email, &email_key)?;
    if store::is_invited(cx, &email_key)? {
        let message = format!("{email} is invited already: send the invitation again, or withdraw it");
        return Err(Error::new(ErrorKind::Conflict, message).field("email"));
    }
    if store::all(cx)?.len() >= MAX_INVITATIONS {
        return Err(Error::new(
            ErrorKind::Conflict,
            format!("There are at most {MAX_INVITATIONS} invitations at a time"),
        ));
    }
    let role = to_give(cx, &invite.role)?;
    authority.may_give(&role)?;
    let (secret, now) = (secrets::text::<32>()?, cx.now());
    let mut invitation = Invitation {
        id: cx.mint(),
        hash: secrets::hash(&secret),
        email: email.to_owned(),
        email_key,
        role_id: role.id,
        has_inbox_seat: invite.has_inbox_seat,
        invited_by: cx.actor().admin_id(),
        link: None,
        mail_id: None,
        created_at: now,
        renewed_at: now,
        expires_at: now + LIFETIME,
        role_name: Some(role.name),
    };
    let link = deliver(cx, &mut invitation, delivery, &secret)?;
    store::insert(cx, &invitation)?;
    log(cx, "admin_invite_creation", "invited", &invitation, ip)?;
    Ok(Made { invitation, link })
}

/// Gives an invitation a new secret and a new lifetime. Its previous link no longer works. From then on it is the
/// invitation of the actor, and gives no more than the actor may give.
pub fn renew(cx: &mut Cx, id: InvitationId, delivery: &Delivery, ip: Option<&str>) -> Result<Made> {
    let authority = Authority::of(cx)?;
    let before = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    check_role(cx, &authority, &before)?;
    let (secret, now) = (secrets::text::<32>()?, cx.now());
    if delivery.by_mail && before.renewed_at > now - MAIL_INTERVAL {
        return Err(Error::new(ErrorKind::Conflict, "The invitation was mailed a moment ago: wait a minute"));
    }
    let mut after = Invitation {
        hash: secrets::hash(&secret),
        invited_by: cx.actor().admin_id(),
        renewed_at: now,
        expires_at: now + LIFETIME,
        link: None,
        mail_id: None,
        ..before.clone()
    };
    let link = deliver(cx, &mut after, delivery, &secret)?;
    store::update(cx, &before, &after)?;
    log(cx, "admin_invite_change", "renewed the invitation of", &after, ip)?;
    Ok(Made { invitation: after, link })
}

/// Withdraws an invitation.
pub fn revoke(cx: &mut Cx, id: InvitationId, ip: Option<&str>) -> Result<()> {
    let authority = Authority::of(cx)?;
    let invitation = store::lock(cx, id)?.ok_or(ErrorKind::ResourceNotFound)?;
    check_role(cx, &authority, &invitation)?;
    store::remove(cx, id)?;
    log(cx, "admin_invite_deletion", "withdrew the invitation of", &invitation, ip)
}

/// Withdraws the invitations that an admin made, who is being removed and is locked.
pub(crate) fn withdraw_of(cx: &mut Cx, admin: &Admin) -> Result<()> {
    let mut emails = store::remove_of(cx, admin.id)?;
    if emails.is_empty() {
        return Ok(());
    }
    emails.sort_unstable();
    let action = format!("withdrew the invitations that {} made: {}", admin.name, emails.join(", "));
    let metadata = json!({"emails": emails});
    activity::log_action(cx, "admin_invite_deletion", &action, metadata, None)
}

/// Whether the role of an invitation is still one that whoever made it may give; that of the operator always is.
fn is_covered(tx: &mut Tx<'_>, tenant: &Arc<Tenant>, invitation: &Invitation) -> Result<bool> {
    let Some(by) = invitation.invited_by else { return Ok(true) };
    let actor = Actor::admin(tenant.clone(), by);
    let cx = &mut Cx::new(tx, &actor);
    match Authority::of(cx).and_then(|authority| check_role(cx, &authority, invitation)) {
        Ok(()) => Ok(true),
        Err(error) if error.kind == ErrorKind::Forbidden => Ok(false),
        Err(error) => Err(error),
    }
}

/// Rejects changing an invitation to a role that permits more than the actor's own.
fn check_role(cx: &mut Cx, authority: &Authority, invitation: &Invitation) -> Result<()> {
    match roles::get(cx, invitation.role_id)? {
        Some(role) => authority.may_give(&role),
        None => Ok(()),
    }
}

/// Returns the link, and enqueues the mail if it is to be mailed.
fn deliver(cx: &mut Cx, invitation: &mut Invitation, delivery: &Delivery, secret: &str) -> Result<String> {
    let link = format!("{}{secret}", delivery.base);
    if delivery.by_mail {
        let by = cx.actor().admin_id().unwrap_or_default();
        let mail = mail::Mail { topic: mail::INVITATION.to_owned(), ..mail::pending(cx, Recipient::Admin(by).key()) };
        (invitation.link, invitation.mail_id) = (Some(link.clone()), Some(mail.id));
        mails::insert_all(cx, &[mail])?;
    }
    Ok(link)
}

fn check_free(cx: &mut Cx, email: &str, email_key: &str) -> Result<()> {
    if admins::all(cx)?.iter().any(|admin| admin.email_key == email_key) {
        let message = format!("{email} is the address of a teammate already");
        return Err(Error::new(ErrorKind::Conflict, message).field("email"));
    }
    Ok(())
}

fn log(cx: &mut Cx, activity_type: &'static str, action: &str, of: &Invitation, ip: Option<&str>) -> Result<()> {
    let metadata = json!({"email": of.email, "role": of.role_name});
    activity::log_action(cx, activity_type, &format!("{action} {}", of.email), metadata, ip)
}

/// What the page behind the link of an invitation shows.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The name of the workspace.
    pub workspace: String,
    /// The invited email address.
    pub email: String,
    /// The role.
    pub role: Option<String>,
    /// Who invited them.
    pub invited_by: Option<String>,
}

/// The invitation with this secret, if it is valid.
pub fn show(tx: &mut Tx<'_>, secret: &str) -> Result<Option<Preview>> {
    let Some((workspace, id)) = lookups::invitation(tx, &secrets::hash(secret))? else { return Ok(None) };
    let within = &mut tx.within(&workspace);
    let (Some(of), Some(invitation)) = (workspaces::get(within)?, store::get(within, id)?) else { return Ok(None) };
    let by = match invitation.invited_by {
        Some(by) => admins::get(within, by)?.map(|admin| admin.name),
        None => None,
    };
    let tenant = Arc::new(Tenant::from(of));
    if !is_covered(tx, &tenant, &invitation)? {
        return Ok(None);
    }
    let workspace = tenant.name.clone();
    Ok(Some(Preview { workspace, email: invitation.email, role: invitation.role_name, invited_by: by }))
}

/// Accepts an invitation: creates the teammate with the hash of their password, and signs them in. Returns the secret
/// of their session, or `None` if the invitation is no longer valid, for example because it was accepted concurrently,
/// or because whoever made it may not give its role any more.
pub fn accept(tx: &mut Tx<'_>, secret: &str, name: &str, password: &str, device: &Device) -> Result<Option<String>> {
    let (name, hash) = (names::checked_visible("name", name)?.to_owned(), secrets::hash(secret));
    let Some((workspace, id)) = lookups::invitation(tx, &hash)? else { return Ok(None) };
    let within = &mut tx.within(&workspace);
    let (Some(of), Some(invitation)) = (workspaces::get(within)?, store::get(within, id)?) else { return Ok(None) };
    let system = Actor::system(Arc::new(Tenant::from(of)));
    if !is_covered(tx, &system.tenant, &invitation)? {
        return Ok(None);
    }
    let within = &mut tx.within(&workspace);
    // Whoever deletes a role looks for it among teammates, then among invitations, and must find it in one of the two.
    let role = roles::hold(within, invitation.role_id, Hold::Reference)?;
    if role.is_none() || !store::use_up(within, id, &hash)? {
        return Ok(None);
    }
    let admin = join(&mut Cx::new(tx, &system), &invitation, name)?;
    let actor = Actor::admin(system.tenant.clone(), admin.id);
    let cx = &mut Cx::new(tx, &actor);
    sign_in::join(cx, &admin, password, device.address.as_deref())?;
    sign_in::inbox::open(cx, admin.id, SessionKind::Session, device).map(Some)
}

/// The teammate of an invitation: a new one, or a removed one who is restored.
fn join(cx: &mut Cx, invitation: &Invitation, name: String) -> Result<Admin> {
    check_free(cx, &invitation.email, &invitation.email_key)?;
    let now = cx.now();
    let joined = |before: Admin| Admin {
        name,
        email: invitation.email.clone(),
        email_key: invitation.email_key.clone(),
        role_id: Some(invitation.role_id),
        has_inbox_seat: invitation.has_inbox_seat,
        away_mode_enabled: false,
        away_mode_reassign: false,
        away_status_reason_id: None,
        removed_at: None,
        updated_at: now,
        ..before
    };
    let found = admins::ever(cx)?.into_iter().find(|admin| admin.email_key == invitation.email_key);
    let admin = if let Some(found) = found {
        let before = admins::lock(cx, found.id)?.ok_or(ErrorKind::AdminNotFound)?;
        let after = joined(before.clone());
        admins::update(cx, &before, &after)?;
        after
    } else {
        let id = counters::next(cx, Counter::Teammate)?;
        let admin = joined(Admin { id, created_at: now, email_verified: true, ..Admin::default() });
        admins::insert(cx, &admin)?;
        admin
    };
    credentials::bump(cx)?;
    Ok(admin)
}

/// Deletes the stored link of an invitation whose mail will not be sent again.
pub(crate) fn mailed(tx: &mut deskwire_store::WorkspaceTx, mail: MailId) -> Result<()> {
    Ok(store::forget_link(tx, mail)?)
}

/// Rejects a teammate who could not send the invitation of this mail: whoever follows its link gets its role.
pub(crate) fn check_mail(cx: &mut Cx, mail: MailId) -> Result<()> {
    let Some(invitation) = store::of_mail(cx, mail)? else { return Ok(()) };
    let authority = Authority::of(cx)?;
    check_role(cx, &authority, &invitation)
}
