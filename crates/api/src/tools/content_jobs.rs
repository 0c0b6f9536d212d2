//! `GET /app/content_jobs/{id}`

use deskwire_domain::bulk::{self, BulkState, BulkType, Noun, Outcome};
use deskwire_domain::error::Result;
use deskwire_domain::ids::BulkJobId;
use serde::Serialize;
use serde_json::Value;

use crate::reply::Reply;
use crate::request::Request;

/// A bulk action on content.
#[derive(Serialize)]
struct View {
    r#type: BulkType,
    id: BulkJobId,
    state: BulkState,
    created_at: i64,
    updated_at: i64,
    completed_at: Option<i64>,
    items: Vec<Item>,
}

/// The outcome for one content.
#[derive(Serialize)]
struct Item {
    r#type: Value,
    id: Value,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl Item {
    fn new(outcome: Outcome) -> Self {
        let status = match (&outcome.refused, outcome.is_done) {
            (Some(_), _) => "failed",
            (None, true) => "success",
            (None, false) => "pending",
        };
        let (code, message) = outcome.refused.map(|refused| (refused.code, refused.message)).unzip();
        Self { r#type: outcome.item["type"].clone(), id: outcome.item["id"].clone(), status, code, message }
    }
}

/// The outcome for each content of a bulk action. The jobs API names this as the resource of such a job.
pub(super) async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let read = request.read(move |cx| {
        let bulk = bulk::find(cx, Noun::Content, &id)?;
        let outcomes = bulk::outcomes(cx, &bulk)?;
        Ok((bulk.job, outcomes))
    });
    let (job, outcomes) = read.await?;
    request.json(&View {
        r#type: job.kind,
        id: job.id,
        state: job.state,
        created_at: job.created_at,
        updated_at: job.updated_at,
        completed_at: job.completed_at,
        items: outcomes.into_iter().map(Item::new).collect(),
    })
}

/// The URL of a job's outcome.
pub(crate) fn url(origin: &str, job: BulkJobId) -> String {
    format!("{origin}/app/content_jobs/{job}")
}
