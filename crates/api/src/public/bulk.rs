//! Shared by the bulk operations of contacts and companies.

use deskwire_domain::Tenant;
use deskwire_domain::bulk::{self, Bulk, BulkState, BulkType, Item, Noun, Operation};
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::BulkJobId;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::companies::bulk as companies;
use super::contacts::bulk as contacts;
use super::content;
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;
use crate::tools::content_jobs;

/// The maximum number of items of one request.
const MAX: usize = 100;

#[derive(Serialize)]
struct View {
    id: BulkJobId,
    r#type: BulkType,
    state: BulkState,
    created_at: i64,
    updated_at: i64,
    completed_at: Option<i64>,
    tasks: Vec<Task>,
    url: String,
}

#[derive(Serialize)]
struct Task {
    id: String,
    item_count: i64,
    state: BulkState,
    created_at: i64,
    started_at: Option<i64>,
    completed_at: Option<i64>,
}

/// Parses an item of a task, for the worker. Keys that cannot be set are ignored.
pub fn item(tenant: &Tenant, noun: Noun, operation: Operation, item: &Value) -> Result<Item> {
    match noun {
        Noun::Contacts => contacts::item(tenant, operation, item),
        Noun::Companies => companies::item(operation, item),
        Noun::Content => content::bulk_actions::item(item),
    }
}

/// Enqueues the items of a request as a job.
pub(super) async fn enqueue(request: Request, noun: Noun, operation: Operation) -> Result<Reply> {
    let items = items(&request.body, noun, operation)?;
    let job = job(&request.body)?;
    let bulk = request.write(move |cx| bulk::enqueue(cx, noun, operation, &items, job.as_deref())).await?;
    answer(&request, StatusCode::ACCEPTED, &bulk)
}

/// The status of a job.
pub(super) async fn status(request: Request, noun: Noun) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let bulk = request.read(move |cx| bulk::find(cx, noun, &id)).await?;
    answer(&request, StatusCode::OK, &bulk)
}

fn answer(request: &Request, status: StatusCode, bulk: &Bulk) -> Result<Reply> {
    let job = &bulk.job;
    let tasks = bulk.tasks.iter().map(|task| Task {
        id: format!("task_{}", task.id),
        item_count: task.item_count,
        state: task.state,
        created_at: task.created_at,
        started_at: task.started_at,
        completed_at: task.completed_at,
    });
    request.json_with(
        status,
        &View {
            url: url(&request.origin, bulk),
            id: job.id,
            r#type: job.kind,
            state: job.state,
            created_at: job.created_at,
            updated_at: job.updated_at,
            completed_at: job.completed_at,
            tasks: tasks.collect(),
        },
    )
}

/// The URL of a job. The API's description has no operation for jobs of content, so the URL is of our own.
pub(super) fn url(origin: &str, bulk: &Bulk) -> String {
    let id = bulk.job.id;
    match bulk.noun() {
        Noun::Content => content_jobs::url(origin, id),
        noun => format!("{origin}/{}/bulk/{id}", noun.as_str()),
    }
}

/// The items in a body: objects, with an id if they are to be changed or deleted.
fn items(body: &Body, noun: Noun, operation: Operation) -> Result<Vec<Value>> {
    let (many, one) = (noun.as_str(), noun.singular());
    let invalid = |kind, message: String| Error::new(kind, message).field(many);
    let items = match body.get(many) {
        None | Some(Value::Null) => {
            return Err(invalid(ErrorKind::FieldNotFound, format!("{many} field must be supplied")));
        }
        Some(Value::Array(items)) => items,
        Some(_) => return Err(invalid(ErrorKind::TypeMismatch, format!("{many} must be an array"))),
    };
    if items.is_empty() {
        return Err(invalid(ErrorKind::FieldNotFound, format!("{many} field must be supplied")));
    }
    if items.len() > MAX {
        return Err(invalid(ErrorKind::Unprocessable, format!("maximum number of {many} per request is {MAX}")));
    }
    if !items.iter().all(Value::is_object) {
        return Err(invalid(ErrorKind::TypeMismatch, format!("each {one} must be an object")));
    }
    let identified = |item: &Value| match item.get("id") {
        Some(Value::String(id)) => !id.is_empty(),
        Some(Value::Number(_)) => true,
        _ => false,
    };
    if operation != Operation::Create && !items.iter().all(identified) {
        return Err(invalid(ErrorKind::FieldNotFound, format!("{many} must be identified by id")));
    }
    Ok(items.clone())
}

/// The job that a body adds to.
fn job(body: &Body) -> Result<Option<String>> {
    match body.get("job") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(job)) => match Body(job.clone()).id("id")?.flatten() {
            Some(id) => Ok(Some(id)),
            None => Err(Error::new(ErrorKind::FieldNotFound, "job must be identified by id").field("job")),
        },
        Some(_) => Err(Error::new(ErrorKind::TypeMismatch, "job must be an object").field("job")),
    }
}

/// An item reduced to the keys that can be set.
pub(super) fn only(item: &Value, keys: &[&str]) -> Body {
    let fields = item.as_object().into_iter().flatten();
    Body(fields.filter(|(key, _)| keys.contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())).collect())
}

/// The id of an item, as text.
pub(super) fn id(item: &Value) -> Result<String> {
    Ok(only(item, &["id"]).id("id")?.flatten().unwrap_or_default())
}
