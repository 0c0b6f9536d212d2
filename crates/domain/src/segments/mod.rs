//! Segments: named searches. Membership is computed, never stored.

mod declare;
mod members;
mod query;

use deskwire_store::segments as store;

pub use declare::{Declared, declare, declared, predefined, prune};
pub use deskwire_store::segments::{PersonType, Segment};
pub use members::{company_filter, count, filters, of_companies, of_contact};
pub(crate) use query::names_using_tag;
pub(crate) use query::uses_attribute;

use crate::Cx;
use crate::error::{ErrorKind, Result};
use crate::ids::SegmentId;

/// The segments of people.
pub fn list(cx: &mut Cx) -> Result<Vec<Segment>> {
    let mut all = store::all(cx)?;
    all.retain(|s| s.person_type != PersonType::Company);
    Ok(all)
}

/// One segment.
pub fn find(cx: &mut Cx, id: SegmentId) -> Result<Segment> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}
