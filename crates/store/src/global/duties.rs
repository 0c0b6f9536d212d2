//! Duties: tasks that one process at a time does for all, such as tidying. A process that claims a duty keeps it while
//! it gives signs of life, see [`workers`](super::workers).

use super::workers::{Claimant, TOLERANCE, free};
use crate::{Result, Tx, Value, params};

/// A duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Duty {
    /// Its name.
    pub name: &'static str,
    /// The seconds between the end of one round and the next.
    pub every: i64,
    /// The seconds after which a process that has not finished its round loses the duty.
    pub claim_seconds: i64,
}

impl Duty {
    /// The condition that the duty is due and unclaimed, and its values from `$1` on.
    fn open(&self, by: Claimant) -> (String, Vec<Value<'static>>) {
        let mut values = vec![Value::from(self.name), Value::from(by.now() + self.every + TOLERANCE)];
        values.extend(by.bounds(self.claim_seconds));
        // A duty that is due much later than any round could have set: then a clock was wrong.
        let sql = format!("name = $1 AND (due_at <= $3 OR due_at > $2) AND {}", free("duties", "owner_until", 3));
        (sql, values)
    }
}

/// Whether a duty is due and unclaimed.
pub fn is_due(tx: &mut Tx<'_>, duty: Duty, by: Claimant) -> Result<bool> {
    if tx.query_opt("SELECT 1 FROM duties WHERE name = $1", params![duty.name], |_| Ok(()))?.is_none() {
        return Ok(true);
    }
    let (open, values) = duty.open(by);
    Ok(tx.query_opt(&format!("SELECT 1 FROM duties WHERE {open}"), &values, |_| Ok(()))?.is_some())
}

/// Claims a due duty. Returns how often it was done, or `None` if it is not due or another process has claimed it.
pub fn claim(tx: &mut Tx<'_>, duty: Duty, by: Claimant) -> Result<Option<i64>> {
    let first = "INSERT INTO duties (name, owner, owner_until, due_at, rounds) VALUES ($1, 0, 0, 0, 0) ON CONFLICT (name) DO NOTHING";
    tx.send(first, params![duty.name])?;
    let (open, values) = duty.open(by);
    let sql = format!("SELECT owner, owner_until, due_at, rounds FROM duties WHERE {open}");
    let found: Option<(i64, i64, i64, i64)> =
        tx.query_opt(&sql, &values, |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
    let Some((owner, until, due_at, rounds)) = found else { return Ok(None) };
    // Of several processes, the one whose update finds the claim unchanged gets the duty.
    let taken = tx.execute(
        "UPDATE duties SET owner = $2, owner_until = $3 WHERE name = $1 AND owner = $4 AND owner_until = $5 AND due_at = $6",
        params![duty.name, by.id, by.now() + duty.claim_seconds, owner, until, due_at],
    )?;
    Ok((taken == 1).then_some(rounds))
}

/// Records that a process has done its duty, unless another has claimed it since.
pub fn done(tx: &mut Tx<'_>, duty: Duty, by: Claimant) -> Result<()> {
    tx.send(
        "UPDATE duties SET owner_until = 0, due_at = $2, rounds = rounds + 1 WHERE name = $1 AND owner = $3",
        params![duty.name, by.now() + duty.every, by.id],
    )
}
