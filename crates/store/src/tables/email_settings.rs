//! The sender addresses of brands.

use super::record::record;
use crate::ids::{BrandId, EmailSettingId};

record! {
    /// An address's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct EmailSetting in "email_settings", key (id: EmailSettingId) {
        id: EmailSettingId,
        email: String,
        brand_id: BrandId,
        is_default: bool,
        verified: bool,
        forwarding_enabled: bool,
        created_at: i64,
        updated_at: i64,
    } and {
        /// Whether its brand is the default one.
        has_default_brand: bool = "COALESCE((SELECT b.is_default FROM brands b \
            WHERE b.workspace_id = $1 AND b.id = email_settings.brand_id), FALSE)",
    }
    pub fn get, lock, all, insert, update, delete;
}
