//! Telling people: mail and notifications. Programs are told by webhooks.

use deskwire_domain::events::Event;
use deskwire_domain::{Actor, Result, notifications};
use deskwire_store::Tx;

/// Notes whom these events are to be told to, in the transaction that fans them out: all of it or nothing is done,
/// once. Nothing may be sent here; what is sent is sent by what is noted. Events that nobody is to be told of have
/// been left out.
pub(crate) fn tell(tx: &mut Tx<'_>, actor: &Actor, events: &[&Event]) -> Result<()> {
    events.iter().try_for_each(|event| notifications::fan_out(tx, actor, event))
}
