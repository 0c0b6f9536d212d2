//! Brands.

use super::record::{FromRow, record, select};
use crate::ids::{BrandId, EmailSettingId, HelpCenterId};
use crate::{Result, WorkspaceTx, params};

record! {
    /// A brand's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Brand in "brands", key (id: BrandId), order "brands.id" {
        id: BrandId,
        name: String,
        is_default: bool,
        /// `None` for the default help center of the workspace.
        help_center_id: Option<HelpCenterId>,
        created_at: i64,
        updated_at: i64,
    } and {
        /// The brand's help center, its own or the default one.
        effective_help_center_id: Option<HelpCenterId> = "COALESCE(help_center_id, (SELECT MIN(h.id) FROM help_centers h \
            WHERE h.workspace_id = $1 AND h.is_default))",
        /// The default sender address of the brand.
        default_address_id: Option<EmailSettingId> = "(SELECT e.id FROM email_settings e \
            WHERE e.workspace_id = $1 AND e.brand_id = brands.id ORDER BY e.is_default DESC, e.id LIMIT 1)",
    }
    pub fn get, lock, all, insert, update, delete;
}

/// The default brand of the workspace.
pub fn default(tx: &mut WorkspaceTx) -> Result<Option<Brand>> {
    tx.query_opt(select!(Brand, " AND is_default"), params![], Brand::from_row)
}
