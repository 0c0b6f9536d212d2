//! The allowlist as the API represents it.

use deskwire_domain::ip_allowlist::Allowlist;
use serde::Serialize;

/// The allowlist.
#[derive(Serialize)]
pub(super) struct View<'a> {
    r#type: &'static str,
    enabled: bool,
    ip_allowlist: &'a [String],
}

impl<'a> From<&'a Allowlist> for View<'a> {
    fn from(list: &'a Allowlist) -> Self {
        Self { r#type: "ip_allowlist", enabled: list.enabled, ip_allowlist: &list.entries }
    }
}
