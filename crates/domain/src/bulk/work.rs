//! Processing a task, a few items per transaction.

use std::sync::Arc;

use deskwire_store::Tx;
use deskwire_store::bulk_jobs::{self as store, BulkJob, BulkTask};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{BulkState, Item, Noun, Operation, Payload};
use crate::Cx;
use crate::actor::{Actor, Tenant};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, BulkRef, JobDone, Topic};
use crate::jobs::{Job, Work as _};
use crate::workspaces;

/// The maximum number of items per transaction. A transaction stops earlier while other writes wait.
const BATCH: usize = 20;

/// Parses and validates an item of a request.
pub type Read = fn(&Tenant, Noun, Operation, &Value) -> Result<Item>;

/// Processes the next items of a task, atomically. Returns whether it is done.
pub fn step(tx: &mut Tx<'_>, job: &Job, read: Read) -> Result<bool> {
    let Some(mut work) = Work::load(tx, job)? else { return Ok(true) };
    let now = tx.now();
    work.task.state = BulkState::Running;
    work.task.started_at.get_or_insert(now);
    work.bulk.state = BulkState::Running;
    let done = usize::try_from(work.task.done_count).unwrap_or(usize::MAX);
    let noun = Noun::of_job(&work.bulk);
    let operation = Operation::parse(&work.task.operation).ok_or_else(|| Error::internal("no such operation"))?;
    let items = std::mem::take(&mut work.items);
    for (index, item) in items.iter().enumerate().skip(done).take(BATCH) {
        let actor = &work.actor;
        let item: Value = serde_json::from_str(item.get()).map_err(Error::internal)?;
        let ran = tx.nested(|tx| read(&actor.tenant, noun, operation, &item)?.run(&mut Cx::new(tx, actor)));
        if let Err(error) = ran {
            // Errors that the item did not cause are not recorded: the whole batch is retried.
            if error.kind.class().is_of_server() {
                return Err(error);
            }
            work.refuse(index, error.kind.code(), &error.message);
        }
        work.task.done_count += 1;
        if tx.should_yield() {
            break;
        }
    }
    let finished = usize::try_from(work.task.done_count).is_ok_and(|done| done >= items.len());
    work.save(tx, finished)?;
    Ok(finished)
}

/// Records the remaining items as failed, for a task that keeps failing because of internal errors.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    let Some(mut work) = Work::load(tx, job)? else { return Ok(()) };
    let done = usize::try_from(work.task.done_count).unwrap_or(usize::MAX);
    for index in done..work.items.len() {
        work.refuse(index, ErrorKind::Internal.code(), ErrorKind::Internal.message());
    }
    work.task.done_count = work.task.item_count;
    work.save(tx, true)
}

/// A task being processed.
struct Work {
    actor: Actor,
    bulk: BulkJob,
    task: BulkTask,
    /// The rows as they were read.
    before: (BulkJob, BulkTask),
    /// The items, each parsed when it is processed: most of a large task is left for later steps.
    items: Vec<Box<RawValue>>,
    errors: Vec<Value>,
}

impl Work {
    /// The task of a job; `None` if it is done or was deleted.
    fn load(tx: &mut Tx<'_>, job: &Job) -> Result<Option<Self>> {
        let payload = Payload::of(job)?;
        let tx = &mut tx.within(&job.workspace);
        let Some(workspace) = workspaces::find(tx)? else { return Ok(None) };
        // The job is locked first, so that of two tasks that finish concurrently, the second sees that the first has.
        let Some(bulk) = store::lock(tx, payload.bulk_job)? else { return Ok(None) };
        let found = store::task(tx, bulk.id, payload.task)?;
        let Some((task, items, errors)) = found.filter(|(task, ..)| task.completed_at.is_none()) else {
            return Ok(None);
        };
        Ok(Some(Self {
            actor: payload.actor.within(Arc::new(workspace.into())),
            before: (bulk.clone(), task.clone()),
            bulk,
            task,
            items: serde_json::from_str(&items).map_err(Error::internal)?,
            errors: serde_json::from_str(&errors).map_err(Error::internal)?,
        }))
    }

    fn refuse(&mut self, index: usize, code: &str, message: &str) {
        self.task.error_count += 1;
        self.errors.push(json!({"index": index, "code": code, "message": message}));
    }

    /// Saves its progress.
    fn save(mut self, tx: &mut Tx<'_>, finished: bool) -> Result<()> {
        let (workspace, now) = (self.actor.workspace().to_owned(), tx.now());
        if finished {
            self.task.state = outcome(self.task.error_count);
            self.task.completed_at = Some(now);
        }
        let (bulk_before, task_before) = &self.before;
        let tx = &mut tx.within(&workspace);
        store::update_task(tx, task_before, &self.task)?;
        if self.task.error_count != task_before.error_count {
            let errors = Value::from(self.errors).to_string();
            store::set_task_errors(tx, self.bulk.id, self.task.id, &errors)?;
        }
        self.bulk.updated_at = now;
        let tasks = if finished { store::tasks(tx, self.bulk.id)? } else { Vec::new() };
        let closed = finished && tasks.iter().all(|task| task.completed_at.is_some());
        if closed {
            self.bulk.state = outcome(tasks.iter().map(|task| task.error_count).sum());
            self.bulk.completed_at = Some(now);
        }
        store::update(tx, bulk_before, &self.bulk)?;
        if closed {
            let job = BulkRef { kind: self.bulk.kind, id: self.bulk.id, state: self.bulk.state };
            let payload = JobDone::Bulk { job };
            events::emit(&mut Cx::new(tx, &self.actor), Topic::JobCompleted, self.bulk.id, payload)?;
        }
        Ok(())
    }
}

fn outcome(errors: i64) -> BulkState {
    if errors == 0 { BulkState::Completed } else { BulkState::CompletedWithErrors }
}
