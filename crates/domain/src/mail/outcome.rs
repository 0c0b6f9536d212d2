//! Claiming mail, and recording its outcome.

use deskwire_store::mails::MailState;
use deskwire_store::notifications::RecipientKind;
use std::sync::Arc;

use deskwire_store::global::workers::Claimant;
use deskwire_store::{Tx, mails as store, workspaces};

use super::{INVITATION, Mail, Sender, limits, signed, teammates, unsubscribe};
use crate::Cx;
use crate::actor::Actor;
use crate::error::Result;
use crate::ids::{ContactId, MailId};
use crate::invitations;

/// The maximum number of attempts to send a mail, over about five days.
const ATTEMPTS: i64 = 36;

/// A claimed mail.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The workspace.
    pub workspace: String,
    /// The mail.
    pub mail: Mail,
}

/// The outcome of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server accepted it: the address it was sent to, and its subject.
    Sent(String, String),
    /// A temporary failure, with the reason.
    Later(String),
    /// The address does not exist, with the reason.
    Bounced(String, String),
    /// Mail cannot be sent to this address, with the reason.
    Undeliverable(String, String),
    /// A permanent failure, with the reason.
    Failed(String),
    /// It is not needed or not wanted, with the reason.
    Dropped(&'static str),
    /// No attempt was made.
    Untried,
}

/// Claims due mail of these workspaces, at most the given number of each, longest due first. Assigns each mail its
/// Message-ID, which it keeps.
pub fn claim(tx: &mut Tx<'_>, by: Claimant, sender: &Sender, from: &[(String, i64)]) -> Result<Vec<Claimed>> {
    let mut claimed = Vec::new();
    for (workspace, limit) in from {
        let tx = &mut tx.within(workspace);
        signed::secret(tx)?;
        let taken = store::claim(tx, by, *limit)?;
        let mut mails = taken.clone();
        limits::count(tx, &mut mails)?;
        teammates::postpone(tx, &mut mails)?;
        for (before, mail) in taken.iter().zip(mails) {
            let header_id = mail.header_id.clone().or_else(|| Some(header_id(sender, workspace, mail.id)));
            let mail = Mail { header_id, ..mail };
            store::update(tx, before, &mail)?;
            if mail.owner != 0 {
                claimed.push(Claimed { workspace: workspace.clone(), mail });
            }
        }
    }
    Ok(claimed)
}

/// The `Message-ID` of a mail.
pub(super) fn header_id(sender: &Sender, workspace: &str, id: MailId) -> String {
    format!("<mail-{id}.{workspace}@{}>", sender.domain)
}

/// Whether the claim of a mail is still valid.
pub fn is_claimed(tx: &mut Tx<'_>, claimed: &Claimed) -> Result<bool> {
    Ok(store::is_claimed(&mut tx.within(&claimed.workspace), &claimed.mail)?)
}

/// Records the outcome of a mail, unless another process has claimed it since.
pub fn record(tx: &mut Tx<'_>, claimed: &Claimed, outcome: &Outcome) -> Result<()> {
    let workspace = &claimed.workspace;
    let tx = &mut tx.within(workspace);
    let Some(before) = store::lock_if_claimed(tx, &claimed.mail)? else { return Ok(()) };
    let now = tx.now();
    let mut mail = Mail { lease_until: 0, owner: 0, error: None, ..before.clone() };
    match outcome {
        Outcome::Sent(address, subject) => {
            mail.state = MailState::Sent;
            mail.sent_at = Some(now);
            (mail.address, mail.subject) = (Some(address.clone()), Some(subject.clone()));
        }
        Outcome::Later(why) if mail.attempts < ATTEMPTS => {
            mail.run_at = now + backoff(mail.attempts);
            mail.error = Some(why.clone());
        }
        Outcome::Later(why) | Outcome::Failed(why) => {
            mail.state = MailState::Failed;
            mail.run_at = now;
            mail.error = Some(why.clone());
        }
        Outcome::Bounced(address, why) => {
            mail.state = MailState::Bounced;
            mail.run_at = now;
            (mail.address, mail.error) = (Some(address.clone()), Some(why.clone()));
            if mail.recipient_kind == RecipientKind::Contact
                && let Some(row) = workspaces::get(tx)?
            {
                let actor = Actor::system(Arc::new(row.into()));
                unsubscribe::bounced(&mut Cx::new(tx, &actor), ContactId::new(mail.recipient_id), address)?;
            }
        }
        Outcome::Undeliverable(address, why) => {
            mail.state = MailState::Bounced;
            (mail.address, mail.error) = (Some(address.clone()), Some(why.clone()));
        }
        Outcome::Dropped(why) => {
            mail.state = MailState::Dropped;
            mail.error = Some((*why).to_owned());
        }
        Outcome::Untried => mail.attempts -= 1,
    }
    if mail.topic == INVITATION && mail.state != MailState::Pending {
        invitations::mailed(tx, mail.id)?;
    }
    Ok(store::update(tx, &before, &mail)?)
}

/// Seconds until the next attempt: 1, 2, 4 minutes and so on, at most four hours.
fn backoff(attempts: i64) -> i64 {
    let exponent = u32::try_from(attempts.clamp(1, 9) - 1).unwrap_or(0);
    (60 * 2_i64.pow(exponent)).min(4 * 3600)
}

#[cfg(test)]
mod tests {
    use super::{ATTEMPTS, backoff};

    #[test]
    fn retries_back_off_over_days() {
        let waits: Vec<i64> = (1..=10).map(backoff).collect();
        assert_eq!(waits, [60, 120, 240, 480, 960, 1920, 3840, 7680, 14_400, 14_400]);
        let days = (1..ATTEMPTS).map(backoff).sum::<i64>() / 86_400;
        assert_eq!(days, 4);
    }
}
