//! Reports of conversations: their number and their times to response and to close, by team, teammate and hour.
//!
//! Reports read counts, not conversations: per quarter hour and per day, for everyone and for each team and teammate
//! (`day.rs`). After each change of a conversation, the fan-out updates the counts by the difference to what was
//! counted of it before (`keep.rs`). So a conversation always counts for its current team and teammate.

mod day;
mod histogram;
mod keep;
mod measures;
mod period;
mod read;

pub use histogram::Durations;
pub(crate) use keep::{changed_silently, recount_later};
pub use keep::{keep, recount, step};
pub use period::{Period, Step};
pub use read::{Figures, GroupFilter, Line, Point, Report, read};

/// The seconds of a day, and of a quarter hour, the finest resolution of counts. The offsets of all current time zones
/// are multiples of it.
const DAY: i64 = 86_400;
const QUARTER: i64 = 900;
