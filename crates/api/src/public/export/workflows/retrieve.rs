//! `GET /export/workflows/{id}`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::WorkflowId;
use deskwire_domain::workflows::{self, WorkflowState};
use deskwire_domain::{times, workspaces};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View<'a> {
    export_version: &'static str,
    exported_at: String,
    app_id: i64,
    workflow: Workflow<'a>,
}

#[derive(Serialize)]
struct Workflow<'a> {
    id: WorkflowId,
    title: &'a str,
    description: Option<&'a str>,
    trigger_type: &'a str,
    state: WorkflowState,
    target_channels: &'a RawValue,
    preferred_devices: &'a RawValue,
    created_at: String,
    updated_at: String,
    targeting: Option<&'a RawValue>,
    snapshot: Option<&'a RawValue>,
    attributes: &'a RawValue,
    embedded_rules: &'a RawValue,
}

/// A workflow with all of its parts.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let (row, now) = request.read(move |cx| Ok((workflows::find(cx, &id)?, cx.now()))).await?;
    request.json(&View {
        export_version: "1.0",
        exported_at: times::utc(now),
        app_id: workspaces::number(request.caller().workspace()),
        workflow: Workflow {
            id: row.id,
            title: &row.title,
            description: row.description.as_deref(),
            trigger_type: &row.trigger_type,
            state: row.state,
            target_channels: raw(&row.target_channels)?,
            preferred_devices: raw(&row.preferred_devices)?,
            created_at: times::utc(row.created_at),
            updated_at: times::utc(row.updated_at),
            targeting: row.targeting.as_deref().map(raw).transpose()?,
            snapshot: row.snapshot.as_deref().map(raw).transpose()?,
            attributes: raw(&row.attributes)?,
            embedded_rules: raw(&row.embedded_rules)?,
        },
    })
}

fn raw(text: &str) -> Result<&RawValue> {
    serde_json::from_str(text).map_err(Error::internal)
}
