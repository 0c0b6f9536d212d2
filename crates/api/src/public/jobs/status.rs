//! `GET /jobs/status/{id}`

use deskwire_domain::bulk::{Bulk, BulkState};
use deskwire_domain::error::Result;
use deskwire_domain::jobs::{self, Found};
use deskwire_domain::tickets::{Outcome, TicketJob};
use serde::Serialize;

use crate::public;
use crate::reply::Reply;
use crate::request::Request;

/// A job with an id in the API.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    id: String,
    url: String,
    status: &'static str,
    resource_type: &'a str,
    resource_id: Option<String>,
    resource_url: Option<String>,
}

impl<'a> View<'a> {
    /// The status of a bulk job. If any item failed, the job counts as failed: the description has no status for a
    /// partial success. Its resource has the outcome of each item.
    pub(crate) fn new(origin: &str, job: &'a Bulk) -> Self {
        let id = job.job.id.to_string();
        let status = match job.job.state {
            BulkState::Completed => "success",
            BulkState::CompletedWithErrors => "failed",
            BulkState::Pending | BulkState::Running => "pending",
        };
        Self {
            r#type: "job",
            url: format!("{origin}/jobs/status/{id}"),
            status,
            resource_type: job.job.kind.as_str(),
            resource_url: Some(public::bulk::url(origin, job)),
            resource_id: Some(id.clone()),
            id,
        }
    }
}

/// The status of a job.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    match request.read(move |cx| jobs::find(cx, &id)).await? {
        Found::Bulk(job) => request.json(&View::new(&request.origin, &job)),
        Found::Ticket(job) => request.json(&ticket(&request.origin, &job)),
    }
}

/// The outcome of the job.
pub(crate) fn ticket(origin: &str, job: &TicketJob) -> View<'static> {
    let (status, ticket) = match job.outcome {
        Outcome::Pending => ("pending", None),
        Outcome::Made(ticket) => ("success", Some(ticket)),
        Outcome::Failed => ("failed", None),
    };
    View {
        r#type: "job",
        id: job.id.to_string(),
        url: format!("{origin}/jobs/status/{}", job.id),
        status,
        resource_type: "ticket",
        resource_id: ticket.map(|id| id.to_string()),
        resource_url: ticket.map(|id| format!("{origin}/tickets/{id}")),
    }
}
