//! Queries over fields that an actor may not see. The number of matches alone would reveal what these fields have.

use serde_json::Value;

use super::Query;
use crate::actor::{Access, Actor, Noun};
use crate::error::{Error, ErrorKind, Result};
use crate::permissions;

/// The fields of contacts and companies that reveal something else, with its kind.
const OF_PEOPLE: &[(&str, Noun)] = &[("tag_id", Noun::Tags), ("segment_id", Noun::Segments)];

/// Returns the first of these fields that a query uses and whose kind of data the actor may not see, and this kind.
pub(crate) fn names_hidden(
    actor: &Actor,
    query: &Value,
    fields: &'static [(&'static str, Noun)],
) -> Option<(&'static str, Noun)> {
    let query = Query::read(query.clone());
    let terms = query.terms();
    let is_used = |name: &str| terms.iter().any(|term| term.field == name);
    fields.iter().copied().find(|(name, noun)| !actor.sees(*noun) && is_used(name))
}

/// The error for a field that [`names_hidden`] found.
pub(crate) fn refused((field, noun): (&'static str, Noun)) -> Error {
    let permission = permissions::name(noun, Access::Read);
    Error::new(ErrorKind::Forbidden, format!("Your role does not permit a filter on {field} ({permission})"))
}

/// Refuses a query over contacts or companies by a field that the teammate may not see.
pub fn check_seen(actor: &Actor, query: &Value) -> Result<()> {
    names_hidden(actor, query, OF_PEOPLE).map_or(Ok(()), |hidden| Err(refused(hidden)))
}
