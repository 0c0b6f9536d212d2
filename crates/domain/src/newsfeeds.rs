//! Newsfeeds: where news items are published. A workspace file declares them.

use deskwire_store::counters::{self, Counter};
use deskwire_store::newsfeeds as store;
use deskwire_store::{Hold, newsfeed_assignments};
use serde::{Deserialize, Serialize};

pub use deskwire_store::newsfeeds::Newsfeed;

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::NewsfeedId;
use crate::names;

/// A page of newsfeeds, oldest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<Newsfeed>, i64)> {
    Ok(store::page(cx, limit, offset)?)
}

/// One newsfeed.
pub fn find(cx: &mut Cx, id: NewsfeedId) -> Result<Newsfeed> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Locks a newsfeed that a news item is being assigned to, so that it cannot be deleted.
pub(crate) fn hold(cx: &mut Cx, id: NewsfeedId) -> Result<Newsfeed> {
    let unknown = || Error::new(ErrorKind::ResourceNotFound, "Newsfeed not found").field("newsfeed_assignments");
    store::hold(cx, id, Hold::Reference)?.ok_or_else(unknown)
}

/// A newsfeed in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its unique name, which readers do not see.
    pub name: String,
}

/// Creates a newsfeed unless one with this name exists. Returns whether it was created.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let name = names::checked("name", &declared.name)?;
    if store::named(cx, name)?.is_some() {
        return Ok(false);
    }
    let (id, now) = (counters::next(cx, Counter::Content)?, cx.now());
    store::insert(cx, &Newsfeed { id, name: name.to_owned(), created_at: now, updated_at: now })?;
    Ok(true)
}

/// All newsfeeds as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    Ok(store::all(cx)?.into_iter().map(|feed| Declared { name: feed.name }).collect())
}

/// Removes the newsfeeds that are not among these and have no news items. Returns the names of those that were removed,
/// and of those that were kept because they have news items.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<(Vec<String>, Vec<String>)> {
    let (mut removed, mut stays) = (Vec::new(), Vec::new());
    for feed in store::all(cx)? {
        if keep.contains(&feed.name.as_str()) {
            continue;
        }
        let Some(feed) = store::hold(cx, feed.id, Hold::End)? else { continue };
        if newsfeed_assignments::is_used(cx, feed.id)? {
            stays.push(feed.name);
        } else {
            store::delete(cx, feed.id)?;
            removed.push(feed.name);
        }
    }
    Ok((removed, stays))
}
