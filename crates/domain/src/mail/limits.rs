//! Hourly limits of outgoing mail, which protect inboxes and the sender's reputation.

use deskwire_store::global::backlog;
use deskwire_store::mails::{MailCount, MailState};
use deskwire_store::notifications::RecipientKind;
use deskwire_store::{Tx, WorkspaceTx, contacts, mails as store};

use super::Mail;
use crate::error::Result;
use crate::events::Topic;
use crate::ids::ContactId;

/// The hourly limit of automatic mails to one address.
pub const AUTOMATIC: i64 = 5;
/// The hourly limit of mails to one address.
pub const ADDRESS: i64 = 20;
/// The hourly limit of mails of one workspace to contacts.
pub const WORKSPACE: i64 = 5_000;

const HOUR: i64 = 3_600;

/// The number of mails held back in this hour and the previous one, in all workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldBack {
    /// Dropped: an automatic mail whose address reached its limit.
    pub dropped: i64,
    /// Delayed to a later hour: the address or the workspace reached its limit.
    pub postponed: i64,
}

/// The number of mails held back recently.
pub fn held_back(tx: &mut Tx<'_>) -> Result<HeldBack> {
    let this = tx.now() / HOUR;
    let mut held = HeldBack { dropped: 0, postponed: 0 };
    for hour in [this - 1, this] {
        held.dropped += backlog::mails_past(tx, hour, MailCount::Automatic, AUTOMATIC)?;
        held.postponed += backlog::mails_past(tx, hour, MailCount::Address, ADDRESS)?;
        held.postponed += backlog::mails_past(tx, hour, MailCount::Workspace, WORKSPACE)?;
    }
    Ok(held)
}

/// Whether a mail was generated automatically.
pub(super) fn is_automatic(mail: &Mail) -> bool {
    [Topic::TicketCreated, Topic::TicketStateUpdated].iter().any(|topic| topic.as_str() == mail.topic)
}

/// Counts mails that are claimed for the first time. Mails over a limit are changed so that they are not sent now.
pub(super) fn count(tx: &mut WorkspaceTx, mails: &mut [Mail]) -> Result<()> {
    let counted = |mail: &Mail| mail.attempts == 1 && mail.recipient_kind == RecipientKind::Contact;
    let mut ids: Vec<ContactId> =
        mails.iter().filter(|mail| counted(mail)).map(|mail| ContactId::new(mail.recipient_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = contacts::get_many(tx, &ids)?;
    let hour = tx.now() / HOUR;
    for mail in mails.iter_mut().filter(|mail| counted(mail)) {
        let contact = found.iter().find(|contact| contact.id.number() == mail.recipient_id);
        let Some(address) = contact.and_then(|c| c.email.as_deref()).map(|a| a.trim().to_lowercase()) else { continue };
        let automatic = is_automatic(mail);
        if automatic && store::count(tx, hour, MailCount::Automatic, &address)? > AUTOMATIC {
            hold(mail, format!("the address was sent {AUTOMATIC} automatic mails in this hour"));
        } else if store::count(tx, hour, MailCount::Address, &address)? > ADDRESS {
            postpone(mail, hour, format!("the address was sent {ADDRESS} mails in this hour"));
        } else if store::count(tx, hour, MailCount::Workspace, "")? > WORKSPACE {
            postpone(mail, hour, format!("the workspace sent {WORKSPACE} mails in this hour"));
        }
    }
    Ok(())
}

/// Mail that people wrote is delayed, never dropped.
fn postpone(mail: &mut Mail, hour: i64, why: String) {
    (mail.attempts, mail.run_at) = (0, (hour + 1) * HOUR);
    (mail.lease_until, mail.owner) = (0, 0);
    mail.error = Some(why);
}

fn hold(mail: &mut Mail, why: String) {
    mail.state = MailState::Dropped;
    (mail.lease_until, mail.owner) = (0, 0);
    mail.error = Some(why);
}
