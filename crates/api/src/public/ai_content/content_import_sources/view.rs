//! A content import source as the API represents it.

use deskwire_domain::ai_content::sources::{ContentImportSource, SourceStatus, SyncBehavior};
use deskwire_domain::error::{Error, Result};
use serde::Serialize;
use serde_json::value::RawValue;

/// A content import source.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    id: i64,
    r#type: &'static str,
    last_synced_at: i64,
    status: SourceStatus,
    url: &'a str,
    sync_behavior: SyncBehavior,
    created_at: i64,
    updated_at: i64,
    audience_ids: &'a RawValue,
}

impl<'a> View<'a> {
    pub(crate) fn new(source: &'a ContentImportSource) -> Result<Self> {
        Ok(Self {
            id: source.id.number(),
            r#type: "content_import_source",
            last_synced_at: source.last_synced_at,
            status: source.status,
            url: &source.url,
            sync_behavior: source.sync_behavior,
            created_at: source.created_at,
            updated_at: source.updated_at,
            audience_ids: serde_json::from_str(&source.audience_ids).map_err(Error::internal)?,
        })
    }
}
