//! A redirect as the API represents it.

use deskwire_domain::help_centers::redirects::{Redirect, RedirectTarget};
use deskwire_domain::ids::{HelpCenterId, RedirectId};
use serde::Serialize;

/// A redirect.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: RedirectId,
    r#type: &'static str,
    from_url: &'a str,
    locale: &'a str,
    help_center_id: HelpCenterId,
    target_type: RedirectTarget,
    target_id: String,
    created_at: i64,
    updated_at: i64,
}

impl<'a> From<&'a Redirect> for View<'a> {
    fn from(redirect: &'a Redirect) -> Self {
        Self {
            id: redirect.id,
            r#type: "help_center_redirect",
            from_url: &redirect.from_url,
            locale: &redirect.locale,
            help_center_id: redirect.help_center_id,
            target_type: redirect.target_type,
            target_id: redirect.target_id.to_string(),
            created_at: redirect.created_at,
            updated_at: redirect.updated_at,
        }
    }
}
