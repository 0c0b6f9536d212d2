//! Signing in to the inbox with an email address that an identity provider vouches for.

use deskwire_store::global::sessions::{self as lookups, Known, Signed};
use deskwire_store::inbox_sessions::{self as sessions, SessionKind};
use deskwire_store::{Tx, admins, second_factors};

use super::inbox::{Device, note_of, open};
use super::lock;
use crate::error::Result;

/// The maximum number of accounts of one email address.
const MAX_ACCOUNTS: i64 = 50;

/// What signing in gives the browser's cookie.
#[derive(Debug, Clone)]
pub enum Entry {
    /// The secret of a session.
    Session(String),
    /// The secret of a pending sign-in: a workspace must be chosen, or a code must be entered.
    Before(String),
}

/// Signs in with an email address. Returns `None` if no teammate has it.
pub fn enter(tx: &mut Tx<'_>, email: &str, device: &Device) -> Result<Option<Entry>> {
    let accounts = lookups::known(tx, &admins::email_key(email), MAX_ACCOUNTS)?;
    match accounts.as_slice() {
        [] => Ok(None),
        [account] => {
            if !lock(&mut tx.within(&account.workspace), account.admin_id)? {
                return Ok(None);
            }
            open_for(tx, account, device).map(Some)
        }
        [first, ..] => {
            let tx = &mut tx.within(&first.workspace);
            open(tx, first.admin_id, SessionKind::Choice, device).map(|secret| Some(Entry::Before(secret)))
        }
    }
}

/// Returns the id and the name of each workspace that a pending sign-in may choose.
pub fn choices(tx: &mut Tx<'_>, signed: &Signed) -> Result<Vec<(String, String)>> {
    let accounts = accounts(tx, signed)?;
    Ok(accounts.into_iter().map(|account| (account.workspace, account.workspace_name)).collect())
}

/// Signs in to the chosen workspace. Returns `None` if it is not among the choices, or if the choice was already made.
pub fn choose(tx: &mut Tx<'_>, signed: &Signed, workspace: &str, device: &Device) -> Result<Option<Entry>> {
    let accounts = accounts(tx, signed)?;
    let Some(account) = accounts.iter().find(|account| account.workspace == workspace) else { return Ok(None) };
    if !lock(&mut tx.within(&account.workspace), account.admin_id)? {
        return Ok(None);
    }
    if !sessions::end(&mut tx.within(&signed.workspace), signed.admin_id, signed.id)? {
        return Ok(None);
    }
    open_for(tx, account, device).map(Some)
}

/// Returns the accounts with the email address of a pending sign-in.
fn accounts(tx: &mut Tx<'_>, signed: &Signed) -> Result<Vec<Known>> {
    let admin = admins::get(&mut tx.within(&signed.workspace), signed.admin_id)?;
    match admin.filter(|_| signed.kind == SessionKind::Choice) {
        Some(admin) => Ok(lookups::known(tx, &admin.email_key, MAX_ACCOUNTS)?),
        None => Ok(Vec::new()),
    }
}

/// Signs in to an account whose admin is locked, so that a second factor that is confirmed at the same moment is asked
/// for, or ends the session.
fn open_for(tx: &mut Tx<'_>, account: &Known, device: &Device) -> Result<Entry> {
    let within = &mut tx.within(&account.workspace);
    if second_factors::is_confirmed(within, account.admin_id)? {
        return open(within, account.admin_id, SessionKind::SecondFactor, device).map(Entry::Before);
    }
    let secret = open(within, account.admin_id, SessionKind::Session, device)?;
    let (action, address) = ("signed in through the identity provider", device.address.as_deref());
    note_of(tx, &account.workspace, account.admin_id, "admin_login_success", action, address)?;
    Ok(Entry::Session(secret))
}
