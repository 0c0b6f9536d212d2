//! Timeouts of Fin's waits for users and teammates.

use deskwire_store::Tx;
use deskwire_store::fin_sessions::{self as store, FinSession, FinStatus};
use serde::{Deserialize, Serialize};

use super::procedures;
use super::session::Session;
use super::turns::{FinReply, as_system, complete, send_reply};
use crate::conversations::ai_agent::ResolutionState;
use crate::error::Result;
use crate::ids::{FinRequestId, FinSessionId, as_number};
use crate::jobs::{Job, JobKind, Work};

/// The message to an inactive user.
const INACTIVE: &str =
    "I have not heard from you, so I am closing this conversation. Write again whenever you need help.";

/// The payload of the job that ends a wait for the user's reply.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TimeoutJob {
    #[serde(serialize_with = "as_number")]
    session_id: FinSessionId,
    turn: i64,
    /// The question to teammates that Fin waits for, instead of the user.
    #[serde(default, serialize_with = "as_number")]
    request_id: Option<FinRequestId>,
}

impl Work for TimeoutJob {
    const KIND: JobKind = JobKind::FinTimeout;
}

impl TimeoutJob {
    pub(super) fn new(session: &FinSession) -> Self {
        Self { session_id: session.id, turn: session.turn, request_id: None }
    }

    pub(super) fn of_request(session: &FinSession, id: FinRequestId) -> Self {
        Self { request_id: Some(id), ..Self::new(session) }
    }
}

/// Ends a wait that has timed out, if it is still pending: an inactive user counts as resolved. A single step completes
/// the job.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let TimeoutJob { session_id, turn, request_id } = TimeoutJob::of(job)?;
    as_system(tx, job, |cx| {
        let waits =
            |s: &FinSession| request_id.is_some() || (s.turn == turn && s.status == FinStatus::AwaitingUserReply);
        let Some(found) = store::get(cx, session_id)?.filter(waits) else { return Ok(true) };
        let opened = Session::open(cx, &found)?.filter(|(session, _)| waits(&session.now));
        let Some((mut session, mut edit)) = opened else { return Ok(true) };
        if let Some(id) = request_id {
            procedures::expire(cx, &mut session, &mut edit, id)?;
        } else {
            send_reply(cx, &mut session, &mut edit, &FinReply::plain(&[INACTIVE], true))?;
            complete(cx, &mut session, &mut edit, Some(ResolutionState::AssumedResolution))?;
        }
        edit.save(cx)?;
        session.save(cx)?;
        Ok(true)
    })
}
