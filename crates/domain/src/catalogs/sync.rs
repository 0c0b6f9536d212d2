//! Writing the products of an upload as external pages, in batches.

use std::sync::Arc;

use deskwire_store::catalogs::{self as store, CatalogProduct, CatalogUpload, UploadState};
use deskwire_store::content_import_sources as sources;
use deskwire_store::{Hold, Tx};
use serde::{Deserialize, Serialize};

use super::product::Product;
use crate::actor::StoredActor;
use crate::ai_content::pages;
use crate::error::{ErrorClass, ErrorKind, Result};
use crate::ids::{CatalogUploadId, ContentImportSourceId, ExternalPageId, as_number};
use crate::jobs::{Job, JobKind, Work};
use crate::{Cx, workspaces};

/// The number of products per step.
const STEP: i64 = 50;

/// The payload of the job that writes an upload.
#[derive(Debug, Serialize, Deserialize)]
pub struct Sync {
    pub(super) source_id: ContentImportSourceId,
    #[serde(serialize_with = "as_number")]
    pub(super) upload_id: CatalogUploadId,
    pub(super) actor: StoredActor,
}

impl Work for Sync {
    const KIND: JobKind = JobKind::CatalogSync;
}

/// Writes the next products of an upload, then removes those of earlier uploads. Returns whether the sync is done.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let Sync { source_id, upload_id, actor } = Sync::of(job)?;
    let tenant = workspaces::known(&mut tx.within(&job.workspace))?.into();
    let actor = actor.within(Arc::new(tenant));
    let cx = &mut Cx::new(tx, &actor);
    // As in `receive`, the source is locked before its uploads, which are deleted with it.
    if sources::hold(cx, source_id, Hold::Change)?.is_none() {
        return Ok(true);
    }
    let Some(before) = store::lock(cx, source_id, upload_id)? else { return Ok(true) };
    let pending = store::pending(cx, source_id, upload_id, STEP)?;
    for product in &pending {
        let page = write(cx, product)?;
        store::set_page(cx, product, page)?;
    }
    if !pending.is_empty() {
        return Ok(false);
    }
    let earlier = store::earlier(cx, source_id, upload_id, STEP)?;
    let ids: Vec<&str> = earlier.iter().map(|product| product.product_id.as_str()).collect();
    let known = store::known(cx, source_id, upload_id, &ids)?;
    for product in &earlier {
        if !known.contains(&product.product_id) {
            remove(cx, product)?;
        }
        store::delete_product(cx, product)?;
    }
    if !earlier.is_empty() {
        return Ok(false);
    }
    store::delete_before(cx, source_id, upload_id)?;
    let after = CatalogUpload { state: UploadState::Done, updated_at: cx.now(), ..before.clone() };
    store::update(cx, &before, &after)?;
    Ok(true)
}

/// Ends an upload whose products could not all be written, so that another one can begin.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    let Sync { source_id, upload_id, .. } = Sync::of(job)?;
    let tx = &mut tx.within(&job.workspace);
    if let Some(before) = store::lock(tx, source_id, upload_id)? {
        let after = CatalogUpload { state: UploadState::Done, updated_at: tx.now(), ..before.clone() };
        store::update(tx, &before, &after)?;
    }
    Ok(())
}

/// Writes the page of a product and returns its id, or 0 if the product is invalid. Fin uses the page while the product
/// is in stock.
fn write(cx: &mut Cx, row: &CatalogProduct) -> Result<ExternalPageId> {
    let product = Product::read(&row.product)?;
    let is_in_stock = Some(product.is_in_stock());
    let saved = product.html().and_then(|html| {
        let input = pages::Input {
            source_id: Some(row.source_id),
            external_id: Some(product.id),
            title: Some(product.title),
            html: Some(html),
            url: Some(Some(product.url)),
            ai_agent_availability: is_in_stock,
            ai_sales_agent_availability: is_in_stock,
            ..pages::Input::default()
        };
        cx.nested(|cx| pages::save(cx, &input))
    });
    match saved {
        Ok(page) => Ok(page.id),
        Err(error) if error.kind.class() == ErrorClass::Invalid => {
            tracing::warn!(source = %row.source_id, product = row.product_id, "a product cannot be written: {error}");
            Ok(ExternalPageId::new(0))
        }
        Err(error) => Err(error),
    }
}

/// Deletes the page of a product that the catalog no longer has.
fn remove(cx: &mut Cx, product: &CatalogProduct) -> Result<()> {
    let Some(page) = product.page_id else { return Ok(()) };
    match pages::delete(cx, page) {
        Err(error) if error.kind == ErrorKind::ResourceNotFound => Ok(()),
        done => done.map(drop),
    }
}
