//! Outgoing mail: its queue, content and outcome. The worker sends it.

mod compose;
mod invitation;
mod letter;
mod limits;
mod outcome;
pub mod shown;
mod signed;
mod teammates;
mod templates;
mod unsubscribe;

pub use compose::{Composed, compose};
pub use deskwire_store::mails::{Mail, MailState};
pub use letter::{Letter, Named, line};
pub use limits::{ADDRESS, AUTOMATIC, HeldBack, WORKSPACE, held_back};
pub use outcome::{Claimed, Outcome, claim, is_claimed, record};
pub use unsubscribe::{Reader, reader, unsubscribe};

use deskwire_store::contacts::{Contact, ContactState};
use deskwire_store::global::backlog;
use deskwire_store::notifications::RecipientKind;
use deskwire_store::{Tx, mails as store};

use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::MailId;

/// The topic of mail that carries a message instead of an event.
pub const MESSAGE: &str = "message";
/// The topic of mail with the link of an invitation. Its recipient is the inviting teammate, because the invited person
/// has no row yet.
pub(crate) const INVITATION: &str = "invitation";

/// The sender of mail, and the base URL of its links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The `From` address.
    pub address: String,
    /// The domain of Message-IDs.
    pub domain: String,
    /// A monitored address for replies; without one, mail says that replies are not read.
    pub reply_to: Option<String>,
    /// The public URL of this server; without one, mail has no link to unsubscribe.
    pub public_url: Option<String>,
}

/// The state of the mail queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The number of queued mails.
    pub count: i64,
    /// When the oldest was queued, in unix seconds.
    pub since: Option<i64>,
    /// The number of mails that failed permanently in the last week.
    pub given_up: i64,
    /// The current time.
    pub now: i64,
}

/// The state of the mail queue, over all workspaces.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Waiting> {
    let now = tx.now();
    let (count, since) = backlog::all_mails(tx)?;
    Ok(Waiting { count, since, given_up: backlog::failed_mails(tx, now - 7 * 86_400)?, now })
}

/// One mail.
pub fn find(cx: &mut Cx, id: MailId) -> Result<Mail> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// A mail to someone that is due now.
pub(crate) fn pending(tx: &Tx<'_>, (kind, id): (RecipientKind, i64)) -> Mail {
    let now = tx.now();
    Mail {
        id: tx.mint(),
        recipient_kind: kind,
        recipient_id: id,
        state: MailState::Pending,
        run_at: now,
        created_at: now,
        ..Mail::default()
    }
}

/// The reason why a contact gets no mail, if there is one.
pub(crate) fn suppression_reason(contact: &Contact) -> Option<&'static str> {
    if contact.state != ContactState::Active {
        Some("the contact is not active")
    } else if contact.email.is_none() {
        Some("the contact has no email address")
    } else if contact.unsubscribed_from_emails {
        Some("the contact unsubscribed")
    } else if contact.marked_email_as_spam {
        Some("the contact marked mail as spam")
    } else if contact.has_hard_bounced {
        Some("mail to the contact bounced")
    } else {
        None
    }
}
