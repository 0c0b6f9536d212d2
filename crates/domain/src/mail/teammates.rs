//! Delaying mail to teammates: while they are active in the inbox, where they see the notification, and for some time
//! after the previous mail about the same conversation.

use std::collections::HashMap;

use deskwire_store::mails::MailState;
use deskwire_store::notifications::RecipientKind;
use deskwire_store::{WorkspaceTx, inbox_sessions, mails as store};

use super::Mail;
use crate::error::Result;
use crate::ids::{AdminId, ConversationId};

/// A teammate is active if they used the inbox within this many seconds. Its use is recorded once a minute.
const ACTIVE_SECONDS: i64 = 180;
/// The minimum time between two mails about a conversation to a teammate, in seconds.
const MIN_INTERVAL: i64 = 900;
/// A mail delayed for longer than this, in seconds, is not sent.
const MAX_DELAY: i64 = 86_400;

/// Postpones the claimed mails that are not to be sent yet.
pub(super) fn postpone(tx: &mut WorkspaceTx, mails: &mut [Mail]) -> Result<()> {
    let concerns = |mail: &Mail| {
        mail.attempts == 1 && mail.owner != 0 && mail.recipient_kind == RecipientKind::Admin && mail.unless_read
    };
    let now = tx.now();
    let mut admins: Vec<AdminId> =
        mails.iter().filter(|mail| concerns(mail)).map(|mail| AdminId::new(mail.recipient_id)).collect();
    let mut conversations: Vec<ConversationId> =
        mails.iter().filter(|mail| concerns(mail)).filter_map(|mail| mail.conversation_id).collect();
    admins.sort_unstable();
    admins.dedup();
    conversations.sort_unstable();
    conversations.dedup();
    let active: HashMap<AdminId, i64> =
        inbox_sessions::active(tx, &admins, now - ACTIVE_SECONDS)?.into_iter().collect();
    let sent: HashMap<(ConversationId, i64), i64> = store::last_to_admins(tx, &conversations, now - MIN_INTERVAL)?
        .into_iter()
        .map(|(conversation, admin, at)| ((conversation, admin), at))
        .collect();
    for mail in mails.iter_mut().filter(|mail| concerns(mail)) {
        let left = active.get(&AdminId::new(mail.recipient_id)).map(|seen_at| seen_at + ACTIVE_SECONDS);
        let last = mail.conversation_id.and_then(|id| sent.get(&(id, mail.recipient_id))).map(|at| at + MIN_INTERVAL);
        let Some(until) = left.max(last).filter(|until| *until > now) else { continue };
        (mail.lease_until, mail.owner) = (0, 0);
        if now - mail.created_at > MAX_DELAY {
            mail.state = MailState::Dropped;
            mail.error = Some("the teammate was in the inbox all the time".to_owned());
        } else {
            // The claim is released so that later parts are added to the mail.
            (mail.attempts, mail.run_at) = (0, until);
        }
    }
    Ok(())
}
