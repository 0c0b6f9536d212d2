//! Waits of Fin that end by themselves.

use deskwire_store::Tx;
use deskwire_store::fin_sessions::{FinSession, FinStatus};
use serde::{Deserialize, Serialize};

use super::session::Session;
use super::turns::{as_system, complete};
use crate::conversations::Edit;
use crate::conversations::ai_agent::ResolutionState;
use crate::error::{ErrorKind, Result};
use crate::ids::{FinSessionId, as_number};
use crate::jobs::{Job, JobKind, Work};

/// A wait for the user's reply.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct TimeoutJob {
    #[serde(serialize_with = "as_number")]
    session_id: FinSessionId,
    turn: i64,
}

impl Work for TimeoutJob {
    const KIND: JobKind = JobKind::FinTimeout;
}

impl TimeoutJob {
    pub(super) fn new(session: &FinSession) -> Self {
        Self { session_id: session.id, turn: session.turn }
    }
}

/// Ends a wait whose time has come, if it still lasts: who says nothing more is content. Always done at once.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let TimeoutJob { session_id, turn } = TimeoutJob::of(job)?;
    as_system(tx, job, |cx| {
        let waits = |s: &Session| s.now.turn == turn && s.now.status == FinStatus::AwaitingUserReply;
        let Some(mut session) = Session::lock(cx, session_id)?.filter(waits) else { return Ok(true) };
        let mut edit = match Edit::open(cx, session.now.conversation_id) {
            Err(error) if error.kind == ErrorKind::ResourceNotFound => return Ok(true),
            edit => edit?,
        };
        complete(cx, &mut session, &mut edit, Some(ResolutionState::AssumedResolution))?;
        edit.save(cx)?;
        session.save(cx)?;
        Ok(true)
    })
}
