//! Links of tickets.

use super::ticket_types::TicketCategory;
use std::collections::HashMap;

use super::{changed_at, padded, places};
use crate::ids::ConversationId;
use crate::{Dialect, Hold, Result, WorkspaceTx, params};

/// A conversation or a ticket that another one is linked to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Linked {
    pub id: ConversationId,
    pub is_ticket: bool,
    /// A ticket's category.
    pub category: Option<TicketCategory>,
}

/// Links a ticket to a conversation or another ticket. Returns false if they were already linked.
pub fn insert(tx: &mut WorkspaceTx, ticket: ConversationId, object: ConversationId) -> Result<bool> {
    let now = tx.now();
    let done = tx.execute(
        "INSERT INTO ticket_links (workspace_id, ticket_id, object_id, created_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
        params![ticket, object, now],
    )?;
    Ok(done == 1)
}

/// Removes a link. Returns false if there was none.
pub fn delete(tx: &mut WorkspaceTx, ticket: ConversationId, object: ConversationId) -> Result<bool> {
    let sql = "DELETE FROM ticket_links WHERE workspace_id = $1 AND ticket_id = $2 AND object_id = $3";
    Ok(tx.execute(sql, params![ticket, object])? == 1)
}

/// Locks these conversations and tickets for update. A write that changes two of them locks both at once, in the order
/// of their ids, so that two such writes do not deadlock.
pub fn hold_both(tx: &mut WorkspaceTx, one: ConversationId, other: ConversationId) -> Result<()> {
    let hold = tx.hold(Hold::Change);
    if hold.is_empty() {
        return Ok(());
    }
    let sql = format!("SELECT 1 FROM conversations WHERE workspace_id = $1 AND id IN ($2, $3) ORDER BY id{hold}");
    tx.query_all(&sql, params![one, other], |_| Ok(()))?;
    Ok(())
}

/// Locks a conversation or ticket that is being deleted, and everything that it is linked to, in the order of their
/// ids.
pub fn hold_around(tx: &mut WorkspaceTx, id: ConversationId) -> Result<()> {
    if tx.dialect() == Dialect::Sqlite {
        return Ok(());
    }
    let linked = "SELECT object_id FROM ticket_links WHERE workspace_id = $1 AND ticket_id = $2 \
         UNION SELECT ticket_id FROM ticket_links WHERE workspace_id = $1 AND object_id = $2";
    let mut ids: Vec<ConversationId> = tx.query_all(linked, params![id], |row| row.get(0))?;
    if ids.is_empty() {
        return Ok(());
    }
    ids.push(id);
    ids.sort_unstable();
    for ids in ids.chunks(1000) {
        let values = padded(ids);
        let (places, hold) = (places(2, values.len()), tx.hold(Hold::End));
        let sql = format!("SELECT 1 FROM conversations WHERE workspace_id = $1 AND id IN ({places}) ORDER BY id{hold}");
        tx.query_all(&sql, &values, |_| Ok(()))?;
    }
    Ok(())
}

/// Removes all links of a conversation or ticket, in both directions, and decrements the counts at the other ends.
pub fn delete_all_of(tx: &mut WorkspaceTx, id: ConversationId) -> Result<()> {
    let now = tx.now();
    for (own, other) in [("ticket_id", "object_id"), ("object_id", "ticket_id")] {
        let sql = format!(
            "UPDATE conversations SET link_count = link_count - 1, {} WHERE workspace_id = $1 AND id IN \
             (SELECT {other} FROM ticket_links WHERE workspace_id = $1 AND {own} = $3)",
            changed_at(2)
        );
        tx.send(&sql, params![now, id])?;
        let sql = format!("DELETE FROM ticket_links WHERE workspace_id = $1 AND {own} = $2");
        tx.send(&sql, params![id])?;
    }
    Ok(())
}

/// The number of links from a ticket.
pub fn count(tx: &mut WorkspaceTx, ticket: ConversationId) -> Result<i64> {
    let sql = "SELECT count(*) FROM ticket_links WHERE workspace_id = $1 AND ticket_id = $2";
    tx.query_one(sql, params![ticket], |row| row.get(0))
}

/// The tracker that a conversation or ticket is linked to, if there is one.
pub fn tracker_of(tx: &mut WorkspaceTx, object: ConversationId) -> Result<Option<ConversationId>> {
    let sql = "SELECT l.ticket_id FROM ticket_links l JOIN conversations c ON c.workspace_id = l.workspace_id \
         AND c.id = l.ticket_id WHERE l.workspace_id = $1 AND l.object_id = $2 AND c.ticket_category = 'Tracker' LIMIT 1";
    tx.query_opt(sql, params![object], |row| row.get(0))
}

/// The conversations and tickets that each of these is linked to, in both directions, the first `most` in each.
pub fn linked(tx: &mut WorkspaceTx, ids: &[ConversationId], most: i64) -> Result<HashMap<ConversationId, Vec<Linked>>> {
    let mut found: HashMap<ConversationId, Vec<Linked>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let padded = padded(ids);
    for (own, other) in [("ticket_id", "object_id"), ("object_id", "ticket_id")] {
        let sql = format!(
            "SELECT l.own, c.id, c.is_ticket, c.ticket_category FROM (SELECT {own} AS own, {other} AS other, \
             row_number() OVER (PARTITION BY {own} ORDER BY {other}) AS place FROM ticket_links WHERE workspace_id = $1 \
             AND {own} IN ({})) l JOIN conversations c ON c.workspace_id = $1 AND c.id = l.other WHERE l.place <= ${} \
             ORDER BY l.own, c.id",
            places(2, padded.len()),
            padded.len() + 2
        );
        let mut values = padded.clone();
        values.push(most.into());
        tx.query_all(&sql, &values, |row| {
            let linked = Linked { id: row.get(1)?, is_ticket: row.get(2)?, category: row.get(3)? };
            found.entry(row.get(0)?).or_default().push(linked);
            Ok(())
        })?;
    }
    Ok(found)
}
