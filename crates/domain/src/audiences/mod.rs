//! Audiences: groups of contacts that content is targeted at. Membership is computed, never stored.

mod declare;
mod members;
mod predicates;

use deskwire_store::Hold;
use deskwire_store::audiences as store;
use deskwire_store::counters::{self, Counter};

pub use declare::{Condition, Declared, declare, declared, undeclared};
pub use deskwire_store::audiences::Audience;
pub use members::of_contact;
pub(crate) use members::{among, named_of};
pub use predicates::Predicate;

use crate::content::audiences::of_row;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, AudienceMember, ContentRef, Nothing, Topic};
use crate::ids::{AudienceId, Id};
use crate::{Cx, names};

/// The maximum number of audiences per workspace.
const MAX_AUDIENCES: i64 = 500;

/// The fields of an audience. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// The name; `Some(None)` is an error.
    pub name: Option<Option<String>>,
    /// The predicates that all members match.
    pub predicates: Option<Vec<Predicate>>,
    /// The roles that members have.
    pub role_predicates: Option<Vec<Predicate>>,
}

/// A page of audiences, oldest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<Audience>, i64)> {
    Ok(store::page(cx, limit, offset)?)
}

/// All audiences, oldest first.
pub fn all(cx: &mut Cx) -> Result<Vec<Audience>> {
    Ok(store::all(cx)?)
}

/// One audience.
pub fn find(cx: &mut Cx, id: AudienceId) -> Result<Audience> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Locks these audiences against deletion, because something is about to refer to them. Returns the unknown ids.
pub fn unknown(cx: &mut Cx, ids: &[AudienceId]) -> Result<Vec<AudienceId>> {
    let mut unknown = Vec::new();
    for id in ids {
        if store::hold(cx, *id, Hold::Reference)?.is_none() {
            unknown.push(*id);
        }
    }
    Ok(unknown)
}

/// Creates an audience.
pub fn create(cx: &mut Cx, input: &Input) -> Result<Audience> {
    if input.name.as_ref().is_none_or(Option::is_none) {
        return Err(invalid("Name is required").field("name"));
    }
    // This locks the counter's row, so the count stays exact.
    let id = counters::next(cx, Counter::Content)?;
    if store::count(cx)? >= MAX_AUDIENCES {
        return Err(invalid(format!("A workspace can have at most {MAX_AUDIENCES} audiences")));
    }
    let now = cx.now();
    let empty = || "[]".to_owned();
    let (name, predicates, role_predicates) = (String::new(), empty(), empty());
    let mut audience = Audience { id, name, predicates, role_predicates, created_at: now, updated_at: now };
    write(cx, &mut audience, input)?;
    store::insert(cx, &audience)?;
    events::emit(cx, Topic::AudienceCreated, id, Nothing {})?;
    Ok(audience)
}

/// Changes an audience.
pub fn update(cx: &mut Cx, id: AudienceId, input: &Input) -> Result<Audience> {
    let before = store::hold(cx, id, Hold::Change)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    write(cx, &mut after, input)?;
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
        events::emit(cx, Topic::AudienceUpdated, id, Nothing {})?;
    }
    Ok(after)
}

/// Deletes an audience. Content that refers to it no longer matches its members.
pub fn delete(cx: &mut Cx, id: AudienceId) -> Result<()> {
    store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::ResourceNotFound)?;
    store::delete(cx, id)?;
    events::emit(cx, Topic::AudienceDeleted, id, Nothing {})
}

/// Emits that content was added to or removed from audiences. The ids before and after are JSON arrays of numbers.
pub(crate) fn content_moved(
    cx: &mut Cx,
    content_type: &str,
    content: impl Id,
    before: &str,
    after: &str,
) -> Result<()> {
    if before == after {
        return Ok(());
    }
    let (before, after) = (of_row(before)?, of_row(after)?);
    let member =
        AudienceMember { content: ContentRef { r#type: content_type.to_owned(), id: content.number().to_string() } };
    for (topic, ids, others) in
        [(Topic::AudienceMemberAdded, &after, &before), (Topic::AudienceMemberRemoved, &before, &after)]
    {
        for id in ids.iter().filter(|id| !others.contains(id)) {
            events::emit(cx, topic, *id, member.clone())?;
        }
    }
    Ok(())
}

fn write(cx: &mut Cx, audience: &mut Audience, input: &Input) -> Result<()> {
    if let Some(name) = &input.name {
        name.as_deref().unwrap_or_default().trim().clone_into(&mut audience.name);
        if audience.name.is_empty() {
            return Err(invalid("Name must not be blank").field("name"));
        }
        let at_most = names::at_most("Name", &audience.name, names::MAX_NAME_LENGTH);
        at_most.map_err(|error| Error { kind: ErrorKind::ValidationError, ..error }.field("name"))?;
    }
    if let Some(predicates) = &input.predicates {
        audience.predicates = predicates::checked(cx, predicates)?;
    }
    if let Some(predicates) = &input.role_predicates {
        audience.role_predicates = predicates::checked_roles(predicates)?;
    }
    Ok(())
}

fn invalid(message: impl Into<std::borrow::Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::ValidationError, message)
}
