//! Starting a call.

use deskwire_store::conversations::{Channel, DeliveredAs, SourceType};
use deskwire_store::counters::{self, Counter};
use deskwire_store::{
    Hold, admins as admin_rows, calls as store, conversation_links, conversations as conversation_rows,
};

use super::{Call, CallDirection, CallSource, MAX_OF_CONVERSATION};
use crate::Cx;
use crate::contacts::Contact;
use crate::conversations::{self, Assignee, Author, Edit, Happened};
use crate::error::{Error, ErrorKind, Result};
use crate::events::{self, Nothing, Topic};
use crate::ids::{AdminId, ConversationId, FinVoiceCallId};
use crate::phone::Phone;

/// A call to start.
pub(super) struct Start<'a> {
    pub(super) external_id: &'a str,
    pub(super) phone: &'a str,
    pub(super) direction: CallDirection,
    pub(super) admin: Option<AdminId>,
    pub(super) initiated_at: i64,
    /// The call that Fin answered before.
    pub(super) fin: Option<&'a Call>,
    pub(super) fin_voice: Option<(FinVoiceCallId, CallSource)>,
}

/// Starts a call in a new conversation, or in the conversation of Fin's call before it.
pub(super) fn start(cx: &mut Cx, new: &Start<'_>) -> Result<Call> {
    let number = Phone { written: new.phone.to_owned(), e164: Some(new.phone.to_owned()) };
    let fin_conversation = new.fin.map(|fin| lock_conversation(cx, fin, new.admin)).transpose()?;
    let contact = conversations::contact_or_lead_of_phone(cx, &number)?;
    let conversation_id = match fin_conversation {
        Some(conversation) => conversation,
        None => create_conversation(cx, new, &contact)?,
    };
    let now = cx.now();
    let call = Call {
        id: cx.mint(),
        external_id: new.external_id.to_owned(),
        fin_voice_id: new.fin_voice.map(|(id, _)| id),
        source: new.fin_voice.map(|(_, source)| source),
        conversation_id,
        fin_call_id: new.fin.map(|fin| fin.id),
        contact_id: Some(contact.id),
        admin_id: new.admin,
        direction: new.direction,
        phone: Some(new.phone.to_owned()),
        initiated_at: new.initiated_at,
        answered_at: None,
        ended_at: None,
        ended_reason: None,
        resolution: None,
        queue_time: None,
        hold_time: None,
        talk_time: None,
        summary: None,
        intent: "[]".to_owned(),
        has_transcript: false,
        recording_id: None,
        created_at: now,
        updated_at: now,
    };
    if !store::insert_new(cx, &call)? {
        return Err(cx.collided("calls").into());
    }
    counters::next::<i64>(cx, Counter::Calls)?;
    events::emit(cx, Topic::CallStarted, call.id, Nothing {})?;
    Ok(call)
}

/// The conversation of Fin's call, locked against deletion, and assigned to the teammate who takes the call.
fn lock_conversation(cx: &mut Cx, fin: &Call, admin: Option<AdminId>) -> Result<ConversationId> {
    let conversation = conversation_rows::hold(cx, fin.conversation_id, Hold::Change)?;
    let id = conversation.ok_or(ErrorKind::CallNotFound)?.id;
    if store::of_conversations(cx, &[id])?.len() >= MAX_OF_CONVERSATION {
        let message = format!("a conversation can have {MAX_OF_CONVERSATION} calls at most");
        return Err(Error::invalid(message).field("fin_call"));
    }
    if admin.is_some() {
        assign(cx, id, admin)?;
    }
    Ok(id)
}

/// Assigns the conversation of a call to the teammate on the phone.
pub(super) fn assign(cx: &mut Cx, conversation: ConversationId, admin: Option<AdminId>) -> Result<()> {
    let mut edit = Edit::open(cx, conversation)?;
    edit.notify = false;
    let author = conversations::acting(cx)?;
    conversations::assign(cx, &mut edit, author, Assignee::Admin(admin), None)?;
    edit.save(cx)?;
    Ok(())
}

/// A new phone conversation of a contact.
fn create_conversation(cx: &mut Cx, new: &Start<'_>, contact: &Contact) -> Result<ConversationId> {
    let (author, delivered_as, topic) = match new.direction {
        CallDirection::Inbound => (Author::of(contact), DeliveredAs::CustomerInitiated, Topic::ConversationUserCreated),
        CallDirection::Outbound => (
            new.admin.map_or(Author::Bot, Author::Admin),
            DeliveredAs::AdminInitiated,
            Topic::ConversationAdminSingleCreated,
        ),
    };
    let admin = new.admin.map(|id| admin_rows::get(cx, id)).transpose()?.flatten();
    let names = match author {
        Author::Admin(_) => admin.as_ref().map(|admin| (Some(admin.name.as_str()), Some(admin.email.as_str()))),
        Author::Bot => None,
        Author::User(_) | Author::Lead(_) => Some((contact.name.as_deref(), contact.email.as_deref())),
    };
    let mut row = conversations::blank(cx, author, new.initiated_at);
    row.source_type = SourceType::PhoneCall;
    row.source_delivered_as = delivered_as;
    row.source_subject = Some(String::new());
    row.source_body = Some(String::new());
    row.channel_initial = Channel::PhoneCall;
    row.channel_current = Channel::PhoneCall;
    row.teammate_count = i64::from(new.admin.is_some());
    let mut edit = Edit::create(cx, row, names, &[contact.id])?;
    if new.admin.is_some() {
        edit.assign(Assignee::Admin(new.admin), new.initiated_at);
    }
    // The phone has already notified people of the call.
    edit.notify = false;
    edit.emit(Happened::conversation(topic), None);
    let row = edit.save(cx)?;
    if let Some(admin) = new.admin {
        conversation_links::add_teammate(cx, row.id, admin)?;
    }
    Ok(row.id)
}
