//! Bulk jobs: creating, changing or deleting many contacts or companies after the response.
//!
//! A request adds a task with its items to a job, together with the worker's job in one transaction. The worker
//! processes a few items at a time and commits them with the progress of the task, so a crash neither loses nor repeats
//! an item. A rejected item is recorded and does not affect others. A job is open for more tasks until all it has are
//! done.

mod item;
mod work;

use std::collections::HashMap;

use deskwire_store::bulk_jobs as store;
use deskwire_store::tags as tag_rows;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use deskwire_store::bulk_jobs::{BulkJob, BulkState, BulkTask, BulkType, Operation};
pub use item::{CompanyLink, ContactItem, ContentItem, Item};
pub use work::{Read, give_up, step};

use crate::Cx;
use crate::actor::StoredActor;
use crate::content::may_manage;
use crate::error::{Error, ErrorKind, Result};
use crate::ids::{BulkJobId, BulkTaskId, TagId, as_number};

use crate::jobs::{self, JobKind, Work};

/// The noun that a job changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Noun {
    Contacts,
    Companies,
    Content,
}

impl Noun {
    /// The name in URLs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Noun::Contacts => "contacts",
            Noun::Companies => "companies",
            Noun::Content => "content",
        }
    }

    /// Its singular.
    pub const fn singular(self) -> &'static str {
        match self {
            Noun::Contacts => "contact",
            Noun::Companies => "company",
            Noun::Content => "content",
        }
    }

    /// The type of its jobs.
    const fn job_type(self) -> BulkType {
        match self {
            Noun::Contacts => BulkType::Contacts,
            Noun::Companies => BulkType::Companies,
            Noun::Content => BulkType::Content,
        }
    }

    const fn of_job(job: &BulkJob) -> Noun {
        match job.kind {
            BulkType::Contacts => Noun::Contacts,
            BulkType::Companies => Noun::Companies,
            BulkType::Content => Noun::Content,
        }
    }
}

/// A job with its tasks.
#[derive(Debug, Clone)]
pub struct Bulk {
    /// The job.
    pub job: BulkJob,
    /// Its tasks, oldest first.
    pub tasks: Vec<BulkTask>,
}

impl Bulk {
    /// The noun that it changes.
    pub fn noun(&self) -> Noun {
        Noun::of_job(&self.job)
    }
}

/// The payload of the worker's job.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    #[serde(serialize_with = "as_number")]
    bulk_job: BulkJobId,
    #[serde(serialize_with = "as_number")]
    task: BulkTaskId,
    /// The actor of the request. Tasks created before this field existed run as the system.
    #[serde(default)]
    actor: StoredActor,
}

impl Work for Payload {
    const KIND: JobKind = JobKind::Bulk;
}

/// Adds a task with these items, to a new job or to the given open one.
pub fn enqueue(cx: &mut Cx, noun: Noun, operation: Operation, items: &[Value], job: Option<&str>) -> Result<Bulk> {
    let actor = cx.actor();
    let now = cx.now();
    let mut bulk = if let Some(id) = job {
        find(cx, noun, id)?
    } else {
        let job = BulkJob {
            id: cx.mint(),
            kind: noun.job_type(),
            operation,
            state: BulkState::Pending,
            created_at: now,
            updated_at: now,
            completed_at: None,
        };
        store::insert(cx, &job)?;
        Bulk { job, tasks: Vec::new() }
    };
    if bulk.job.completed_at.is_some() {
        let message = format!("job {} is closed for new task updates", bulk.job.id);
        return Err(Error::new(ErrorKind::Forbidden, message));
    }
    let task = BulkTask {
        bulk_job_id: bulk.job.id,
        id: cx.mint(),
        operation: operation.as_str().to_owned(),
        state: BulkState::Pending,
        item_count: i64::try_from(items.len()).unwrap_or(i64::MAX),
        done_count: 0,
        error_count: 0,
        created_at: now,
        started_at: None,
        completed_at: None,
    };
    let items = serde_json::to_string(items).map_err(Error::internal)?;
    store::insert_task(cx, &task, &items)?;
    let before = bulk.job.clone();
    bulk.job.updated_at = now;
    store::update(cx, &before, &bulk.job)?;
    let payload = Payload { bulk_job: bulk.job.id, task: task.id, actor: actor.stored() };
    jobs::insert(cx, &payload)?;
    bulk.tasks.push(task);
    Ok(bulk)
}

/// Adds a job that applies an action to many contents; `None` if there is nothing to do. The tags must exist.
pub fn enqueue_content(
    cx: &mut Cx,
    operation: Operation,
    items: &[Value],
    tags: &[TagId],
) -> Result<Option<BulkJobId>> {
    may_manage(cx)?;
    let known: Vec<TagId> = tag_rows::get_many(cx, tags)?.into_iter().map(|tag| tag.id).collect();
    let unknown: Vec<String> = tags.iter().filter(|id| !known.contains(id)).map(TagId::to_string).collect();
    if !unknown.is_empty() {
        let message = format!("tags contains unknown tag IDs: {}", unknown.join(", "));
        return Err(Error::new(ErrorKind::Unprocessable, message).field("tags"));
    }
    if items.is_empty() {
        // None of the given contents support the action.
        return Ok(None);
    }
    Ok(Some(enqueue(cx, Noun::Content, operation, items, None)?.job.id))
}

/// The job with this noun and id.
pub fn find(cx: &mut Cx, noun: Noun, id: &str) -> Result<Bulk> {
    let bulk = find_any(cx, id)?.filter(|bulk| bulk.noun() == noun);
    bulk.ok_or_else(|| Error::new(ErrorKind::JobNotFound, format!("job {id} not found")))
}

/// The outcome of an item.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The item as it was stored.
    pub item: Value,
    /// Whether it has been processed.
    pub is_done: bool,
    /// Why it failed, if it did.
    pub refused: Option<Refused>,
}

/// Why an item failed, as its task stores it.
#[derive(Debug, Clone, Deserialize)]
pub struct Refused {
    index: usize,
    /// The code of the error.
    pub code: String,
    /// Its message.
    pub message: String,
}

/// The outcome of each item of a job, in order.
pub fn outcomes(cx: &mut Cx, bulk: &Bulk) -> Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for task in &bulk.tasks {
        let Some((task, items, errors)) = store::task(cx, bulk.job.id, task.id)? else { continue };
        let done = usize::try_from(task.done_count).unwrap_or(usize::MAX);
        let items: Vec<Value> = serde_json::from_str(&items).map_err(Error::internal)?;
        let errors: Vec<Refused> = serde_json::from_str(&errors).map_err(Error::internal)?;
        let mut refused: HashMap<usize, Refused> = errors.into_iter().map(|error| (error.index, error)).collect();
        let items = items.into_iter().enumerate();
        outcomes.extend(items.map(|(n, item)| Outcome { item, is_done: n < done, refused: refused.remove(&n) }));
    }
    Ok(outcomes)
}

/// The job with this id, whatever its noun.
pub(crate) fn find_any(cx: &mut Cx, id: &str) -> Result<Option<Bulk>> {
    let Some(id) = BulkJobId::parse(id) else { return Ok(None) };
    let Some(job) = store::lock(cx, id)? else { return Ok(None) };
    let tasks = store::tasks(cx, id)?;
    Ok(Some(Bulk { job, tasks }))
}
