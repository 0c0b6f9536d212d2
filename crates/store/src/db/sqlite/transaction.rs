//! Transactions on a connection to SQLite.

use std::any::TypeId;
use std::sync::atomic::Ordering;

use super::Conn;
use crate::db::closure::{Closure, Failure};
use crate::db::core::{Core, Wakes};
use crate::db::deadline::Deadline;
use crate::db::lone::Lone;
use crate::db::run::Ran;
use crate::db::tx::{ATTEMPTS, Conn as TxConn, Lane, Tx};
use crate::{Error, Result};

/// Runs a closure in its own transaction. Returns the notifications to send.
pub(crate) fn transaction(
    conn: &Conn,
    lane: Lane,
    core: &Core,
    deadline: Option<Deadline>,
    f: &mut dyn Closure,
) -> Result<Wakes, Failure> {
    for _ in 1..ATTEMPTS {
        let ran = attempt(conn, lane, core, deadline, f)?;
        if !ran.collided {
            return ran.result.map(|()| ran.wakes);
        }
        core.counters.retries.fetch_add(1, Ordering::Relaxed);
    }
    let ran = attempt(conn, lane, core, deadline, f)?;
    ran.result.map(|()| ran.wakes)
}

/// Runs a read by key, without a transaction if reads of its kind are single statements. Beginning and ending a
/// transaction costs about as much as such a statement.
pub(crate) fn point_read(
    conn: &Conn,
    core: &Core,
    lone: &Lone,
    kind: TypeId,
    f: &mut dyn Closure,
) -> Result<(), Failure> {
    if lone.expected(kind) {
        let ran = Tx::new(TxConn::Sqlite(conn), Lane::Read, core).lone().run(f);
        if !ran.torn {
            return ran.result;
        }
        lone.learn(kind, false);
        return attempt(conn, Lane::Read, core, None, f)?.result;
    }
    let ran = attempt(conn, Lane::Read, core, None, f)?;
    lone.learn(kind, ran.statements <= 1);
    ran.result
}

/// Runs a closure once, and commits.
fn attempt(conn: &Conn, lane: Lane, core: &Core, deadline: Option<Deadline>, f: &mut dyn Closure) -> Result<Ran> {
    let writing = lane == Lane::Write;
    conn.control(if writing { "BEGIN IMMEDIATE" } else { "BEGIN" })?;
    conn.limit(deadline);
    let mut ran = run(conn, lane, core, deadline, f);
    conn.limit(None);
    let result = match ran.result {
        Ok(()) => {
            let done = conn.flush_deferred().and_then(|()| conn.control("COMMIT"));
            if matches!(done, Err(Error::Unique(_))) {
                core.ids.move_on();
                ran.collided = true;
            }
            done.inspect_err(|error| core.note(error)).map_err(Failure::Other)
        }
        Err(failure) => Err(failure),
    };
    conn.truncate_deferred(0);
    if result.is_ok() {
        if writing {
            conn.changed();
        }
    } else if !conn.in_no_transaction()
        && let Err(error) = conn.control("ROLLBACK")
    {
        tracing::error!(%error, "rolling back failed");
    }
    Ok(Ran { result, ..ran })
}

/// Runs a closure in the open transaction.
pub(crate) fn run(conn: &Conn, lane: Lane, core: &Core, deadline: Option<Deadline>, f: &mut dyn Closure) -> Ran {
    Tx::new(TxConn::Sqlite(conn), lane, core).with_deadline(deadline).run(f)
}
