//! Queued and sent mail, and the secrets that sign its links.

use super::column_enum::column_enum;
use super::conversation_rows::not_about;
use super::notifications::RecipientKind;
use super::record::{FromRow, Record, record, row};
use super::{padded, padded_pairs, places};
use crate::global::workers::{Claimant, free};
use crate::ids::{ConversationId, MailId, MessageId, PartId};
use crate::{Hold, Result, WorkspaceTx, params};

/// How long a claim lasts, in seconds.
pub const CLAIM_SECONDS: i64 = 300;

column_enum! {
    /// The state of a mail.
    #[derive(Default)]
    pub enum MailState {
        #[default]
        Pending = "pending",
        Sent = "sent",
        /// It was not needed or not wanted.
        Dropped = "dropped",
        Bounced = "bounced",
        Failed = "failed",
    }
}

column_enum! {
    /// The scope of a mail counter.
    pub enum MailCount {
        Workspace = "workspace",
        Address = "address",
        /// Automatic mail to an address.
        Automatic = "automatic",
    }
}

record! {
    /// A mail's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Mail in "mails", key (id: MailId) {
        id: MailId,
        recipient_kind: RecipientKind,
        recipient_id: i64,
        topic: String,
        conversation_id: Option<ConversationId>,
        message_id: Option<MessageId>,
        first_part_id: Option<PartId>,
        last_part_id: Option<PartId>,
        unless_read: bool,
        state: MailState,
        attempts: i64,
        run_at: i64,
        /// When this claim expires; also distinguishes it from later claims.
        lease_until: i64,
        owner: i64,
        header_id: Option<String>,
        address: Option<String>,
        subject: Option<String>,
        error: Option<String>,
        created_at: i64,
        sent_at: Option<i64>,
    }
    pub fn get, update;
}

/// The mails that a reader does not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Those to contacts, and those that name contacts: all about a conversation, and messages.
    pub with_contacts: bool,
    /// Those to teammates.
    pub to_teammates: bool,
    /// Those about conversations that are not tickets, and messages that start one.
    pub of_conversations: bool,
    /// Those about tickets.
    pub of_tickets: bool,
    /// Those of this topic.
    pub topic: Option<&'static str>,
}

impl Hidden {
    /// The condition of the other mails.
    fn condition(self) -> String {
        let mut condition = String::new();
        if self.with_contacts {
            condition.push_str(" AND recipient_kind <> 'contact' AND conversation_id IS NULL AND message_id IS NULL");
        }
        if self.to_teammates {
            condition.push_str(" AND recipient_kind <> 'admin'");
        }
        if self.of_conversations {
            condition.push_str(" AND message_id IS NULL");
        }
        for (is_hidden, tickets) in [(self.of_conversations, false), (self.of_tickets, true)] {
            if is_hidden {
                condition.push_str(&not_about("mails", tickets));
            }
        }
        if let Some(topic) = self.topic {
            condition.push_str(&format!(" AND topic <> '{topic}'"));
        }
        condition
    }
}

/// The newest mails with ids below `before`.
pub fn page(tx: &mut WorkspaceTx, hidden: Hidden, before: MailId, limit: i64) -> Result<Vec<Mail>> {
    let sql = Mail::select(&format!(" AND id < $2{} ORDER BY id DESC LIMIT $3", hidden.condition()));
    tx.query_all(&sql, params![before, limit], Mail::from_row)
}

/// One mail, unless it is hidden.
pub fn shown(tx: &mut WorkspaceTx, hidden: Hidden, id: MailId) -> Result<Option<Mail>> {
    let sql = Mail::select(&format!(" AND id = $2{}", hidden.condition()));
    tx.query_opt(&sql, params![id], Mail::from_row)
}

/// Adds mails; the worker is woken when the transaction commits.
pub fn insert_all(tx: &mut WorkspaceTx, mails: &[Mail]) -> Result<()> {
    if !mails.is_empty() {
        tx.wake_worker();
    }
    Mail::insert_all(tx, mails)
}

row! {
    /// An unclaimed mail that another part can be added to.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Extendable {
        id: MailId,
        conversation_id: ConversationId,
        recipient_kind: RecipientKind,
        recipient_id: i64,
    }
}

/// The extendable mails of these conversations, locked.
pub fn extendable(tx: &mut WorkspaceTx, conversations: &[ConversationId]) -> Result<Vec<Extendable>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(conversations);
    let sql = format!(
        "SELECT {} FROM mails WHERE workspace_id = $1 AND conversation_id IN ({}) \
         AND conversation_id IS NOT NULL AND state = 'pending' AND attempts = 0 AND unless_read = TRUE AND first_part_id IS NOT NULL{}",
        Extendable::SELECTED,
        places(2, values.len()),
        tx.hold(Hold::Change)
    );
    tx.query_all(&sql, &values, Extendable::from_row)
}

/// Extends locked mails to later parts, given as pairs of mail and part.
pub fn extend(tx: &mut WorkspaceTx, mails: &[(MailId, PartId)]) -> Result<()> {
    let Some((values, pairs)) = padded_pairs(mails) else { return Ok(()) };
    let sql = format!(
        "UPDATE mails SET last_part_id = column2 FROM (VALUES {pairs}) AS parts WHERE workspace_id = $1 AND id = column1"
    );
    tx.send(&sql, &values)
}

/// Claims due mails of a workspace, longest due first.
pub fn claim(tx: &mut WorkspaceTx, by: Claimant, limit: i64) -> Result<Vec<Mail>> {
    let mut values = params![tx.now()].to_vec();
    values.extend(by.bounds(CLAIM_SECONDS));
    values.push(limit.into());
    let sql = format!(
        "SELECT {} FROM mails t WHERE t.workspace_id = $1 AND t.state = 'pending' AND t.run_at <= $2 AND {} \
         ORDER BY t.run_at, t.id LIMIT $7",
        Mail::SELECTED,
        free("t", "lease_until", 3)
    );
    let mut claimed: Vec<Mail> = Vec::new();
    for mail in tx.query_all(&sql, &values, Mail::from_row)? {
        // Workers do not wait for each other: the one whose update finds the claim unchanged gets the mail.
        let until = by.now() + CLAIM_SECONDS;
        let changed = tx.execute(
            "UPDATE mails SET attempts = attempts + 1, lease_until = $2, owner = $3 \
             WHERE workspace_id = $1 AND id = $4 AND lease_until = $5 AND attempts = $6 AND state = 'pending'",
            params![until, by.id, mail.id, mail.lease_until, mail.attempts],
        )?;
        if changed == 1 {
            // Read again, because parts may have been added since.
            claimed.extend(get(tx, mail.id)?);
        }
    }
    Ok(claimed)
}

/// Whether the claim is still valid.
pub fn is_claimed(tx: &mut WorkspaceTx, mail: &Mail) -> Result<bool> {
    let sql = "SELECT 1 FROM mails WHERE workspace_id = $1 AND id = $2 AND lease_until = $3 AND attempts = $4 AND state = 'pending'";
    Ok(tx.query_opt(sql, params![mail.id, mail.lease_until, mail.attempts], |_| Ok(()))?.is_some())
}

/// The mail if the claim is still valid, locked until the transaction ends.
pub fn lock_if_claimed(tx: &mut WorkspaceTx, mail: &Mail) -> Result<Option<Mail>> {
    let lock = tx.hold(Hold::Change);
    let sql = Mail::select(&format!(" AND id = $2 AND lease_until = $3 AND attempts = $4 AND state = 'pending'{lock}"));
    tx.query_opt(&sql, params![mail.id, mail.lease_until, mail.attempts], Mail::from_row)
}

/// The newest Message-IDs of earlier mails about a conversation to a recipient, oldest first.
pub fn thread(tx: &mut WorkspaceTx, mail: &Mail, limit: i64) -> Result<Vec<String>> {
    let Some(conversation) = mail.conversation_id else { return Ok(Vec::new()) };
    let mut ids = tx.query_all(
        "SELECT header_id FROM mails WHERE workspace_id = $1 AND conversation_id = $2 AND conversation_id IS NOT NULL \
         AND recipient_id = $3 AND recipient_kind = $4 AND id < $5 AND state = 'sent' AND header_id IS NOT NULL ORDER BY id DESC LIMIT $6",
        params![conversation, mail.recipient_id, &mail.recipient_kind, mail.id, limit],
        |row| row.get(0),
    )?;
    ids.reverse();
    Ok(ids)
}

/// The times of the last mails to teammates about these conversations since a second: conversation, teammate, time.
pub fn last_to_admins(
    tx: &mut WorkspaceTx,
    conversations: &[ConversationId],
    since: i64,
) -> Result<Vec<(ConversationId, i64, i64)>> {
    if conversations.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = padded(conversations);
    let (places, last) = (places(2, values.len()), values.len() + 2);
    values.push(since.into());
    let sql = format!(
        "SELECT conversation_id, recipient_id, max(sent_at) FROM mails WHERE workspace_id = $1 AND conversation_id IN ({places}) \
         AND conversation_id IS NOT NULL AND recipient_kind = 'admin' AND state = 'sent' AND sent_at > ${last} \
         GROUP BY conversation_id, recipient_id"
    );
    tx.query_all(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Deletes finished mails with ids below `before`, at most `limit`. Returns the number deleted.
pub fn purge(tx: &mut WorkspaceTx, before: MailId, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM mails WHERE workspace_id = $1 AND id IN (SELECT id FROM mails WHERE workspace_id = $1 AND id < $2 \
         AND state <> 'pending' ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}

/// Counts a mail of an hour (since 1970). Returns the new count.
pub fn count(tx: &mut WorkspaceTx, hour: i64, kind: MailCount, address: &str) -> Result<i64> {
    tx.query_one(
        "INSERT INTO mail_counts (workspace_id, hour, kind, address, count) VALUES ($1, $2, $3, $4, 1) \
         ON CONFLICT (workspace_id, hour, kind, address) DO UPDATE SET count = mail_counts.count + 1 RETURNING count",
        params![hour, kind, address],
        |row| row.get(0),
    )
}

/// Deletes the counts before an hour.
pub fn forget_counts(tx: &mut WorkspaceTx, hour: i64) -> Result<()> {
    tx.send("DELETE FROM mail_counts WHERE workspace_id = $1 AND hour < $2", params![hour])
}

/// The secret that signs a workspace's links in mail.
pub fn secret(tx: &mut WorkspaceTx) -> Result<Option<String>> {
    tx.query_opt("SELECT secret FROM mail_secrets WHERE workspace_id = $1", &[], |row| row.get(0))
}

/// The same; inserts the given one if there is none.
pub fn secret_or(tx: &mut WorkspaceTx, new: &str) -> Result<String> {
    if let Some(secret) = secret(tx)? {
        return Ok(secret);
    }
    let sql = "INSERT INTO mail_secrets (workspace_id, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    tx.send(sql, params![new])?;
    tx.query_one("SELECT secret FROM mail_secrets WHERE workspace_id = $1", &[], |row| row.get(0))
}
