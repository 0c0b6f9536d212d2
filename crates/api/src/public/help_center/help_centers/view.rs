//! A help center as the API represents it.

use deskwire_domain::help_centers::{self, HelpCenter};
use deskwire_domain::ids::HelpCenterId;
use serde::Serialize;

use crate::request::Request;

/// A help center.
#[derive(Serialize)]
pub(super) struct View<'a> {
    id: HelpCenterId,
    workspace_id: &'a str,
    created_at: i64,
    updated_at: i64,
    identifier: &'a str,
    website_turned_on: bool,
    display_name: &'a str,
    url: String,
    custom_domain: Option<&'a str>,
    default: bool,
    locales: Vec<&'a str>,
}

impl<'a> View<'a> {
    pub(super) fn new(center: &'a HelpCenter, request: &'a Request) -> Self {
        let workspace = request.caller().workspace();
        Self {
            id: center.id,
            workspace_id: workspace,
            created_at: center.created_at,
            updated_at: center.updated_at,
            identifier: &center.identifier,
            website_turned_on: center.website_turned_on,
            display_name: &center.display_name,
            url: help_centers::url(center, workspace, &request.origin),
            custom_domain: center.custom_domain.as_deref(),
            default: center.is_default,
            locales: help_centers::locales(center).collect(),
        }
    }
}
