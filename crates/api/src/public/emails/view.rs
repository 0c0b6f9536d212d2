//! An email address as the API represents it.

use deskwire_domain::brands;
use deskwire_domain::emails::{self, EmailSetting};
use deskwire_domain::ids::EmailSettingId;
use serde::Serialize;

use crate::request::Request;

/// An email address.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    id: EmailSettingId,
    email: &'a str,
    verified: bool,
    domain: &'a str,
    brand_id: String,
    forwarding_enabled: bool,
    /// This server receives no mail.
    forwarded_email_last_received_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl<'a> View<'a> {
    pub(super) fn new(setting: &'a EmailSetting, request: &Request) -> Self {
        let workspace = request.caller().workspace();
        Self {
            r#type: "email_setting",
            id: setting.id,
            email: &setting.email,
            verified: setting.verified,
            domain: emails::domain(&setting.email),
            brand_id: brands::shown_id(setting.brand_id, setting.has_default_brand, workspace),
            forwarding_enabled: setting.forwarding_enabled,
            forwarded_email_last_received_at: None,
            created_at: setting.created_at,
            updated_at: setting.updated_at,
        }
    }
}
