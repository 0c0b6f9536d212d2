//! Event summaries that callers submit.

use deskwire_store::data_events as store;

use super::{Summary, lock_contact, name};
use crate::Cx;
use crate::error::{Error, Result};
use crate::person::Person;
use crate::times;

/// Sets the count and the first and last time of an event of a person. Idempotent.
pub fn summarize(cx: &mut Cx, whose: &Person, summaries: &[Summary]) -> Result<()> {
    let contact = lock_contact(cx, whose)?;
    for summary in summaries {
        let summary = Summary {
            event_name: name(Some(&summary.event_name))?,
            count: summary.count,
            first_at: times::reported(cx, "first", summary.first_at)?,
            last_at: times::reported(cx, "last", summary.last_at)?,
        };
        if summary.count < 1 {
            return Err(Error::invalid("count must be a positive integer").field("count"));
        }
        if summary.last_at < summary.first_at {
            return Err(Error::invalid("last must not be before first").field("last"));
        }
        store::set_summary(cx, contact.id, &summary)?;
    }
    Ok(())
}
