//! Exports of reporting data as the API shows them.

use deskwire_domain::exports::{Export, ExportState};
use deskwire_domain::ids::ExportId;
use serde::Serialize;

use crate::request::Request;

/// An export of reporting data.
#[derive(Serialize)]
pub(super) struct View {
    job_identifier: ExportId,
    status: &'static str,
    download_url: String,
    download_expires_at: String,
}

impl View {
    pub(super) fn new(export: &Export, request: &Request) -> Self {
        let ready = export.expires_at.filter(|_| export.state == ExportState::Completed);
        let url = || format!("{}/download/reporting_data/{}", request.origin, export.id);
        Self {
            job_identifier: export.id,
            status: if ready.is_some() { "complete" } else { export.state.as_str() },
            download_url: ready.map(|_| url()).unwrap_or_default(),
            download_expires_at: ready.map(|at| at.to_string()).unwrap_or_default(),
        }
    }
}
