//! Segments: searches with a name. Who is in one is never stored, always asked.

mod declare;
mod members;
mod query;

use deskwire_store::{Tx, segments as store};

pub use declare::{Declared, declare, declared, predefined, prune};
pub use deskwire_store::segments::Segment;
pub use members::{company_filter, count, filters, of_companies, of_contact};
pub(crate) use query::asking_for_attribute;
pub(crate) use query::asking_for_tag;

use crate::actor::Actor;
use crate::error::{Kind, Result};

/// The kind of a segment of companies; all others are of people.
const COMPANY: &str = "company";

/// The segments of people.
pub fn list(tx: &mut Tx<'_>, actor: &Actor) -> Result<Vec<Segment>> {
    let mut all = store::all(tx, actor.workspace())?;
    all.retain(|s| s.person_type != COMPANY);
    Ok(all)
}

/// One segment.
pub fn find(tx: &mut Tx<'_>, actor: &Actor, id: i64) -> Result<Segment> {
    store::get(tx, actor.workspace(), id)?.ok_or_else(|| Kind::ResourceNotFound.into())
}
