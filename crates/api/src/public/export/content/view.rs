//! Exports of message data as the API shows them.

use deskwire_domain::exports::{Export, ExportState};
use deskwire_domain::ids::ExportId;
use serde::Serialize;

use crate::request::Request;
use crate::versions::Feature;

/// An export of message data.
#[derive(Serialize)]
pub(in crate::public::export) struct View {
    job_identifier: ExportId,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_identfier: Option<ExportId>,
    status: ExportState,
    download_url: String,
    download_expires_at: String,
}

impl View {
    pub(in crate::public::export) fn new(export: &Export, request: &Request) -> Self {
        let ready = export.expires_at.filter(|_| export.state == ExportState::Completed);
        let url = || format!("{}/download/content/data/{}", request.origin, export.id);
        Self {
            job_identifier: export.id,
            job_identfier: request.version().has(Feature::MisspelledExports).then_some(export.id),
            status: export.state,
            download_url: ready.map(|_| url()).unwrap_or_default(),
            download_expires_at: ready.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}
