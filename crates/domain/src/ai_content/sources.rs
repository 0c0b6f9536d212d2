//! Content import sources: the sites that external pages come from.

use deskwire_store::content_import_sources as store;
use deskwire_store::counters::{self, Counter};
use deskwire_store::{Hold, catalogs, external_pages};

pub use deskwire_store::content_import_sources::{ContentImportSource, SourceStatus, SyncBehavior};

use super::{checked_url, pages};
use crate::content::audiences as content_audiences;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::{AudienceId, ContentImportSourceId};
use crate::{Cx, audiences};

/// The type of sources in events.
const TYPE: &str = "content_import_source";

/// The fields of a source. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// How its pages are imported.
    pub sync_behavior: Option<SyncBehavior>,
    /// Whether its pages are used.
    pub status: Option<SourceStatus>,
    /// Its root URL.
    pub url: Option<String>,
    /// The audiences of its pages.
    pub audience_ids: Option<Vec<AudienceId>>,
    /// Whether to set the audiences on the existing pages as well.
    pub for_existing_pages: bool,
}

/// A page of sources, oldest first, and the total count.
pub fn page(cx: &mut Cx, limit: i64, offset: i64) -> Result<(Vec<ContentImportSource>, i64)> {
    Ok(store::page(cx, limit, offset)?)
}

/// One source.
pub fn find(cx: &mut Cx, id: ContentImportSourceId) -> Result<ContentImportSource> {
    store::get(cx, id)?.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Creates a source. This server does not crawl sites, so its pages come through the API.
pub fn create(cx: &mut Cx, input: &Input) -> Result<ContentImportSource> {
    let missing = |field: &'static str| Error::missing(format!("{field} is required")).field(field);
    if input.sync_behavior.ok_or_else(|| missing("sync_behavior"))? != SyncBehavior::Api {
        return Err(Error::invalid("sync_behavior must be 'api'").field("sync_behavior"));
    }
    let url = input.url.as_deref().ok_or_else(|| missing("url"))?;
    let now = cx.now();
    let source = ContentImportSource {
        id: counters::next(cx, Counter::Content)?,
        sync_behavior: SyncBehavior::Api,
        status: input.status.unwrap_or(SourceStatus::Active),
        url: checked_url(url)?,
        audience_ids: content_audiences::checked(cx, input.audience_ids.as_deref().unwrap_or_default())?,
        last_synced_at: now,
        created_at: now,
        updated_at: now,
    };
    store::insert(cx, &source)?;
    events::emit(cx, Topic::ImportSourceCreated, source.id, Nothing {})?;
    audiences::content_moved(cx, TYPE, source.id, "[]", &source.audience_ids)?;
    Ok(source)
}

/// Changes a source.
pub fn update(cx: &mut Cx, id: ContentImportSourceId, input: &Input) -> Result<ContentImportSource> {
    let before = store::hold(cx, id, Hold::Change)?.ok_or(ErrorKind::ResourceNotFound)?;
    let mut after = before.clone();
    let by_api = |behavior| behavior == SyncBehavior::Api;
    if let Some(behavior) = input.sync_behavior {
        if by_api(behavior) != by_api(before.sync_behavior) {
            let message = "sync_behavior cannot be changed to or from 'api'";
            return Err(Error::invalid(message).field("sync_behavior"));
        }
        after.sync_behavior = behavior;
    }
    if let Some(url) = &input.url {
        after.url = checked_url(url)?;
        if after.url != before.url && !by_api(before.sync_behavior) {
            return Err(Error::invalid("url can only be changed if sync_behavior is 'api'").field("url"));
        }
    }
    after.status = input.status.unwrap_or(after.status);
    if let Some(ids) = &input.audience_ids {
        after.audience_ids = content_audiences::checked(cx, ids)?;
    }
    if input.for_existing_pages {
        external_pages::set_audiences(cx, id, &after.audience_ids)?;
    }
    if after != before {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
        events::emit(cx, Topic::ImportSourceUpdated, id, Nothing {})?;
        audiences::content_moved(cx, TYPE, id, &before.audience_ids, &after.audience_ids)?;
    }
    Ok(after)
}

/// Deletes a source with its pages.
pub fn delete(cx: &mut Cx, id: ContentImportSourceId) -> Result<()> {
    let source = store::hold(cx, id, Hold::End)?.ok_or(ErrorKind::ResourceNotFound)?;
    let pages = pages::delete_of(cx, id)?;
    counters::decrease_by(cx, Counter::ExternalPages, pages)?;
    catalogs::delete_of(cx, id)?;
    store::delete(cx, id)?;
    audiences::content_moved(cx, TYPE, id, &source.audience_ids, "[]")?;
    events::emit(cx, Topic::ImportSourceDeleted, id, Nothing {})
}

/// Locks the source of a page that is being imported, and records the time of the sync.
pub(super) fn synced(cx: &mut Cx, id: ContentImportSourceId) -> Result<ContentImportSource> {
    let unknown = || Error::new(ErrorKind::ResourceNotFound, "Content import source not found").field("source_id");
    let before = store::hold(cx, id, Hold::Change)?.ok_or_else(unknown)?;
    let after = ContentImportSource { last_synced_at: cx.now(), ..before.clone() };
    store::update(cx, &before, &after)?;
    Ok(after)
}
