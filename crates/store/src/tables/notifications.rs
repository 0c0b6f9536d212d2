//! Notifications in the help desk and in the messenger.

use super::column_enum::column_enum;
use super::conversation_rows::not_about;
use super::record::{FromRow, Record, record, row};
use super::{padded, places};
use crate::ids::{AdminId, ConversationId, MessageId, NotificationId, PartId};
use crate::{Result, Value, WorkspaceTx, params};

column_enum! {
    /// The recipient of a notification or a mail.
    #[derive(Default)]
    pub enum RecipientKind {
        #[default]
        Contact = "contact",
        Admin = "admin",
    }
}

record! {
    /// A notification's row.
    #[derive(Debug, Clone, Default, PartialEq)]
    pub struct Notification in "notifications", key (recipient_kind: RecipientKind, recipient_id: i64, id: NotificationId) {
        recipient_kind: RecipientKind,
        recipient_id: i64,
        id: NotificationId,
        topic: String,
        conversation_id: Option<ConversationId>,
        message_id: Option<MessageId>,
        part_id: Option<PartId>,
        cause: String,
        read_at: Option<i64>,
        created_at: i64,
    }
    pub fn insert_all;
}

/// The kinds of conversations whose notifications a recipient does not see.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hidden {
    /// Conversations that are not tickets.
    pub conversations: bool,
    /// Tickets.
    pub tickets: bool,
}

impl Hidden {
    /// The condition of the other notifications.
    fn condition(self) -> String {
        let of = |is_hidden: bool, tickets: bool| is_hidden.then(|| not_about("notifications", tickets));
        [of(self.conversations, false), of(self.tickets, true)].into_iter().flatten().collect()
    }
}

/// The newest notifications of a recipient before an id (`i64::MAX` for the first page).
pub fn page(
    tx: &mut WorkspaceTx,
    (kind, recipient): (RecipientKind, i64),
    hidden: Hidden,
    unread: bool,
    before: NotificationId,
    limit: i64,
) -> Result<Vec<Notification>> {
    let only = if unread { " AND read_at IS NULL" } else { "" };
    let sql = Notification::select(&format!(
        " AND recipient_kind = $2 AND recipient_id = $3 AND id < $4{only}{} ORDER BY id DESC LIMIT $5",
        hidden.condition()
    ));
    tx.query_all(&sql, params![kind, recipient, before, limit], Notification::from_row)
}

/// The unread notifications of a recipient.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Unread {
    /// The number of conversations that they are about. Each one about no conversation counts.
    pub count: i64,
    /// The newest of them.
    pub newest: Option<NotificationId>,
}

/// A recipient's unread notifications, of which the newest are counted, up to a limit.
pub fn unread(
    tx: &mut WorkspaceTx,
    (kind, recipient): (RecipientKind, i64),
    hidden: Hidden,
    limit: i64,
) -> Result<Unread> {
    let sql = format!(
        "SELECT count(DISTINCT coalesce(conversation_id, -id)), max(id) FROM (SELECT id, conversation_id FROM notifications \
         WHERE workspace_id = $1 AND recipient_kind = $2 AND recipient_id = $3 AND read_at IS NULL{} \
         ORDER BY id DESC LIMIT $4) n",
        hidden.condition()
    );
    tx.query_one(&sql, params![kind, recipient, limit], |row| Ok(Unread { count: row.get(0)?, newest: row.get(1)? }))
}

/// Marks these as read. Returns the number that were unread.
pub fn read(tx: &mut WorkspaceTx, (kind, recipient): (RecipientKind, i64), ids: &[NotificationId]) -> Result<u64> {
    if ids.is_empty() {
        return Ok(0);
    }
    let now = tx.now();
    let mut values = vec![Value::from(now), kind.into(), recipient.into()];
    values.extend(padded(ids));
    let sql = format!(
        "UPDATE notifications SET read_at = $2 WHERE workspace_id = $1 AND recipient_kind = $3 AND recipient_id = $4 \
         AND read_at IS NULL AND id IN ({})",
        places(5, values.len() - 3)
    );
    tx.execute(&sql, &values)
}

/// Marks all of a recipient's up to `newest` as read. Returns the number that were unread.
pub fn read_all(tx: &mut WorkspaceTx, (kind, recipient): (RecipientKind, i64), newest: NotificationId) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "UPDATE notifications SET read_at = $2 WHERE workspace_id = $1 AND recipient_kind = $3 AND recipient_id = $4 \
         AND read_at IS NULL AND id <= $5",
        params![now, kind, recipient, newest],
    )
}

/// Marks a recipient's notifications about a conversation as read. Returns the number that were unread.
pub fn read_of(
    tx: &mut WorkspaceTx,
    (kind, recipient): (RecipientKind, i64),
    conversation: ConversationId,
) -> Result<u64> {
    let now = tx.now();
    tx.execute(
        "UPDATE notifications SET read_at = $2 WHERE workspace_id = $1 AND recipient_kind = $3 AND recipient_id = $4 \
         AND conversation_id = $5 AND conversation_id IS NOT NULL AND read_at IS NULL",
        params![now, kind, recipient, conversation],
    )
}

/// Whether a recipient read the notification about a part.
pub fn was_read(
    tx: &mut WorkspaceTx,
    (kind, recipient): (RecipientKind, i64),
    conversation: ConversationId,
    part: PartId,
) -> Result<bool> {
    let sql = "SELECT 1 FROM notifications WHERE workspace_id = $1 AND recipient_kind = $2 AND recipient_id = $3 \
         AND conversation_id = $4 AND conversation_id IS NOT NULL AND part_id = $5 AND read_at IS NOT NULL LIMIT 1";
    let values = params![kind, recipient, conversation, part];
    Ok(tx.query_opt(sql, values, |_| Ok(()))?.is_some())
}

/// The text of a recipient's notification about a part, or else of the last one about a conversation.
pub fn cause(
    tx: &mut WorkspaceTx,
    (kind, recipient): (RecipientKind, i64),
    conversation: ConversationId,
    part: Option<PartId>,
) -> Result<Option<String>> {
    let sql = "SELECT cause FROM notifications WHERE workspace_id = $1 AND recipient_kind = $2 AND recipient_id = $3 \
         AND conversation_id = $4 AND conversation_id IS NOT NULL AND (part_id = $5 OR CAST($5 AS BIGINT) IS NULL) ORDER BY id DESC LIMIT 1";
    tx.query_opt(sql, params![kind, recipient, conversation, part], |row| row.get(0))
}

/// Deletes notifications with ids below `before`, at most `limit`. Returns the number deleted.
pub fn purge(tx: &mut WorkspaceTx, before: NotificationId, limit: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM notifications WHERE workspace_id = $1 AND id IN \
         (SELECT id FROM notifications WHERE workspace_id = $1 AND id < $2 ORDER BY id LIMIT $3)",
        params![before, limit],
    )
}

row! {
    /// The mail preferences of a teammate.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct MailWishes {
        admin_id: AdminId,
        /// Conversations that are assigned to them.
        assigned: bool,
        /// Mentions.
        mentioned: bool,
        /// Replies of customers in their conversations.
        replied: bool,
        /// Everything else.
        other: bool,
    }
}

/// The mail preferences of these teammates. Omits those who want no mail.
pub fn mailed(tx: &mut WorkspaceTx, admins: &[AdminId]) -> Result<Vec<MailWishes>> {
    if admins.is_empty() {
        return Ok(Vec::new());
    }
    let values = padded(admins);
    let (columns, places) = (MailWishes::SELECTED, places(2, values.len()));
    let sql = format!("SELECT {columns} FROM mailed_admins WHERE workspace_id = $1 AND admin_id IN ({places})");
    tx.query_all(&sql, &values, MailWishes::from_row)
}

/// Sets the mail preferences of a teammate.
pub fn set_wishes(tx: &mut WorkspaceTx, wishes: &MailWishes) -> Result<()> {
    let &MailWishes { admin_id, assigned, mentioned, replied, other } = wishes;
    tx.send(
        "INSERT INTO mailed_admins (workspace_id, admin_id, assigned, mentioned, replied, other) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (workspace_id, admin_id) DO UPDATE SET assigned = excluded.assigned, mentioned = excluded.mentioned, \
         replied = excluded.replied, other = excluded.other",
        params![admin_id, assigned, mentioned, replied, other],
    )
}

/// Sets whether a teammate wants notifications by mail. Returns whether that changed.
pub fn set_mailed(tx: &mut WorkspaceTx, admin: AdminId, wanted: bool) -> Result<bool> {
    let sql = if wanted {
        "INSERT INTO mailed_admins (workspace_id, admin_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
    } else {
        "DELETE FROM mailed_admins WHERE workspace_id = $1 AND admin_id = $2"
    };
    Ok(tx.execute(sql, params![admin])? == 1)
}
