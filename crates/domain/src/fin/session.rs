//! Changing a session.

use deskwire_store::fin_events::{self, FinEvent};
use deskwire_store::fin_sessions::{self as store, FinSession, FinStatus};
use serde_json::{Value, json};

use super::events;
use super::settings::{self, FinSettings};
use crate::conversations::Edit;
use crate::error::{ErrorKind, Result};
use crate::ids::{ConversationId, FinSessionId, PartId};
use crate::{Cx, times};

/// The event that is not sent to webhooks.
const CHUNK: &str = "fin_reply_chunk";

/// A locked session, its settings and its previous state.
pub(super) struct Session {
    before: Option<FinSession>,
    pub(super) now: FinSession,
    pub(super) settings: FinSettings,
}

impl Session {
    /// A new session.
    pub(super) fn new(now: FinSession, settings: FinSettings) -> Self {
        Self { before: None, now, settings }
    }

    /// Locks a session; `None` if it no longer exists. A write that also changes its conversation locks that first, and
    /// the contact next (ADR 18).
    pub(super) fn lock(cx: &mut Cx, id: FinSessionId) -> Result<Option<Self>> {
        let Some(row) = store::lock(cx, id)? else { return Ok(None) };
        Ok(Some(Self { before: Some(row.clone()), now: row, settings: settings::load(cx)? }))
    }

    /// Locks the conversation of a session, and then the session; `None` if one of them no longer exists.
    pub(super) fn open(cx: &mut Cx, found: &FinSession) -> Result<Option<(Self, Edit)>> {
        let Some(edit) = conversation(cx, found.conversation_id)? else { return Ok(None) };
        Ok(Self::lock(cx, found.id)?.map(|session| (session, edit)))
    }

    /// Begins a turn. The events that follow belong to it.
    pub(super) fn begin_turn(&mut self, status: FinStatus) {
        self.now.turn += 1;
        self.now.status = status;
        self.begin_stream();
    }

    /// Makes streams that are opened from now on start at the current position.
    pub(super) fn begin_stream(&mut self) {
        self.now.turn_position = self.now.position;
    }

    /// Emits the new status. Versions without `replying` learn from the reply that Fin waits.
    pub(super) fn status(&mut self, cx: &mut Cx, status: FinStatus, reason: Option<&str>) -> Result<()> {
        self.now.status = status;
        if status == FinStatus::AwaitingUserReply && !self.now.replying {
            return Ok(());
        }
        self.emit_status(cx, status, reason, status == FinStatus::AwaitingUserReply)
    }

    /// Emits that Fin has finished. A session that was handed over keeps its status.
    pub(super) fn end(&mut self, cx: &mut Cx, is_rated: bool) -> Result<()> {
        if self.now.status != FinStatus::Escalated {
            self.now.status = FinStatus::Complete;
        }
        self.emit_status(cx, FinStatus::Complete, None, !is_rated)
    }

    fn emit_status(&mut self, cx: &mut Cx, status: FinStatus, reason: Option<&str>, ends: bool) -> Result<()> {
        let mut body = self.body(cx, "fin_status_updated");
        body["status"] = json!(status);
        if let Some(reason) = reason {
            body["reason"] = json!(reason);
        }
        self.emit(cx, "fin_status_updated", &body, ends)
    }

    /// Emits Fin's reply. `more` tells whether another reply follows at once.
    pub(super) fn replied(
        &mut self,
        cx: &mut Cx,
        part: PartId,
        html: &str,
        stream_id: Option<&str>,
        more: bool,
    ) -> Result<()> {
        let mut body = self.body(cx, "fin_replied");
        let at = body["created_at_ms"].take();
        body["message"] = json!({"id": part, "author": "fin", "body": html, "timestamp_ms": at});
        body["status"] = json!(if self.now.replying { FinStatus::Replying } else { FinStatus::AwaitingUserReply });
        if let Some(stream_id) = stream_id {
            body["stream_id"] = json!(stream_id);
        }
        body["created_at_ms"] = at;
        self.emit(cx, "fin_replied", &body, !self.now.replying && !more)
    }

    /// Emits the text of a reply so far, for streams.
    pub(super) fn chunk(&mut self, cx: &mut Cx, stream_id: &str, index: i64, text: &str) -> Result<()> {
        if !self.settings.event_stream {
            return Ok(());
        }
        let body = json!({"event_name": CHUNK, "conversation_id": self.now.external_id, "stream_id": stream_id,
            "chunk_index": index, "chunk_text": text, "status": FinStatus::Replying,
            "created_at_ms": times::iso_ms(cx.now_ms())});
        self.emit(cx, CHUNK, &body, false)
    }

    /// Emits a request for a rating.
    pub(super) fn ask_for_rating(&mut self, cx: &mut Cx) -> Result<()> {
        self.now.rating_requested_at = Some(cx.now());
        let mut body = self.body(cx, "csat_requested");
        body["csat"] = json!({"options": super::csat::options()});
        self.emit(cx, "csat_requested", &body, true)
    }

    /// Whether the user has not been asked for a rating yet.
    pub(super) fn can_be_rated(&self) -> bool {
        self.settings.csat && self.now.rating_requested_at.is_none()
    }

    fn body(&self, cx: &Cx, name: &str) -> Value {
        let FinSession { external_id, user_id, .. } = &self.now;
        let at = times::iso_ms(cx.now_ms());
        json!({"event_name": name, "conversation_id": external_id, "user_id": user_id, "created_at_ms": at})
    }

    fn emit(&mut self, cx: &mut Cx, name: &str, body: &Value, ends: bool) -> Result<()> {
        self.now.position += 1;
        let event = FinEvent {
            session_id: self.now.id,
            position: self.now.position,
            name: name.to_owned(),
            body: body.to_string(),
            ends,
            created_at: cx.now(),
        };
        fin_events::insert(cx, &event)?;
        if name == CHUNK { Ok(()) } else { events::send(cx, &self.settings, &event) }
    }

    /// Writes the session.
    pub(super) fn save(mut self, cx: &mut Cx) -> Result<FinSession> {
        self.now.updated_at = cx.now();
        match &self.before {
            Some(before) => store::update(cx, before, &self.now)?,
            None => store::insert(cx, &self.now)?,
        }
        Ok(self.now)
    }
}

/// Locks the conversation that messages of a session go to; `None` if it no longer exists, or if the actor may not see
/// it.
pub(super) fn open_active(cx: &mut Cx, found: &FinSession) -> Result<Option<Edit>> {
    let edit = conversation(cx, found.active_conversation())?;
    if edit.is_none()
        && store::get(cx, found.id)?.is_some_and(|now| now.active_conversation() != found.active_conversation())
    {
        // The team's conversation was deleted concurrently: the first one remains.
        return Err(cx.collided("fin_sessions").into());
    }
    Ok(edit)
}

fn conversation(cx: &mut Cx, id: ConversationId) -> Result<Option<Edit>> {
    match Edit::open(cx, id) {
        Ok(edit) => Ok(Some(edit)),
        Err(error) if error.kind == ErrorKind::ResourceNotFound => Ok(None),
        Err(error) => Err(error),
    }
}
