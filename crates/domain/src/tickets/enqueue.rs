//! Creating a ticket asynchronously, after the response.

use std::sync::Arc;

use deskwire_store::Tx;
use deskwire_store::jobs::{self as store, JobState};
use serde::{Deserialize, Serialize};

use super::create::{self, New};
use crate::Cx;
use crate::actor::{Actor, StoredActor};
use crate::error::{Error, ErrorClass, Result};
use crate::events::{self, JobDone, JobStatus, ResourceType, Topic};
use crate::ids::{ConversationId, JobId, as_number};

use crate::jobs::{self, Job, JobKind, Work};
use crate::workspaces;

/// The payload of the job, with its result.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    /// The ticket to create; removed when the job is done.
    new: Option<New>,
    /// The actor of the request. Jobs created before this field existed run as the system.
    #[serde(default)]
    actor: StoredActor,
    #[serde(serialize_with = "as_number")]
    ticket: Option<ConversationId>,
    refused: Option<String>,
}

impl Work for Payload {
    const KIND: JobKind = JobKind::Ticket;
}

/// The outcome of the job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The ticket has not been created yet.
    Pending,
    /// The ticket was created; its id.
    Made(ConversationId),
    /// The ticket could not be created.
    Failed,
}

/// A job that creates a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketJob {
    /// The id of the job.
    pub id: JobId,
    /// Its outcome.
    pub outcome: Outcome,
}

/// Validates a new ticket and enqueues a job that creates it.
pub fn enqueue(cx: &mut Cx, new: &New) -> Result<TicketJob> {
    let actor = cx.actor();
    create::check(cx, new)?;
    let payload = Payload { new: Some(new.clone()), actor: actor.stored(), ticket: None, refused: None };
    let id = jobs::insert(cx, &payload)?;
    Ok(TicketJob { id, outcome: Outcome::Pending })
}

/// The job with this id.
pub fn job(cx: &mut Cx, id: &str) -> Result<Option<TicketJob>> {
    let Some(id) = JobId::parse(id) else { return Ok(None) };
    let Some((state, payload)) = store::get(cx, id, Payload::KIND)? else { return Ok(None) };
    let payload = Payload::parse(&payload)?;
    let outcome = match (state, payload.ticket) {
        (JobState::Done, Some(ticket)) => Outcome::Made(ticket),
        (JobState::Done | JobState::Failed, _) => Outcome::Failed,
        (JobState::Pending | JobState::Running, _) => Outcome::Pending,
    };
    Ok(Some(TicketJob { id, outcome }))
}

/// Creates the ticket in a single step. If it has become invalid since, the job fails without a retry.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let mut payload = Payload::of(job)?;
    let tenant = workspaces::known(&mut tx.within(&job.workspace))?.into();
    let actor = payload.actor.within(Arc::new(tenant));
    let new = payload.new.take().ok_or_else(|| Error::internal("a job without its ticket"))?;
    match create::check(&mut Cx::new(tx, &actor), &new) {
        Ok(checked) => payload.ticket = Some(create::insert(&mut Cx::new(tx, &actor), &new, checked)?.row.id),
        Err(e) if matches!(e.kind.class(), ErrorClass::Invalid | ErrorClass::Missing | ErrorClass::Conflict) => {
            payload.refused = Some(e.message.into_owned());
        }
        Err(e) => return Err(e),
    }
    store::set_payload(&mut tx.within(&job.workspace), job, &payload.text()?)?;
    emit_completed(&mut Cx::new(tx, &actor), job.id, payload.ticket)?;
    Ok(true)
}

/// Emits the event of the failed job.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    let tenant = workspaces::known(&mut tx.within(&job.workspace))?.into();
    emit_completed(&mut Cx::new(tx, &Actor::system(Arc::new(tenant))), job.id, None)
}

fn emit_completed(cx: &mut Cx, id: JobId, ticket: Option<ConversationId>) -> Result<()> {
    let status = if ticket.is_some() { JobStatus::Success } else { JobStatus::Failed };
    let (resource_type, resource_id) = (ResourceType::Ticket, ticket);
    events::emit(cx, Topic::JobCompleted, id, JobDone::Resource { status, resource_type, resource_id })
}
