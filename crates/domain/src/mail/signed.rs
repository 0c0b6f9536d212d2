//! The links that end mail, which only this server can make.

use deskwire_store::{Tx, WorkspaceTx, mails as store};

use crate::error::Result;
use crate::secrets;

/// How many hexadecimal digits of its signature a link has.
const DIGITS: usize = 32;

/// Sees to it that a workspace has a secret.
pub(super) fn secret(tx: &mut WorkspaceTx) -> Result<String> {
    Ok(store::secret_or(tx, &secrets::key()?)?)
}

fn sign(secret: &str, named: &str) -> String {
    let mut signature = secrets::signature(secret, &format!("unsubscribe\n{named}"));
    signature.truncate(DIGITS);
    signature
}

/// What a link to unsubscribe a contact ends with.
pub(super) fn link(secret: &str, workspace: &str, contact: i64) -> String {
    let named = format!("{workspace}-{contact:x}");
    format!("{named}-{}", sign(secret, &named))
}

/// Whom a link unsubscribes: workspace and contact. None when it was not made here.
pub(super) fn read_link(tx: &mut Tx<'_>, link: &str) -> Result<Option<(String, i64)>> {
    let Some((named, signature)) = link.rsplit_once('-') else { return Ok(None) };
    let Some((workspace, contact)) = named.split_once('-') else { return Ok(None) };
    let Ok(contact) = i64::from_str_radix(contact, 16) else { return Ok(None) };
    let Some(secret) = store::secret(&mut tx.within(workspace))? else { return Ok(None) };
    let good = secrets::same(&sign(&secret, named), signature);
    Ok(good.then(|| (workspace.to_owned(), contact)))
}
