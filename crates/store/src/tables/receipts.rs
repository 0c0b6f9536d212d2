//! Receipts of messages: the recipients, and the outcome for each.

use super::messages::Medium;
use super::reporting::Position;
use crate::csv::Csv;
use crate::ids::{CompanyId, ContactId, MessageId};
use crate::{Result, Row, WorkspaceTx, params};

/// The number of messages per statement. Each has at most a hundred recipients.
const SLICE: usize = 400;

/// The columns of an export, in order.
pub const COLUMNS: &[&str] = &[
    "user_id",
    "user_external_id",
    "company_id",
    "email",
    "name",
    "ruleset_id",
    "content_id",
    "content_type",
    "content_title",
    "ruleset_version_id",
    "receipt_id",
    "received_at",
    "series_id",
    "series_title",
    "node_id",
    "first_reply",
    "first_completion",
    "first_series_completion",
    "first_series_disengagement",
    "first_series_exit",
    "first_goal_success",
    "first_open",
    "first_click",
    "first_dismisall",
    "first_unsubscribe",
    "first_hard_bounce",
];

/// `$2`, `$3`: the last message read; `$4`: the last second of the period; `$5`: the number of messages to read. The
/// outcome is looked up through an index for each receipt.
const SQL: &str = "SELECT m.created_at, m.id, m.message_type, m.subject, r.contact_id, c.external_id, c.email, c.name, \
    (SELECT min(l.company_id) FROM contact_companies l WHERE l.workspace_id = $1 AND l.contact_id = r.contact_id), \
    (SELECT min(p.created_at) FROM conversation_parts p WHERE p.workspace_id = $1 \
        AND p.conversation_id = r.conversation_id AND p.author_type IN ('user', 'lead') AND p.author_id = r.contact_id), \
    (SELECT min(n.read_at) FROM notifications n WHERE n.workspace_id = $1 AND n.message_id = m.id \
        AND n.recipient_id = r.contact_id AND n.recipient_kind = 'contact'), \
    (SELECT min(b.run_at) FROM mails b WHERE b.workspace_id = $1 AND b.message_id = m.id \
        AND b.recipient_id = r.contact_id AND b.recipient_kind = 'contact' AND b.state = 'bounced') \
    FROM (SELECT created_at, id, message_type, subject FROM messages WHERE workspace_id = $1 \
        AND (created_at, id) > ($2, $3) AND created_at <= $4 ORDER BY created_at, id LIMIT $5) m \
    LEFT JOIN message_recipients r ON r.workspace_id = $1 AND r.message_id = m.id \
    LEFT JOIN contacts c ON c.workspace_id = $1 AND c.id = r.contact_id \
    ORDER BY m.created_at, m.id, r.contact_id";

/// Writes the receipts of the next messages of a period. Returns the position to continue at, if there may be more.
pub fn slice(tx: &mut WorkspaceTx, period: (i64, i64), after: Position, csv: &mut Csv) -> Result<Option<Position>> {
    let (mut last, mut messages) = (after, 0);
    let limit = i64::try_from(SLICE).unwrap_or(i64::MAX);
    tx.query_all(SQL, params![after.at, after.id, period.1, limit], |row| {
        let position = Position { at: row.get(0)?, id: row.get(1)? };
        if position != last {
            (last, messages) = (position, messages + 1);
        }
        receipt(row, period, csv)
    })?;
    Ok((messages == SLICE).then_some(last))
}

fn receipt(row: &Row<'_>, period: (i64, i64), csv: &mut Csv) -> Result<()> {
    let Some(contact) = row.get::<Option<ContactId>>(4)? else { return Ok(()) };
    let (sent_at, message, medium) = (row.get::<i64>(0)?, row.get::<MessageId>(1)?, row.get::<Medium>(2)?);
    let first = |i: usize| {
        let at = row.get::<Option<i64>>(i)?;
        Ok::<_, crate::Error>(at.filter(|at| (period.0..=period.1).contains(at)))
    };
    csv.plain(Some(contact));
    csv.value(row.opt_str(5)?);
    match row.get::<Option<CompanyId>>(8)? {
        Some(company) => csv.plain(Some(company)),
        None => csv.plain(Some(-1)),
    }
    csv.value(row.opt_str(6)?);
    csv.value(row.opt_str(7)?);
    csv.plain(Some(message));
    csv.plain(Some(message));
    csv.plain(Some(if medium == Medium::Email { "Email" } else { "Chat" }));
    csv.value(row.opt_str(3)?);
    csv.plain(None::<i64>);
    csv.plain(Some(format_args!("{message}-{contact}")));
    csv.plain(Some(sent_at));
    csv.plain(Some(-1));
    csv.plain(None::<i64>);
    csv.plain(None::<i64>);
    csv.plain(first(9)?);
    // There are no tours, series or goals.
    for _ in 0..5 {
        csv.plain(None::<i64>);
    }
    csv.plain(first(10)?);
    for _ in 0..3 {
        csv.plain(None::<i64>);
    }
    csv.plain(first(11)?);
    csv.end();
    Ok(())
}
