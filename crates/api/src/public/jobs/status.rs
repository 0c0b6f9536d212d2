//! `GET /jobs/status/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::{bulk, jobs};
use serde::Serialize;

use crate::public;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View<'a> {
    r#type: &'static str,
    id: String,
    url: String,
    status: &'static str,
    resource_type: &'a str,
    resource_id: Option<String>,
    resource_url: Option<String>,
}

/// How work stands that the API handed out an id of. A job of which any item was refused counts as failed.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let job = request.read(move |tx, actor| jobs::find(tx, actor, &id)).await?;
    let id = bulk::job_id(job.job.id);
    let status = match job.job.state.as_str() {
        "completed" => "success",
        "completed_with_errors" => "failed",
        _ => "pending",
    };
    request.json(&View {
        r#type: "job",
        url: format!("{}/jobs/status/{id}", request.origin),
        status,
        resource_type: job.noun().job_type(),
        resource_url: Some(public::bulk::url(&request, &job)),
        resource_id: Some(id.clone()),
        id,
    })
}
