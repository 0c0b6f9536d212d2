//! Banners, and the views of contacts.

use super::column_enum::column_enum;
use super::record::{FromRow, record, select};
use crate::ids::{BannerId, BannerViewId, ContactId};
use crate::{Hold, Result, WorkspaceTx, params};

column_enum! {
    /// How a banner is displayed.
    pub enum BannerStyle {
        Inline = "inline",
        Floating = "floating",
    }
}

column_enum! {
    /// Where a banner is displayed.
    pub enum BannerPosition {
        Top = "top",
        Bottom = "bottom",
    }
}

record! {
    /// A banner's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Banner in "banners", key (id: BannerId) {
        id: BannerId,
        name: String,
        live: bool,
        title: Option<String>,
        /// HTML.
        body: Option<String>,
        style: BannerStyle,
        position: BannerPosition,
        show_dismiss_button: bool,
        /// JSON.
        action: Option<String>,
        /// A JSON array of numbers.
        audience_ids: String,
        created_at: i64,
        updated_at: i64,
    }
    pub fn get, hold, all, insert, update, delete;
}

record! {
    /// A contact's view of a banner.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct BannerView in "banner_views", key (contact_id: ContactId, banner_id: BannerId) {
        contact_id: ContactId,
        banner_id: BannerId,
        id: BannerViewId,
        impressions: i64,
        dismissed_at: Option<i64>,
        created_at: i64,
    }
    pub fn insert as insert_view, update as update_view;
}

/// The banner with this name, locked against other writers.
pub fn lock_by_name(tx: &mut WorkspaceTx, name: &str) -> Result<Option<Banner>> {
    let sql = select!(Banner, " AND name = $2", tx, Hold::Change);
    tx.query_opt(sql, params![name], Banner::from_row)
}

/// The views of a contact.
pub fn views(tx: &mut WorkspaceTx, contact: ContactId) -> Result<Vec<BannerView>> {
    tx.query_all(select!(BannerView, " AND contact_id = $2 ORDER BY banner_id"), params![contact], BannerView::from_row)
}

/// Removes the views of a banner. Returns how many there were.
pub fn delete_views(tx: &mut WorkspaceTx, banner: BannerId) -> Result<u64> {
    tx.execute("DELETE FROM banner_views WHERE workspace_id = $1 AND banner_id = $2", params![banner])
}
