//! Signed links to unsubscribe from mail.

use deskwire_store::{Tx, WorkspaceTx, mails as store};

use crate::error::Result;
use crate::ids::ContactId;
use crate::secrets;

/// The number of hexadecimal digits of the signature in a link.
const DIGITS: usize = 32;

/// Creates the secret of a workspace if it has none.
pub(super) fn secret(tx: &mut WorkspaceTx) -> Result<String> {
    Ok(store::secret_or(tx, &secrets::key()?)?)
}

fn sign(secret: &str, named: &str) -> String {
    let mut signature = secrets::signature(secret, &format!("unsubscribe\n{named}"));
    signature.truncate(DIGITS);
    signature
}

/// The last part of a link to unsubscribe a contact.
pub(super) fn link(secret: &str, workspace: &str, contact: ContactId) -> String {
    let named = format!("{workspace}-{:x}", contact.number());
    format!("{named}-{}", sign(secret, &named))
}

/// The workspace and contact that a link unsubscribes; `None` if its signature is invalid.
pub(super) fn read_link(tx: &mut Tx<'_>, link: &str) -> Result<Option<(String, ContactId)>> {
    let Some((named, signature)) = link.rsplit_once('-') else { return Ok(None) };
    let Some((workspace, contact)) = named.split_once('-') else { return Ok(None) };
    let Ok(contact) = i64::from_str_radix(contact, 16).map(ContactId::new) else { return Ok(None) };
    let Some(secret) = store::secret(&mut tx.within(workspace))? else { return Ok(None) };
    let good = secrets::same(&sign(&secret, named), signature);
    Ok(good.then(|| (workspace.to_owned(), contact)))
}
