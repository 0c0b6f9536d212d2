//! Events: the outbox, and the history that clients follow.

use std::sync::LazyLock;

use super::padded_pairs;
use super::record::{FromRow, row};
use crate::ids::EventId;
use crate::{ActorType, Hold, Result, WorkspaceTx, params};

/// An event to be written.
#[derive(Debug)]
#[expect(missing_docs, reason = "the columns are described in the migration")]
pub struct NewEvent<'a> {
    pub topic: &'a str,
    pub object_id: i64,
    pub actor_type: ActorType,
    pub actor_id: Option<i64>,
    /// JSON.
    pub payload: &'a str,
    pub notify: bool,
}

row! {
    /// An event with its position in the history.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Event {
        position: i64,
        id: EventId,
        topic: String,
        object_id: i64,
        /// An [`ActorType`], as text, so that events of actor types that this release does not know can be skipped.
        actor_type: String,
        actor_id: Option<i64>,
        /// JSON.
        payload: String,
        notify: bool,
        created_at: i64,
    }
}

/// Writes an event; the worker is woken when the transaction commits.
pub fn insert(tx: &mut WorkspaceTx, event: &NewEvent<'_>) -> Result<()> {
    let (id, now): (EventId, _) = (tx.mint(), tx.now());
    tx.send(
        "INSERT INTO events (workspace_id, id, topic, object_id, actor_type, actor_id, payload, notify, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![id, event.topic, event.object_id, event.actor_type, event.actor_id, event.payload, event.notify, now],
    )?;
    tx.wake_worker();
    Ok(())
}

/// Assigns the next positions to the oldest events without one, and returns these events in order.
///
/// The workspace's counter is locked until the commit, so positions become visible in order and without gaps, whichever
/// process assigns them.
pub fn place(tx: &mut WorkspaceTx, limit: i64) -> Result<Vec<Event>> {
    let free = tx.hold_free();
    // `None` if another process is assigning positions.
    let Some(last) = lock_last_position(tx, free)? else { return Ok(Vec::new()) };
    // In the order of the partial index, or PostgreSQL would walk over the primary key to avoid a sort.
    let waiting = "SELECT id FROM events WHERE workspace_id = $1 AND position IS NULL ORDER BY position, id LIMIT $2";
    let waiting: Vec<EventId> = tx.query_all(waiting, params![limit], |row| row.get(0))?;
    let places: Vec<(EventId, i64)> = waiting.into_iter().zip(last + 1..).collect();
    let Some((values, pairs)) = padded_pairs(&places) else { return Ok(Vec::new()) };
    let sql = format!(
        "UPDATE events SET position = column2 FROM (VALUES {pairs}) AS places \
         WHERE workspace_id = $1 AND id = column1 AND position IS NULL \
         RETURNING {}",
        Event::SELECTED
    );
    let mut events = tx.query_all(&sql, &values, Event::from_row)?;
    events.sort_unstable_by_key(|event| event.position);
    if let Some(event) = events.last() {
        let sql = "UPDATE event_positions SET position = $2 WHERE workspace_id = $1";
        tx.send(sql, params![event.position])?;
    }
    Ok(events)
}

/// Locks the workspace's counter of positions, as assigning them does.
pub fn lock(tx: &mut WorkspaceTx) -> Result<()> {
    let lock = tx.hold(Hold::Change);
    lock_last_position(tx, lock).map(drop)
}

/// The last assigned position, locked as `lock` says; `None` if it says not to wait and another transaction holds the
/// lock.
fn lock_last_position(tx: &mut WorkspaceTx, lock: &'static str) -> Result<Option<i64>> {
    let start = "INSERT INTO event_positions (workspace_id, position) VALUES ($1, 0) ON CONFLICT DO NOTHING";
    tx.send(start, &[])?;
    let sql = format!("SELECT position FROM event_positions WHERE workspace_id = $1{lock}");
    tx.query_opt(&sql, &[], |row| row.get(0))
}

/// The events after a position, in order.
pub fn after(tx: &mut WorkspaceTx, position: i64, limit: i64) -> Result<Vec<Event>> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        format!(
            "SELECT {} FROM events WHERE workspace_id = $1 AND position > $2 AND position IS NOT NULL ORDER BY position LIMIT $3",
            Event::SELECTED
        )
    });
    tx.query_all(&SQL, params![position, limit], Event::from_row)
}

/// One event, by its id.
pub fn get(tx: &mut WorkspaceTx, id: EventId) -> Result<Option<Event>> {
    let sql =
        format!("SELECT {} FROM events WHERE workspace_id = $1 AND id = $2 AND position IS NOT NULL", Event::SELECTED);
    tx.query_opt(&sql, params![id], Event::from_row)
}

/// The last assigned position.
pub fn last_position(tx: &mut WorkspaceTx) -> Result<i64> {
    let sql = "SELECT position FROM event_positions WHERE workspace_id = $1";
    Ok(tx.query_opt(sql, &[], |row| row.get(0))?.unwrap_or(0))
}

/// The first position in the retained history.
pub fn first_position(tx: &mut WorkspaceTx) -> Result<Option<i64>> {
    let sql = "SELECT position FROM events WHERE workspace_id = $1 AND position IS NOT NULL ORDER BY position LIMIT 1";
    tx.query_opt(sql, &[], |row| row.get(0))
}

/// Deletes at most `limit` events whose ids are below `before`, from the start of the history on. Returns how many.
///
/// Only from the start: a client that follows the history may miss its beginning, but never an event in the middle.
pub fn purge(tx: &mut WorkspaceTx, before: EventId, limit: i64) -> Result<u64> {
    let sql =
        "SELECT position, id FROM events WHERE workspace_id = $1 AND position IS NOT NULL ORDER BY position LIMIT $2";
    let oldest: Vec<(i64, EventId)> = tx.query_all(sql, params![limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((last, _)) = oldest.into_iter().take_while(|(_, id)| *id < before).last() else { return Ok(0) };
    tx.execute("DELETE FROM events WHERE workspace_id = $1 AND position <= $2 AND position IS NOT NULL", params![last])
}
