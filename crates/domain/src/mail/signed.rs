//! Texts that only this server can make: the addresses that mail is answered to, and the links that end it.

use deskwire_store::{Tx, mails as store};

use crate::error::Result;
use crate::secrets;

/// What stands before the parts of an address that mail is answered to.
const REPLY: &str = "reply+";
/// How many hexadecimal digits of the signature an address has: the name before the `@` has 64 characters at most.
const SHORT: usize = 16;
/// And a link.
const LONG: usize = 32;

/// What is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answerable {
    /// A conversation.
    Conversation(i64),
    /// A message that no conversation came of yet.
    Message(i64),
}

/// Sees to it that a workspace has a secret.
pub(super) fn secret(tx: &mut Tx<'_>, workspace: &str) -> Result<String> {
    Ok(store::secret_or(tx, workspace, &secrets::key()?)?)
}

/// The first hexadecimal digits of the signature of a text, for one purpose.
fn sign(secret: &str, purpose: &str, text: &str, digits: usize) -> String {
    let mut signature = secrets::signature(secret, &format!("{purpose}\n{text}"));
    signature.truncate(digits);
    signature
}

/// The address that a contact answers to: `reply+workspace-c17-2a-signature@domain`.
pub(super) fn address(secret: &str, workspace: &str, about: Answerable, contact: i64, domain: &str) -> String {
    let named = match about {
        Answerable::Conversation(id) => format!("{workspace}-c{id:x}-{contact:x}"),
        Answerable::Message(id) => format!("{workspace}-m{id:x}-{contact:x}"),
    };
    format!("{REPLY}{named}-{}@{domain}", sign(secret, "reply", &named, SHORT))
}

/// Who answers what, by the address they answer to: workspace, what, and the contact. None when it was not made here.
pub fn read_address(tx: &mut Tx<'_>, address: &str) -> Result<Option<(String, Answerable, i64)>> {
    let name = address.split('@').next().unwrap_or("").to_ascii_lowercase();
    let Some((named, signature)) = name.strip_prefix(REPLY).and_then(|rest| rest.rsplit_once('-')) else {
        return Ok(None);
    };
    let mut pieces = named.splitn(3, '-');
    let (Some(workspace), Some(about), Some(contact)) = (pieces.next(), pieces.next(), pieces.next()) else {
        return Ok(None);
    };
    let number = |text: &str| i64::from_str_radix(text, 16).ok();
    let about = match (about.get(..1), about.get(1..).and_then(number)) {
        (Some("c"), Some(id)) => Answerable::Conversation(id),
        (Some("m"), Some(id)) => Answerable::Message(id),
        _ => return Ok(None),
    };
    let Some(contact) = number(contact) else { return Ok(None) };
    let Some(secret) = store::secret(tx, workspace)? else { return Ok(None) };
    let good = secrets::same(&sign(&secret, "reply", named, SHORT), signature);
    Ok(good.then(|| (workspace.to_owned(), about, contact)))
}

/// What a link to unsubscribe a contact ends with.
pub(super) fn link(secret: &str, workspace: &str, contact: i64) -> String {
    let named = format!("{workspace}-{contact:x}");
    format!("{named}-{}", sign(secret, "unsubscribe", &named, LONG))
}

/// Whom a link unsubscribes: workspace and contact. None when it was not made here.
pub(super) fn read_link(tx: &mut Tx<'_>, link: &str) -> Result<Option<(String, i64)>> {
    let Some((named, signature)) = link.rsplit_once('-') else { return Ok(None) };
    let Some((workspace, contact)) = named.split_once('-') else { return Ok(None) };
    let Ok(contact) = i64::from_str_radix(contact, 16) else { return Ok(None) };
    let Some(secret) = store::secret(tx, workspace)? else { return Ok(None) };
    let good = secrets::same(&sign(&secret, "unsubscribe", named, LONG), signature);
    Ok(good.then(|| (workspace.to_owned(), contact)))
}
