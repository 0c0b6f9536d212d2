//! The second factor of a teammate: an authenticator app, and recovery codes in case it is lost.

use deskwire_store::global::sessions::Signed;
use deskwire_store::inbox_sessions::{self as sessions, SessionKind};
use deskwire_store::second_factors::{self as store, SecondFactor};
use deskwire_store::{
    Tx, WorkspaceTx,
    admins::{self, Admin},
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

use super::inbox::{Device, Refused, note_of, open};
use super::{attempts, lock, totp};
use crate::Cx;
use crate::activity;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{AdminId, InboxSessionId};
use crate::secrets;

/// The number of recovery codes.
const CODES: usize = 10;
/// The maximum length of a code, in characters.
const MAX_CODE_LENGTH: usize = 40;

/// The setup data for an authenticator app.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The secret, in base 32.
    pub secret: String,
    /// The same as a URL, for a QR code.
    pub url: String,
}

/// Whether the acting teammate has a second factor, and how many recovery codes are left.
pub fn state(cx: &mut Cx) -> Result<(bool, i64)> {
    let admin_id = acting(cx)?;
    Ok((store::is_confirmed(cx, admin_id)?, store::codes_left(cx, admin_id)?))
}

/// Starts the setup of a second factor, which takes effect once a code is confirmed.
pub fn begin(cx: &mut Cx) -> Result<Setup> {
    let admin_id = acting(cx)?;
    if !lock(cx, admin_id)? {
        return Err(ErrorKind::SignedOut.into());
    }
    if store::lock(cx, admin_id)?.is_some_and(|factor| factor.confirmed_at.is_some()) {
        return Err(Error::new(ErrorKind::Conflict, "There is a second factor already: remove it first"));
    }
    store::remove(cx, admin_id)?;
    let (secret, created_at) = (totp::secret()?, cx.now());
    let row = SecondFactor { admin_id, secret: secret.clone(), last_step: 0, created_at, confirmed_at: None };
    store::insert(cx, &row)?;
    let admin = admins::get(cx, admin_id)?.ok_or(ErrorKind::AdminNotFound)?;
    let encoded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let issuer = encoded(&cx.actor().tenant.name);
    let url = format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}", encoded(&admin.email));
    Ok(Setup { secret, url })
}

/// Completes the setup of a second factor and ends other sessions. Returns the recovery codes, which are shown only
/// here.
pub fn confirm(cx: &mut Cx, code: &str, own: InboxSessionId) -> Result<Vec<String>> {
    let admin_id = acting(cx)?;
    // Whoever signs in with the password alone at the same moment is seen here and signed out, or is asked for a code.
    if !lock(cx, admin_id)? {
        return Err(ErrorKind::SignedOut.into());
    }
    let begun = store::lock(cx, admin_id)?.filter(|factor| factor.confirmed_at.is_none());
    let begun = begun.ok_or_else(|| Error::new(ErrorKind::Conflict, "No second factor is being set up"))?;
    let step = totp::step(&begun.secret, &plain(code), cx.now(), begun.last_step).ok_or(ErrorKind::CodeWrong)?;
    let confirmed = SecondFactor { last_step: step, confirmed_at: Some(cx.now()), ..begun.clone() };
    store::update(cx, &begun, &confirmed)?;
    let mut codes = Vec::with_capacity(CODES);
    for _ in 0..CODES {
        let text = totp::base32(&secrets::random::<10>()?).to_ascii_lowercase();
        store::add_code(cx, admin_id, &secrets::hash(&text))?;
        codes.push(format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..]));
    }
    sessions::end_others(cx, admin_id, Some(own))?;
    logged(cx, "turned on")?;
    Ok(codes)
}

/// Removes the second factor of the acting teammate, who confirms it with a code. Returns false if the code is wrong,
/// which counts as a failed attempt. The caller commits that.
pub fn remove(cx: &mut Cx, code: &str, address: Option<&str>) -> Result<bool, Refused> {
    let admin_id = acting(cx)?;
    if !lock(cx, admin_id)? {
        return Err(Error::from(ErrorKind::SignedOut).into());
    }
    // Counted apart, so that whoever found an open session cannot keep its owner from signing in.
    if !attempt(cx, &format!("removal of the second factor of {admin_id}"), admin_id, code, address)? {
        return Ok(false);
    }
    store::remove(cx, admin_id)?;
    logged(cx, "turned off")?;
    Ok(true)
}

/// Removes the second factor of an admin who lost it, on behalf of the operator or of another admin.
pub fn reset(cx: &mut Cx, admin: &Admin) -> Result<bool> {
    let removed = store::remove(cx, admin.id)?;
    if removed {
        let metadata = json!({"admin_id": admin.id});
        let action = format!("reset the second factor of {}", admin.name);
        activity::log_action(cx, "admin_two_factor_auth_change", &action, metadata, None)?;
    }
    Ok(removed)
}

/// Verifies the code after the password, and opens a session. Returns the session's secret, or `None` if the code is
/// wrong, which counts as a failed attempt. If the pending sign-in has ended, the code is not used up.
pub fn sign_in(tx: &mut Tx<'_>, signed: &Signed, code: &str, device: &Device) -> Result<Option<String>, Refused> {
    let address = device.address.as_deref();
    let within = &mut tx.within(&signed.workspace);
    // Under the lock of the admin, the pending sign-in is used once.
    if !lock(within, signed.admin_id)? || sessions::get(within, signed.id)?.is_none() {
        return Err(Error::from(ErrorKind::SignedOut).into());
    }
    if !attempt(within, &format!("second factor of {}", signed.admin_id), signed.admin_id, code, address)? {
        note_of(tx, &signed.workspace, signed.admin_id, "admin_login_failure", "failed to sign in", address)?;
        return Ok(None);
    }
    sessions::end(within, signed.admin_id, signed.id)?;
    let secret = open(within, signed.admin_id, SessionKind::Session, device)?;
    note_of(tx, &signed.workspace, signed.admin_id, "admin_login_success", "signed in", address)?;
    Ok(Some(secret))
}

/// Accepts a code, unless there were too many attempts on `subject`. A wrong one counts as a failed attempt.
fn attempt(
    tx: &mut WorkspaceTx,
    subject: &str,
    admin_id: AdminId,
    code: &str,
    address: Option<&str>,
) -> Result<bool, Refused> {
    if let Some(seconds) = attempts::count(tx, subject, address)? {
        return Err(Refused::Wait(seconds));
    }
    let is_right = accept(tx, admin_id, code)?;
    if is_right {
        attempts::forgive(tx, subject, address)?;
    }
    Ok(is_right)
}

/// Accepts a code of the active second factor, or a recovery code. Each works once.
fn accept(tx: &mut WorkspaceTx, admin_id: AdminId, code: &str) -> Result<bool> {
    let factor = store::lock(tx, admin_id)?.filter(|factor| factor.confirmed_at.is_some());
    let (Some(factor), code) = (factor, plain(code)) else { return Ok(false) };
    let Some(step) = totp::step(&factor.secret, &code, tx.now(), factor.last_step) else {
        return Ok(store::use_code(tx, admin_id, &secrets::hash(&code))?);
    };
    store::update(tx, &factor, &SecondFactor { last_step: step, ..factor.clone() })?;
    Ok(true)
}

/// A code without separators.
fn plain(code: &str) -> String {
    let kept = code.chars().filter(char::is_ascii_alphanumeric).take(MAX_CODE_LENGTH);
    kept.map(|c| c.to_ascii_lowercase()).collect()
}

fn acting(cx: &Cx) -> Result<AdminId> {
    cx.actor().admin_id().ok_or_else(|| ErrorKind::Forbidden.into())
}

fn logged(cx: &mut Cx, action: &str) -> Result<()> {
    activity::log_action(cx, "admin_two_factor_auth_change", &format!("{action} a second factor"), json!({}), None)
}
