//! A brand as the API represents it.

use deskwire_domain::brands::{self, Brand};
use deskwire_domain::ids::EmailSettingId;
use serde::Serialize;

use crate::request::Request;

/// A brand.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: String,
    name: &'a str,
    is_default: bool,
    created_at: i64,
    updated_at: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_center_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_address_settings_id: Option<EmailSettingId>,
}

impl<'a> View<'a> {
    pub(super) fn new(brand: &'a Brand, request: &Request) -> Self {
        Self {
            r#type: "brand",
            id: brands::shown_id(brand.id, brand.is_default, request.caller().workspace()),
            name: &brand.name,
            is_default: brand.is_default,
            created_at: brand.created_at,
            updated_at: brand.updated_at,
            help_center_id: brand.effective_help_center_id.map(|id| id.to_string()),
            default_address_settings_id: brand.default_address_id,
        }
    }
}
