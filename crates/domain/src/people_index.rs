//! Keeping the search index in step with contacts.

use deskwire_store::Tx;
use deskwire_store::contacts::Contact;

use crate::actor::Actor;
use crate::error::Result;

/// Makes a contact's change known to searches; `before` is what they know of it, if anything.
pub(crate) fn put_contact(_tx: &mut Tx<'_>, _actor: &Actor, _before: Option<&Contact>, _contact: &Contact) -> Result<()> {
    Ok(())
}

/// Takes an object out of searches.
pub(crate) fn drop(_tx: &mut Tx<'_>, _actor: &Actor, _id: i64) -> Result<()> {
    Ok(())
}
