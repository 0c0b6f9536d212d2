//! Reports of conversations: how many there were, how fast they were answered and closed, by team, teammate and hour.
//!
//! Reports read counts, not conversations: those of each quarter of an hour, and of each day, of everyone and of each team and
//! teammate (`day.rs`). The fan-out keeps them (`keep.rs`), after each change of a conversation, by the difference to what was
//! counted of it before. So a conversation counts as it is now: under the team and the teammate that it is assigned to.

mod day;
mod histogram;
mod keep;
mod period;
mod read;
mod what;

pub use histogram::Durations;
pub(crate) use keep::{changed_silently, recount_later};
pub use keep::{keep, recount, step};
pub use period::{Period, Step};
pub use read::{Asked, Figures, Line, Point, Report, read};

/// Seconds of a day, and of the quarter of an hour that is the finest that is kept. All time zones of today are apart
/// from UTC by whole quarters.
const DAY: i64 = 86_400;
const QUARTER: i64 = 900;
