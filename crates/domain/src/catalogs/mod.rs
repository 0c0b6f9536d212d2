//! Product catalogs: uploaded to a content import source, whole or in parts, and synced to its external pages.

mod product;
mod sync;

use deskwire_store::Hold;
use deskwire_store::catalogs::{self as store, CatalogProduct, CatalogUpload, UploadState};
use deskwire_store::content_import_sources::{self as sources, SyncBehavior};
use serde_json::Value;

pub use sync::{Sync, give_up, step};

use crate::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{CatalogUploadId, ContentImportSourceId};
use crate::jobs;

/// How long an upload may stay open without a new part, in seconds.
const UPLOAD_TIMEOUT: i64 = 86_400;
/// The maximum number of products per upload.
const MAX_PRODUCTS: i64 = 200_000;

/// A request to upload a catalog, or a part of one.
#[derive(Debug, Clone, Default)]
pub struct Upload {
    /// The uploaded JSON.
    pub catalog: Option<Value>,
    /// Whether the upload is complete; `None` for an upload of a single file.
    pub finalize: Option<bool>,
    /// The upload that it is a part of.
    pub job: Option<String>,
    /// The number of the part, from 1.
    pub part: Option<i64>,
}

/// The result of an upload request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// A part was stored; the number of the next one.
    Part(CatalogUploadId, i64),
    /// The catalog is complete and its sync has started.
    Started(CatalogUploadId),
}

/// Receives a catalog, or a part of one.
pub fn receive(cx: &mut Cx, source: ContentImportSourceId, upload: &Upload) -> Result<Received> {
    // Serializes the requests for a source.
    let found = sources::hold(cx, source, Hold::Change)?.filter(|source| source.sync_behavior == SyncBehavior::Api);
    found.ok_or(ErrorKind::ImportSourceNotFound)?;
    let last = store::lock_last(cx, source)?;
    let is_fresh =
        |upload: &CatalogUpload| upload.state != UploadState::Open || upload.updated_at > cx.now() - UPLOAD_TIMEOUT;
    let current = last.filter(|upload| upload.state != UploadState::Done && is_fresh(upload));
    match (upload.finalize, &upload.job) {
        (Some(true), None) => Err(ErrorKind::ImportJobRequired.into()),
        (_, None) if upload.part.is_some_and(|part| part > 1) => Err(ErrorKind::ImportJobRequired.into()),
        (Some(true), Some(job)) => {
            let open = named(cx, current, source, job)?;
            finish(cx, &open)
        }
        (_, Some(job)) => {
            let open = named(cx, current, source, job)?;
            append(cx, &open, upload)
        }
        (finalize, None) => {
            if let Some(current) = current {
                return Err(match current.state {
                    UploadState::Open => Error::new(
                        ErrorKind::SyncInProgress,
                        "A multipart upload is already in progress. Use import_job_id to continue.",
                    ),
                    _ => ErrorKind::SyncInProgress.into(),
                });
            }
            begin(cx, source, upload, finalize.is_none())
        }
    }
}

/// The upload with this name.
fn named(
    cx: &mut Cx,
    current: Option<CatalogUpload>,
    source: ContentImportSourceId,
    job: &str,
) -> Result<CatalogUpload> {
    let id = CatalogUploadId::parse(job).ok_or(ErrorKind::UploadSessionNotFound)?;
    match current.filter(|current| current.id == id) {
        Some(current) => Ok(current),
        None => store::lock(cx, source, id)?.ok_or_else(|| ErrorKind::UploadSessionNotFound.into()),
    }
}

fn begin(cx: &mut Cx, source_id: ContentImportSourceId, upload: &Upload, is_whole: bool) -> Result<Received> {
    let (id, now) = (cx.mint(), cx.now());
    let made = CatalogUpload { source_id, id, state: UploadState::Open, parts: 1, created_at: now, updated_at: now };
    keep(cx, &made, upload)?;
    store::insert(cx, &made)?;
    if is_whole { finish(cx, &made) } else { Ok(Received::Part(id, 2)) }
}

/// Adds a part; a part that was received before is not changed.
fn append(cx: &mut Cx, before: &CatalogUpload, upload: &Upload) -> Result<Received> {
    if before.state != UploadState::Open {
        return Err(ErrorKind::UploadSessionNotFound.into());
    }
    let expected = before.parts + 1;
    let part = upload.part.unwrap_or(expected);
    if part > expected {
        let message = format!("Expected part {expected}, got {part}");
        return Err(Error::new(ErrorKind::InvalidPartNumber, message).field("part_number"));
    }
    if part == expected {
        keep(cx, before, upload)?;
        let after = CatalogUpload { parts: part, updated_at: cx.now(), ..before.clone() };
        store::update(cx, before, &after)?;
    }
    Ok(Received::Part(before.id, part + 1))
}

/// Completes an upload and enqueues its sync.
fn finish(cx: &mut Cx, before: &CatalogUpload) -> Result<Received> {
    if before.state != UploadState::Open {
        return Err(ErrorKind::UploadNotFinalizable.into());
    }
    let after = CatalogUpload { state: UploadState::Syncing, updated_at: cx.now(), ..before.clone() };
    store::update(cx, before, &after)?;
    let actor = cx.actor().stored();
    jobs::insert(cx, &Sync { source_id: after.source_id, upload_id: after.id, actor })?;
    Ok(Received::Started(after.id))
}

/// Stores the products of a part. Of several with the same id, the last one wins.
fn keep(cx: &mut Cx, into: &CatalogUpload, upload: &Upload) -> Result<()> {
    let mut products = product::checked(upload.catalog.as_ref())?;
    products.sort_by(|a, b| a.0.cmp(&b.0));
    products.dedup_by(|later, earlier| {
        let is_same = later.0 == earlier.0;
        if is_same {
            std::mem::swap(later, earlier);
        }
        is_same
    });
    let ids: Vec<&str> = products.iter().map(|(id, _)| id.as_str()).collect();
    for id in store::known(cx, into.source_id, into.id, &ids)? {
        store::delete_product(cx, &row(into, id, String::new()))?;
    }
    let rows: Vec<CatalogProduct> = products.into_iter().map(|(id, json)| row(into, id, json)).collect();
    store::insert_all(cx, &rows)?;
    if store::count(cx, into.source_id, into.id)? > MAX_PRODUCTS {
        let message = format!("A catalog can have at most {MAX_PRODUCTS} products");
        return Err(Error::new(ErrorKind::InvalidCatalog, message));
    }
    Ok(())
}

fn row(upload: &CatalogUpload, product_id: String, product: String) -> CatalogProduct {
    CatalogProduct { source_id: upload.source_id, upload_id: upload.id, product_id, product, page_id: None }
}
