//! Reading content import sources from requests.

use deskwire_domain::ai_content::sources::{Input, SourceStatus, SyncBehavior};
use deskwire_domain::error::{Error, Result};

use crate::body::Body;
use crate::public::content::input::audiences;
use crate::request::Request;
use crate::versions::Feature;

/// Reads the body.
pub(super) fn read(request: &Request) -> Result<Input> {
    let body = &request.body;
    let with_audiences = request.version().has(Feature::SourceAudiences);
    Ok(Input {
        sync_behavior: sync_behavior(body)?,
        status: status(body)?,
        url: body.text("url")?.flatten(),
        audience_ids: if with_audiences { audiences(body)? } else { None },
        for_existing_pages: with_audiences
            && body.boolean("apply_audience_to_existing_content")?.flatten().unwrap_or(false),
    })
}

fn sync_behavior(body: &Body) -> Result<Option<SyncBehavior>> {
    let Some(text) = body.text("sync_behavior")?.flatten() else { return Ok(None) };
    // Requests and responses use different names for it.
    let text = if text == "automated" { "automatic" } else { &text };
    let unknown = || Error::invalid("sync_behavior must be 'api', 'automated' or 'manual'").field("sync_behavior");
    SyncBehavior::parse(text).map(Some).ok_or_else(unknown)
}

fn status(body: &Body) -> Result<Option<SourceStatus>> {
    let Some(text) = body.text("status")?.flatten() else { return Ok(None) };
    let unknown = || Error::invalid("status must be 'active' or 'deactivated'").field("status");
    SourceStatus::parse(&text).map(Some).ok_or_else(unknown)
}
