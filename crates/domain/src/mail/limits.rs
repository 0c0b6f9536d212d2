//! How much mail goes out in an hour, so that nobody's inbox is filled and nobody's good name is used up.

use deskwire_store::global::backlog;
use deskwire_store::mails::{MailCount, MailState};
use deskwire_store::notifications::RecipientKind;
use deskwire_store::{Tx, WorkspaceTx, contacts, mails as store};

use super::Mail;
use crate::error::Result;
use crate::events::Topic;

/// Mails an hour to one address of what no person wrote.
pub const AUTOMATIC: i64 = 5;
/// Mails an hour to one address.
pub const ADDRESS: i64 = 20;
/// Mails an hour of one workspace to contacts.
pub const WORKSPACE: i64 = 5_000;

const HOUR: i64 = 3_600;

/// How much mail was held back in this hour and the one before, in all workspaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldBack {
    /// Never to be sent: nobody wrote it, and its address had got enough.
    pub dropped: i64,
    /// To be sent in a later hour: its address had got enough, or its workspace had sent enough.
    pub postponed: i64,
}

/// How much mail was held back lately.
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

/// Whether a mail is one that no person wrote.
pub(super) fn is_automatic(mail: &Mail) -> bool {
    [Topic::TicketCreated, Topic::TicketStateUpdated].iter().any(|topic| topic.as_str() == mail.topic)
}

/// Counts the mails that are taken up for the first time. What is over a limit is changed so that it is not sent now.
pub(super) fn count(tx: &mut WorkspaceTx, mails: &mut [Mail]) -> Result<()> {
    let counted = |mail: &Mail| mail.attempts == 1 && mail.recipient_kind == RecipientKind::Contact;
    let mut ids: Vec<i64> = mails.iter().filter(|mail| counted(mail)).map(|mail| mail.recipient_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let found = contacts::get_many(tx, &ids)?;
    let hour = tx.now() / HOUR;
    for mail in mails.iter_mut().filter(|mail| counted(mail)) {
        let contact = found.iter().find(|contact| contact.id == mail.recipient_id);
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

/// What people wrote comes later rather than never.
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
