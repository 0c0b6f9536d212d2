//! The processes that claim work, and the validity of their claims.
//!
//! A claim has its process and its end by the database's clock. It is invalid after its end, as soon as its process
//! gives no sign of life, and if it ends much later than any claim made now could, because then a clock was wrong.

use std::time::Duration;

use crate::{Result, Tx, Value, params};

/// How long a process counts as alive after a sign of life, in milliseconds.
pub const ALIVE: i64 = 3_500;

/// How much later than one made now a claim or a sign of life may end without a clock being wrong, in seconds. Others
/// may have claimed since the time of a claimant was read, and the clock of a new primary may be behind the old one's.
pub(crate) const TOLERANCE: i64 = 10;

/// A process that claims work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claimant {
    /// Its id, unique among processes; never 0.
    pub id: i64,
    /// The time by the database's clock, in unix milliseconds.
    pub now_ms: i64,
}

impl Claimant {
    /// The time by the database's clock, in unix seconds.
    pub fn now(&self) -> i64 {
        self.now_ms.div_euclid(1000)
    }

    /// The same process after some time.
    #[must_use]
    pub fn after(self, elapsed: Duration) -> Claimant {
        let elapsed = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
        Claimant { now_ms: self.now_ms.saturating_add(elapsed), ..self }
    }

    /// The values that [`free`] compares with, for claims that last this many seconds.
    pub(crate) fn bounds(&self, seconds: i64) -> [Value<'static>; 4] {
        let (latest, latest_ms) = (self.now() + TOLERANCE, self.now_ms + TOLERANCE * 1000);
        [self.now(), latest + seconds, self.now_ms, latest_ms + ALIVE].map(Value::Int)
    }
}

/// The condition that a claim in `table`, with its end in the column `until`, is not valid. Its four values, see
/// [`Claimant::bounds`], begin at `$first`.
pub(crate) fn free(table: &str, until: &str, first: usize) -> String {
    let [now, end, now_ms, end_ms] = [first, first + 1, first + 2, first + 3];
    format!(
        "({table}.{until} <= ${now} OR {table}.{until} > ${end} OR {table}.owner NOT IN \
         (SELECT id FROM workers WHERE alive_until > ${now_ms} AND alive_until <= ${end_ms}))"
    )
}

/// Records a sign of life.
pub fn beat(tx: &mut Tx<'_>, by: Claimant) -> Result<()> {
    tx.send(
        "INSERT INTO workers (id, alive_until) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET alive_until = $2",
        params![by.id, by.now_ms + ALIVE],
    )
}

/// Removes a process that shuts down, and those without a sign of life for an hour.
pub fn leave(tx: &mut Tx<'_>, by: Claimant) -> Result<()> {
    const HOUR: i64 = 3_600_000;
    tx.send(
        "DELETE FROM workers WHERE id = $1 OR alive_until < $2 OR alive_until > $3",
        params![by.id, by.now_ms - HOUR, by.now_ms + HOUR],
    )
}

/// The time by the database's clock, in unix milliseconds: the same for all processes that share it.
pub fn clock(tx: &mut Tx<'_>) -> Result<i64> {
    match tx.shared_clock() {
        Some(sql) => tx.query_one(sql, &[], |row| row.get(0)),
        None => Ok(tx.now_ms()),
    }
}
