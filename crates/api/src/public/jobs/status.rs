//! `GET /jobs/status/{id}`

use deskwire_domain::bulk::{self, Bulk};
use deskwire_domain::error::Result;
use deskwire_domain::jobs;
use serde::Serialize;

use crate::public;
use crate::reply::Reply;
use crate::request::Request;

/// Work that the API handed out an id of.
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
    /// Of a bulk job, asked for at this origin. A job of which any item was refused counts as failed.
    pub(crate) fn new(origin: &str, job: &'a Bulk) -> Self {
        let id = bulk::job_id(job.job.id);
        let status = match job.job.state.as_str() {
            "completed" => "success",
            "completed_with_errors" => "failed",
            _ => "pending",
        };
        Self {
            r#type: "job",
            url: format!("{origin}/jobs/status/{id}"),
            status,
            resource_type: job.noun().job_type(),
            resource_url: Some(public::bulk::url(origin, job)),
            resource_id: Some(id.clone()),
            id,
        }
    }
}

/// How such work stands.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let job = request.read(move |tx, actor| jobs::find(tx, actor, &id)).await?;
    request.json(&View::new(&request.origin, &job))
}
