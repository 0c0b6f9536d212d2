//! Calls as a workspace file declares and updates them.

use deskwire_store::{
    Hold, attachments as files, call_transcripts, calls as store, conversations as conversation_rows,
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::start::{Start, assign, start};
use super::transcript::{self, Entry};
use super::{Call, CallDirection, CallResolution};
use crate::Cx;
use crate::admins;
use crate::attachments;
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::AdminId;
use crate::phone::Phone;
use crate::times;

/// The maximum length of a short text, in bytes.
const MAX_SHORT: usize = 255;
/// The maximum length of a summary, in bytes.
const MAX_SUMMARY: usize = 2_000;
/// The maximum size of the intents, in bytes of JSON.
const MAX_INTENT: usize = 10_000;

/// A call in a workspace file. Omitted fields stay unchanged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Declared {
    /// The provider's id, which identifies the call.
    pub external_id: String,
    /// The contact's phone number.
    pub phone: String,
    /// The direction; inbound by default.
    pub direction: Option<CallDirection>,
    /// The email address of the teammate on the phone.
    pub admin: Option<String>,
    /// The external id of the call that Fin answered before.
    pub fin_call: Option<String>,
    /// When it began, in unix seconds; now by default.
    pub initiated_at: Option<i64>,
    /// When it was answered, in unix seconds.
    pub answered_at: Option<i64>,
    /// When it ended, in unix seconds.
    pub ended_at: Option<i64>,
    /// Why it ended; by default whether it was answered.
    pub ended_reason: Option<String>,
    /// The resolution, if Fin answered.
    pub resolution: Option<CallResolution>,
    /// The time that the caller waited, in seconds.
    pub queue_time: Option<i64>,
    /// The time on hold, in seconds.
    pub hold_time: Option<i64>,
    /// The talk time, in seconds.
    pub talk_time: Option<i64>,
    /// A summary.
    pub summary: Option<String>,
    /// The caller's intents.
    pub intent: Option<Vec<Map<String, Value>>>,
    /// The transcript.
    pub transcript: Option<Vec<Entry>>,
    /// The path of the recording, relative to the workspace file.
    pub recording: Option<String>,
    /// The recording itself, stored.
    #[serde(skip)]
    pub stored: Option<Recording>,
}

/// A stored recording.
pub type Recording = attachments::New;

/// Creates or updates a call as declared. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let external_id = declared.external_id.trim();
    if external_id.is_empty() || external_id.len() > MAX_SHORT {
        return Err(Error::invalid("external_id must have 1 to 255 characters").field("external_id"));
    }
    let phone = Phone::read(declared.phone.clone(), &cx.actor().tenant.default_country).to_call()?;
    let admin = declared.admin.as_deref().map(|email| admins::named(cx, Some(email.trim()))).transpose()?;
    let found = store::by_external_id(cx, external_id)?;
    let (before, is_new) = match found {
        Some(call) => (lock_existing(cx, &call, declared, &phone, admin)?, false),
        None => (create(cx, declared, external_id, &phone, admin)?, true),
    };
    let mut after = before.clone();
    write(cx, &mut after, declared, admin)?;
    let transcript = declared.transcript.as_deref().map(transcript::written).transpose()?.filter(|json| json != "[]");
    let transcript = match transcript {
        Some(json) if call_transcripts::get(cx, before.id)?.is_none_or(|row| row.entries != json) => Some(json),
        _ => None,
    };
    if let Some(json) = &transcript {
        call_transcripts::put(cx, before.id, json)?;
        after.has_transcript = true;
    }
    record(cx, &mut after, declared)?;
    let changed = after != before || transcript.is_some();
    if changed {
        after.updated_at = cx.now();
        store::update(cx, &before, &after)?;
        emit(cx, &before, &after)?;
    }
    Ok(is_new || changed)
}

/// A new call.
fn create(cx: &mut Cx, declared: &Declared, external_id: &str, phone: &str, admin: Option<AdminId>) -> Result<Call> {
    let fin = match declared.fin_call.as_deref().map(str::trim) {
        None => None,
        Some(id) => {
            let unknown = || Error::new(ErrorKind::CallNotFound, format!("there is no call {id:?}")).field("fin_call");
            let fin = store::by_external_id(cx, id)?.ok_or_else(unknown)?;
            if fin.phone.as_deref() != Some(phone) {
                return Err(Error::invalid("fin_call must be a call of the same phone number").field("fin_call"));
            }
            Some(fin)
        }
    };
    let new = Start {
        external_id,
        phone,
        direction: declared.direction.unwrap_or(CallDirection::Inbound),
        admin,
        initiated_at: times::past(cx, declared.initiated_at)?,
        fin: fin.as_ref(),
        fin_voice: None,
    };
    start(cx, &new)
}

/// An existing call, locked after its conversation, which is assigned to the teammate who takes the call.
fn lock_existing(cx: &mut Cx, call: &Call, declared: &Declared, phone: &str, admin: Option<AdminId>) -> Result<Call> {
    if call.phone.as_deref().is_some_and(|known| known != phone) {
        return Err(Error::invalid("the phone number of a call cannot be changed").field("phone"));
    }
    if declared.direction.is_some_and(|direction| direction != call.direction) {
        return Err(Error::invalid("the direction of a call cannot be changed").field("direction"));
    }
    if admin.is_some() && admin != call.admin_id {
        assign(cx, call.conversation_id, admin)?;
    } else {
        conversation_rows::hold(cx, call.conversation_id, Hold::Reference)?;
    }
    store::lock(cx, call.id)?.ok_or_else(|| ErrorKind::CallNotFound.into())
}

/// Sets the declared fields.
fn write(cx: &mut Cx, call: &mut Call, declared: &Declared, admin: Option<AdminId>) -> Result<()> {
    call.admin_id = admin.or(call.admin_id);
    call.initiated_at = declared.initiated_at.unwrap_or(call.initiated_at);
    call.answered_at = declared.answered_at.or(call.answered_at);
    call.ended_at = declared.ended_at.or(call.ended_at);
    let times: Vec<i64> = [Some(call.initiated_at), call.answered_at, call.ended_at].into_iter().flatten().collect();
    if !times.is_sorted() || times.iter().any(|at| !(0..=cx.now()).contains(at)) {
        let message = "initiated_at, answered_at and ended_at must follow each other and lie in the past";
        return Err(Error::invalid(message).field("initiated_at"));
    }
    for (field, declared, kept) in [
        ("queue_time", declared.queue_time, &mut call.queue_time),
        ("hold_time", declared.hold_time, &mut call.hold_time),
        ("talk_time", declared.talk_time, &mut call.talk_time),
    ] {
        if declared.is_some_and(|seconds| !(0..=i64::from(i32::MAX)).contains(&seconds)) {
            return Err(Error::invalid(format!("{field} must be a number of seconds")).field(field));
        }
        *kept = declared.or(*kept);
    }
    if call.ended_at.is_none() && (declared.ended_reason.is_some() || declared.resolution.is_some()) {
        return Err(Error::invalid("ended_reason and resolution need ended_at").field("ended_at"));
    }
    if let Some(reason) = &declared.ended_reason {
        call.ended_reason = Some(short("ended_reason", reason, MAX_SHORT)?);
    } else if call.ended_at.is_some() && call.ended_reason.is_none() {
        let reason = if call.answered_at.is_some() { "answered" } else { "unanswered" };
        call.ended_reason = Some(reason.to_owned());
    }
    call.resolution = declared.resolution.or(call.resolution);
    if let Some(summary) = &declared.summary {
        call.summary = Some(short("summary", summary, MAX_SUMMARY)?);
    }
    if let Some(intent) = &declared.intent {
        let json = serde_json::to_string(intent).map_err(Error::internal)?;
        call.intent = short("intent", &json, MAX_INTENT)?;
    }
    Ok(())
}

fn short(field: &'static str, text: &str, most: usize) -> Result<String> {
    if text.trim().is_empty() || text.len() > most {
        return Err(Error::invalid(format!("{field} must have 1 to {most} bytes")).field(field));
    }
    Ok(text.trim().to_owned())
}

/// Replaces the recording of a call.
fn record(cx: &mut Cx, call: &mut Call, declared: &Declared) -> Result<()> {
    let Some(new) = &declared.stored else {
        let missing = |path: &String| Error::invalid(format!("the recording {path} is not stored")).field("recording");
        return declared.recording.as_ref().map_or(Ok(()), |path| Err(missing(path)));
    };
    if let Some(before) = call.recording_id {
        let kept = files::get(cx, before)?.and_then(|file| file.hash);
        if matches!(new, attachments::New::Stored { hash, .. } if kept.as_ref() == Some(hash)) {
            return Ok(());
        }
        attachments::remove(cx, &[before])?;
    }
    call.recording_id = attachments::insert(cx, std::slice::from_ref(new))?.pop();
    Ok(())
}

/// Emits the events of a change. Subscribers are notified of the end of answered calls only.
fn emit(cx: &mut Cx, before: &Call, after: &Call) -> Result<()> {
    let ended = before.ended_at.is_none() && after.ended_at.is_some() && after.answered_at.is_some();
    let transcribed = !before.has_transcript && after.has_transcript;
    let recorded = before.recording_id.is_none() && after.recording_id.is_some();
    let topics = [(ended, Topic::CallEnded), (recorded, Topic::CallRecorded), (transcribed, Topic::CallTranscribed)];
    for (_, topic) in topics.into_iter().filter(|(has, _)| *has) {
        events::emit(cx, topic, after.id, Nothing {})?;
    }
    Ok(())
}

/// The declared calls that exist.
pub fn declared<'d>(cx: &mut Cx, wanted: impl Iterator<Item = &'d Declared>) -> Result<Vec<Declared>> {
    let mut there = Vec::new();
    for declared in wanted {
        if store::by_external_id(cx, declared.external_id.trim())?.is_some() {
            there.push(declared.clone());
        }
    }
    Ok(there)
}
