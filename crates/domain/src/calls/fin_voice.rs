//! Calls that Fin answers, registered by their providers.

use deskwire_store::calls as store;
use deskwire_store::conversation_parts::PartType;
use deskwire_store::counters::{self, Counter};
use serde_json::{Map, Value};

use super::start::{Start, start};
use super::transcript::Entry;
use super::{Call, CallDirection, CallResolution, CallSource, transcripts};
use crate::Cx;
use crate::conversations::{self, Author, Edit, NewPart};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{ConversationId, FinVoiceCallId};
use crate::phone::Phone;

/// The maximum length of a provider's id, in bytes.
const MAX_ID: usize = 255;
/// The maximum size of the provider's data about a call, in bytes of JSON.
const MAX_DATA: usize = 10_000;

/// A call to be registered.
#[derive(Debug, Clone)]
pub struct New {
    /// The caller's number.
    pub phone: Phone,
    /// The provider's id.
    pub external_id: String,
    /// The provider.
    pub source: CallSource,
    /// The provider's data about it.
    pub data: Map<String, Value>,
}

/// A reference to a registered call.
#[derive(Debug, Clone)]
pub enum Registered {
    /// Its id.
    Id(FinVoiceCallId),
    /// The provider's id.
    ExternalId(String),
    /// The caller's number: refers to the last call from it.
    Phone(Phone),
}

/// Registers a call and starts it in a conversation of the contact with this number.
pub fn register(cx: &mut Cx, new: &New) -> Result<Call> {
    if new.external_id.len() > MAX_ID {
        return Err(Error::invalid("call_id is too long (maximum is 255 bytes)").field("call_id"));
    }
    let data = serde_json::to_string(&new.data).map_err(Error::internal)?;
    if data.len() > MAX_DATA {
        return Err(Error::invalid("data is too long (maximum is 10000 bytes)").field("data"));
    }
    let phone = new.phone.to_call().map_err(|error| error.field("phone_number"))?;
    if store::by_external_id(cx, &new.external_id)?.is_some() {
        return Err(Error::new(ErrorKind::Conflict, "A call with this call_id is registered already").field("call_id"));
    }
    let id = counters::next(cx, Counter::FinVoiceCall)?;
    let call = start(
        cx,
        &Start {
            external_id: &new.external_id,
            phone: &phone,
            direction: CallDirection::Inbound,
            admin: None,
            initiated_at: cx.now(),
            fin: None,
            fin_voice: Some((id, new.source)),
        },
    )?;
    note(cx, call.conversation_id, &new.data)?;
    Ok(call)
}

/// Adds a note for teammates with the provider's data.
fn note(cx: &mut Cx, conversation: ConversationId, data: &Map<String, Value>) -> Result<()> {
    let value = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let lines: Vec<String> = data.iter().map(|(key, of)| format!("{key}: {}", value(of))).collect();
    let Some(body) = Html::of_text(&lines.join("\n")) else { return Ok(()) };
    let mut edit = Edit::open(cx, conversation)?;
    edit.part(cx, NewPart { body: Some(body.as_str().to_owned()), ..NewPart::of(PartType::Note, Author::Bot) })?;
    edit.save(cx)?;
    Ok(())
}

/// A registered call and its transcript.
pub fn registered(cx: &mut Cx, which: &Registered) -> Result<(Call, Vec<Entry>)> {
    let call = match which {
        Registered::Id(id) => store::by_fin_voice_id(cx, *id)?,
        Registered::ExternalId(id) => store::by_external_id(cx, id)?.filter(|call| call.fin_voice_id.is_some()),
        Registered::Phone(phone) => match phone.to_call() {
            Ok(phone) => store::last_registered(cx, &phone)?,
            Err(_) => None,
        },
    };
    let call = call.ok_or(ErrorKind::CallNotFound)?;
    let entries = transcripts(cx, std::slice::from_ref(&call))?.remove(&call.id).unwrap_or_default();
    Ok((call, entries))
}

/// The registered calls of a conversation, newest first, with their transcripts.
pub fn of_conversation(cx: &mut Cx, conversation: ConversationId) -> Result<Vec<(Call, Vec<Entry>)>> {
    conversations::known(cx, conversation)?;
    let mut calls = store::of_conversations(cx, &[conversation])?;
    calls.retain(|call| call.fin_voice_id.is_some());
    let mut transcripts = transcripts(cx, &calls)?;
    let said = |call: Call| {
        let entries = transcripts.remove(&call.id).unwrap_or_default();
        (call, entries)
    };
    Ok(calls.into_iter().map(said).collect())
}

/// The status of a registered call.
pub fn status(call: &Call) -> &'static str {
    match (call.ended_at, call.answered_at) {
        (None, None) => "registered",
        (None, Some(_)) => "in-progress",
        (Some(_), None) => call.resolution.map_or("abandoned", CallResolution::as_str),
        (Some(_), Some(_)) if call.admin_id.is_some() => call.resolution.unwrap_or(CallResolution::Escalated).as_str(),
        (Some(_), Some(_)) => call.resolution.unwrap_or(CallResolution::Assumed).as_str(),
    }
}
