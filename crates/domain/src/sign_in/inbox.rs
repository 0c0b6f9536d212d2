//! Signing in to the inbox with an email address and a password, which may belong to accounts in several workspaces.
//!
//! An attempt counts in each workspace that has such an account, and in the first workspace of all, which also counts
//! the attempts for accounts that do not exist. So limits do not reveal whether an account exists.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use deskwire_store::global::sessions::{self as lookups, Account, Signed};
use deskwire_store::inbox_sessions::{self as store, InboxSession, SessionKind};
use deskwire_store::{
    Error as StoreError, Tx, WorkspaceTx, admin_visits, admins, second_factors, sign_in as passwords, workspaces,
};

use super::{attempts, lock, log};
use crate::Cx;
use crate::actor::{Actor, Permissions, Tenant};
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, InboxSessionId};
use crate::secrets;

/// The idle timeout of a session, in seconds.
pub const IDLE_TIMEOUT: i64 = 12 * 3_600;
/// The maximum lifetime of a session, in seconds.
pub const MAX_LIFETIME: i64 = 30 * 86_400;
/// How long after the password the second factor is accepted, in seconds.
pub const SECOND_FACTOR: i64 = 300;
/// The lifetime of a sign-in link, in seconds.
const LINK_LIFETIME: i64 = 86_400;
/// The minimum interval between two updates of a session's time of last use, in seconds.
const SEEN_EVERY: i64 = 60;
/// The maximum number of accounts of one email address whose password is compared.
const MAX_ACCOUNTS: i64 = 8;
/// The maximum number of sessions per teammate. A further one ends the oldest.
const MAX_SESSIONS: i64 = 50;
/// The maximum number of pending sign-ins of a kind per teammate. A further one ends the oldest, and never a session:
/// whoever knows the password alone must not end sessions.
const MAX_PENDING: i64 = 10;
/// The maximum stored length of a `User-Agent`, in characters.
const MAX_USER_AGENT_LENGTH: usize = 300;

/// The browser that signs in.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// Its `User-Agent`.
    pub user_agent: Option<String>,
    /// Its network address.
    pub address: Option<String>,
}

/// An attempt that may be made and has been counted.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The accounts with the email address, whose passwords are to be verified. There may be none.
    pub accounts: Vec<Account>,
    counted: BTreeSet<String>,
}

/// The reason why an attempt is refused. Nothing is written then.
#[derive(Debug)]
pub enum Refused {
    /// Too many attempts: retry after this many seconds.
    Wait(i64),
    /// It failed.
    Failed(Error),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The outcome of an attempt.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// No account has this password.
    Wrong,
    /// Accounts of several workspaces have it: the id and the name of each.
    Choose(Vec<(String, String)>),
    /// The password is right, and a code must follow: the secret of the pending sign-in.
    SecondFactor(String),
    /// A session was opened: its secret.
    Session(String),
}

/// Counts an attempt, unless there were too many.
pub fn begin(tx: &mut Tx<'_>, email: &str, workspace: Option<&str>, address: Option<&str>) -> Result<Attempt, Refused> {
    let accounts = lookups::accounts(tx, &admins::email_key(email), workspace, MAX_ACCOUNTS)?;
    let mut counted: BTreeSet<String> = accounts.iter().map(|account| account.workspace.clone()).collect();
    counted.extend(lookups::first_workspace(tx)?);
    // In the order of their ids, so that concurrent attempts do not deadlock.
    for id in &counted {
        if let Some(seconds) = attempts::count(&mut tx.within(id), email, address)? {
            return Err(Refused::Wait(seconds));
        }
    }
    Ok(Attempt { accounts, counted })
}

/// Finishes an attempt. `right` tells for each account whether the password is correct.
pub fn finish(tx: &mut Tx<'_>, attempt: &Attempt, right: &[bool], email: &str, device: &Device) -> Result<Outcome> {
    let address = device.address.as_deref();
    let mut fitting = Vec::new();
    for (account, _) in attempt.accounts.iter().zip(right).filter(|(_, right)| **right) {
        // The password may have changed since, and a second factor may be confirmed at the same moment.
        let tx = &mut tx.within(&account.workspace);
        if lock(tx, account.admin_id)? && passwords::password(tx, account.admin_id)?.as_ref() == Some(&account.password)
        {
            fitting.push(account);
        }
    }
    if fitting.is_empty() {
        for account in &attempt.accounts {
            note(tx, account, "admin_login_failure", "failed to sign in", address)?;
        }
        return Ok(Outcome::Wrong);
    }
    for id in &attempt.counted {
        let is_right = fitting.iter().any(|account| account.workspace == *id);
        let tx = &mut tx.within(id);
        if is_right { attempts::forgive(tx, email, address)? } else { attempts::undo(tx, email, address)? }
    }
    let &[account] = fitting.as_slice() else {
        let names = fitting.iter().map(|account| (account.workspace.clone(), account.workspace_name.clone()));
        return Ok(Outcome::Choose(names.collect()));
    };
    if second_factors::is_confirmed(&mut tx.within(&account.workspace), account.admin_id)? {
        let tx = &mut tx.within(&account.workspace);
        return open(tx, account.admin_id, SessionKind::SecondFactor, device).map(Outcome::SecondFactor);
    }
    note(tx, account, "admin_login_success", "signed in", address)?;
    let tx = &mut tx.within(&account.workspace);
    open(tx, account.admin_id, SessionKind::Session, device).map(Outcome::Session)
}

/// Opens a session of this kind. Returns its secret.
pub(crate) fn open(tx: &mut WorkspaceTx, admin_id: AdminId, kind: SessionKind, device: &Device) -> Result<String> {
    let (secret, now) = (secrets::text::<32>()?, tx.now());
    let (lasts, kept) = match kind {
        SessionKind::Session => (IDLE_TIMEOUT, MAX_SESSIONS),
        SessionKind::SecondFactor | SessionKind::Choice => (SECOND_FACTOR, MAX_PENDING),
        SessionKind::Link => (LINK_LIFETIME, MAX_PENDING),
    };
    let session = InboxSession {
        id: tx.mint(),
        kind,
        hash: secrets::hash(&secret),
        admin_id,
        user_agent: device.user_agent.as_ref().map(|text| text.chars().take(MAX_USER_AGENT_LENGTH).collect()),
        address: device.address.clone(),
        created_at: now,
        seen_at: now,
        expires_at: now + lasts,
    };
    store::insert(tx, &session)?;
    if kind == SessionKind::Session {
        admin_visits::record(tx, admin_id)?;
    }
    store::keep_newest(tx, admin_id, kind, kept)?;
    Ok(secret)
}

/// The session or pending sign-in of a cookie, with its admin and workspace.
pub fn find(tx: &mut Tx<'_>, secret: &str) -> Result<Option<Signed>> {
    Ok(lookups::session(tx, &secrets::hash(secret))?)
}

/// Whether the time of last use of a session needs an update.
pub fn is_touch_due(signed: &Signed, now: i64) -> bool {
    now - signed.seen_at >= SEEN_EVERY
}

/// Records the use of a session, which keeps it open.
pub fn touch(tx: &mut Tx<'_>, signed: &Signed) -> Result<()> {
    let now = tx.now();
    let expires_at = (now + IDLE_TIMEOUT).min(signed.created_at + MAX_LIFETIME);
    let tx = &mut tx.within(&signed.workspace);
    store::touch(tx, signed.id, now, expires_at)?;
    Ok(admin_visits::record(tx, signed.admin_id)?)
}

/// Ends a session.
pub fn sign_out(tx: &mut Tx<'_>, signed: &Signed, address: Option<&str>) -> Result<()> {
    let within = &mut tx.within(&signed.workspace);
    if !store::end(within, signed.admin_id, signed.id)? || signed.kind != SessionKind::Session {
        return Ok(());
    }
    note_of(tx, &signed.workspace, signed.admin_id, "admin_logout", "signed out", address)
}

/// The sessions of the acting teammate, newest first.
pub fn sessions(cx: &mut Cx) -> Result<Vec<InboxSession>> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    Ok(store::of_admin(cx, admin_id, MAX_SESSIONS)?)
}

/// Ends a session of the acting teammate.
pub fn end(cx: &mut Cx, id: InboxSessionId) -> Result<()> {
    let admin_id = cx.actor().admin_id().ok_or(ErrorKind::Forbidden)?;
    if store::end(cx, admin_id, id)? { Ok(()) } else { Err(ErrorKind::ResourceNotFound.into()) }
}

/// The workspace of a session, for verbs.
pub fn tenant(signed: &Signed) -> Tenant {
    Tenant {
        id: signed.workspace.clone(),
        name: signed.workspace_name.clone(),
        timezone: signed.timezone.clone(),
        default_country: signed.default_country.clone(),
    }
}

fn note(
    tx: &mut Tx<'_>,
    account: &Account,
    activity_type: &'static str,
    action: &str,
    address: Option<&str>,
) -> Result<()> {
    note_of(tx, &account.workspace, account.admin_id, activity_type, action, address)
}

/// Writes an entry into the activity log of a workspace.
pub(super) fn note_of(
    tx: &mut Tx<'_>,
    workspace: &str,
    admin_id: AdminId,
    activity_type: &'static str,
    action: &str,
    address: Option<&str>,
) -> Result<()> {
    let tx = &mut tx.within(workspace);
    let (Some(found), Some(admin)) = (workspaces::get(tx)?, admins::get(tx, admin_id)?) else { return Ok(()) };
    let tenant = Arc::new(Tenant::from(found));
    log(tx, &tenant, &admin, activity_type, action, address)
}

/// The actor of a session, with the permissions of the role.
pub fn actor(signed: &Signed) -> Actor {
    let permissions = crate::permissions::of_role(signed.permissions.as_deref());
    Actor::admin(Arc::new(tenant(signed)), signed.admin_id).with(permissions)
}

/// What a role permits: its permissions, and whether it may manage apps.
pub type Permitted = (Permissions, bool);

/// What a session's role permits.
pub fn permitted(signed: &Signed) -> Permitted {
    (actor(signed).permissions, signed.can_manage_apps)
}

/// Those of these sessions that have not ended, with what their roles permit.
pub fn active_sessions(cx: &mut Cx, ids: &[InboxSessionId]) -> Result<HashMap<InboxSessionId, Permitted>> {
    let signed = lookups::active_sessions(cx, ids)?;
    Ok(signed.iter().map(|signed| (signed.id, permitted(signed))).collect())
}

/// Creates a link that signs a teammate in once, within a day. Returns its secret.
pub fn make_link(tx: &mut WorkspaceTx, admin_id: AdminId) -> Result<String> {
    open(tx, admin_id, SessionKind::Link, &Device::default())
}

/// Opens a session for the secret of a link, which works once. Returns the session's secret; `None` if the link does
/// not exist or has expired.
pub fn follow_link(tx: &mut Tx<'_>, secret: &str, device: &Device) -> Result<Option<String>> {
    let Some(link) = find(tx, secret)?.filter(|found| found.kind == SessionKind::Link) else { return Ok(None) };
    let within = &mut tx.within(&link.workspace);
    if !lock(within, link.admin_id)? || !store::end(within, link.admin_id, link.id)? {
        return Ok(None);
    }
    let session = open(within, link.admin_id, SessionKind::Session, device)?;
    note_of(tx, &link.workspace, link.admin_id, "admin_login_success", "signed in", device.address.as_deref())?;
    Ok(Some(session))
}
