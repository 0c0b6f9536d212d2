//! Product catalogs: uploads, and the products in them.

use super::column_enum::column_enum;
use super::places;
use super::record::{FromRow, Record, record, select};
use crate::ids::{CatalogUploadId, ContentImportSourceId, ExternalPageId};
use crate::{Hold, Result, Value, WorkspaceTx, params};

column_enum! {
    /// The state of an upload.
    pub enum UploadState {
        /// More parts may be uploaded.
        Open = "open",
        /// Its products are being written.
        Syncing = "syncing",
        Done = "done",
    }
}

record! {
    /// An upload's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CatalogUpload in "catalog_uploads", key (source_id: ContentImportSourceId, id: CatalogUploadId) {
        source_id: ContentImportSourceId,
        id: CatalogUploadId,
        state: UploadState,
        parts: i64,
        created_at: i64,
        updated_at: i64,
    }
    pub fn lock, insert, update;
}

record! {
    /// A product's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct CatalogProduct in "catalog_products",
        key (source_id: ContentImportSourceId, upload_id: CatalogUploadId, product_id: &str) {
        source_id: ContentImportSourceId,
        upload_id: CatalogUploadId,
        product_id: String,
        /// JSON.
        product: String,
        page_id: Option<ExternalPageId>,
    }
    pub fn insert_all;
}

/// The last upload of a source, locked for update.
pub fn lock_last(tx: &mut WorkspaceTx, source: ContentImportSourceId) -> Result<Option<CatalogUpload>> {
    let sql = select!(CatalogUpload, " AND source_id = $2 ORDER BY id DESC LIMIT 1", tx, Hold::Change);
    tx.query_opt(sql, params![source], CatalogUpload::from_row)
}

/// How many products an upload has.
pub fn count(tx: &mut WorkspaceTx, source: ContentImportSourceId, upload: CatalogUploadId) -> Result<i64> {
    let sql = "SELECT count(*) FROM catalog_products WHERE workspace_id = $1 AND source_id = $2 AND upload_id = $3";
    tx.query_one(sql, params![source, upload], |row| row.get(0))
}

/// Removes the uploads of a source before one of them.
pub fn delete_before(tx: &mut WorkspaceTx, source: ContentImportSourceId, before: CatalogUploadId) -> Result<()> {
    let sql = "DELETE FROM catalog_uploads WHERE workspace_id = $1 AND source_id = $2 AND id < $3";
    tx.send(sql, params![source, before])
}

/// Removes the uploads of a source with their products.
pub fn delete_of(tx: &mut WorkspaceTx, source: ContentImportSourceId) -> Result<()> {
    for table in ["catalog_products", "catalog_uploads"] {
        tx.send(&format!("DELETE FROM {table} WHERE workspace_id = $1 AND source_id = $2"), params![source])?;
    }
    Ok(())
}

/// Those of these products that an upload has.
pub fn known(
    tx: &mut WorkspaceTx,
    source: ContentImportSourceId,
    upload: CatalogUploadId,
    products: &[&str],
) -> Result<Vec<String>> {
    let mut known = Vec::new();
    for some in products.chunks(500) {
        let mut values: Vec<Value<'_>> = params![source, upload].to_vec();
        let last = some.last().copied().unwrap_or_default();
        values.extend((0..some.len().next_power_of_two()).map(|at| Value::from(*some.get(at).unwrap_or(&last))));
        let sql = format!(
            "SELECT product_id FROM catalog_products WHERE workspace_id = $1 AND source_id = $2 AND upload_id = $3 \
             AND product_id IN ({})",
            places(4, values.len() - 2)
        );
        known.extend(tx.query_all(&sql, &values, |row| row.get::<String>(0))?);
    }
    Ok(known)
}

/// The next products of an upload without a page.
pub fn pending(
    tx: &mut WorkspaceTx,
    source: ContentImportSourceId,
    upload: CatalogUploadId,
    limit: i64,
) -> Result<Vec<CatalogProduct>> {
    let sql = select!(
        CatalogProduct,
        " AND source_id = $2 AND upload_id = $3 AND page_id IS NULL ORDER BY product_id LIMIT $4"
    );
    tx.query_all(sql, params![source, upload, limit], CatalogProduct::from_row)
}

/// Sets the page of a product.
pub fn set_page(tx: &mut WorkspaceTx, product: &CatalogProduct, page: ExternalPageId) -> Result<()> {
    let sql = "UPDATE catalog_products SET page_id = $2 WHERE workspace_id = $1 AND source_id = $3 AND upload_id = $4 \
               AND product_id = $5";
    tx.send(sql, params![page, product.source_id, product.upload_id, &product.product_id])
}

/// The next products of earlier uploads.
pub fn earlier(
    tx: &mut WorkspaceTx,
    source: ContentImportSourceId,
    upload: CatalogUploadId,
    limit: i64,
) -> Result<Vec<CatalogProduct>> {
    let sql = select!(CatalogProduct, " AND source_id = $2 AND upload_id < $3 ORDER BY upload_id, product_id LIMIT $4");
    tx.query_all(sql, params![source, upload, limit], CatalogProduct::from_row)
}

/// Removes a product of an upload.
pub fn delete_product(tx: &mut WorkspaceTx, product: &CatalogProduct) -> Result<()> {
    let (source, upload) = (product.source_id, product.upload_id);
    CatalogProduct::delete(tx, &[source.into(), upload.into(), product.product_id.as_str().into()])
}
