//! Exports of message data and of reporting data as the API shows them.

use deskwire_domain::exports::{Export, ExportKind, ExportState};
use deskwire_domain::ids::ExportId;
use serde::Serialize;

use crate::request::Request;
use crate::versions::Feature;

/// An export.
#[derive(Serialize)]
pub(super) struct View {
    job_identifier: ExportId,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_identfier: Option<ExportId>,
    status: &'static str,
    download_url: String,
    download_expires_at: String,
}

impl View {
    pub(super) fn new(export: &Export, request: &Request) -> Self {
        let ready = export.expires_at.filter(|_| export.state == ExportState::Completed);
        let is_of_messages = export.kind == ExportKind::MessageData;
        let path = if is_of_messages { "content/data" } else { "reporting_data" };
        let has_misspelled = is_of_messages && request.version().has(Feature::MisspelledExports);
        let url = || format!("{}/download/{path}/{}", request.origin, export.id);
        Self {
            job_identifier: export.id,
            job_identfier: has_misspelled.then_some(export.id),
            status: if ready.is_some() && !is_of_messages { "complete" } else { export.state.as_str() },
            download_url: ready.map(|_| url()).unwrap_or_default(),
            download_expires_at: ready.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}
