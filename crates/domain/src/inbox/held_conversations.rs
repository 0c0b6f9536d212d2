//! Held conversations: until they are due, only the teammate who starts one sees it, and can withdraw it.
//!
//! A held conversation is a separate row with the message, so lists, events, mail and contacts do not include it. When it
//! is due, one transaction starts the conversation and marks the row as sent, so it is sent exactly once, however many
//! processes try. If it may not be sent any more, the row keeps the message and the reason for the teammate's page.

use std::sync::Arc;

use deskwire_store::held_conversations as store;
use deskwire_store::{Tx, WorkspaceTx};
use serde::{Deserialize, Serialize};

pub use deskwire_store::held_conversations::HeldConversation;

use super::replies::UNDO;
use super::start::{self, New};
use super::{teammate, uploads};
use crate::Cx;
use crate::actor::{Access, Actor, Noun, Principal};
use crate::attachments;
use crate::conversations::{self, attachment_ids};
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AttachmentId, ContactId, ConversationId, HeldConversationId, as_number};
use crate::jobs::{self, Job, JobKind, Work};
use crate::person::Person;
use crate::{contacts, permissions, workspaces};

/// The maximum number of conversations of a teammate that wait.
const MAX_HELD: usize = 20;
/// How long the page of the teammate can ask what a message became, in seconds.
const SENT_RETENTION: i64 = 3_600;
/// How long a message that could not be sent is kept, in seconds.
const UNSENT_RETENTION: i64 = 30 * 86_400;

/// The payload of the job that sends a held conversation.
#[derive(Debug, Serialize, Deserialize)]
struct HeldJob {
    #[serde(serialize_with = "as_number")]
    id: HeldConversationId,
}

impl Work for HeldJob {
    const KIND: JobKind = JobKind::HeldConversation;
}

/// The message of a held conversation, as its row has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The contact, as the teammate named it.
    pub to: Person,
    /// The name of the contact when the message was written; the address if it has none.
    pub name: String,
    /// The address of the contact when the message was written.
    pub email: Option<String>,
    /// The `Cc` recipients.
    pub cc: Vec<Person>,
    /// The `Bcc` recipients.
    pub bcc: Vec<Person>,
    /// `messenger`, the default, or `email`.
    pub channel: Option<String>,
    /// The subject, as plain text.
    pub subject: Option<String>,
    /// The text, sanitized.
    pub html: String,
}

/// Why a message was not sent: the code and the text of the error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Problem {
    pub code: String,
    pub message: String,
}

/// Holds a conversation that the acting teammate starts for [`UNDO`] seconds. What cannot be sent is refused at once.
pub fn hold(cx: &mut Cx, new: &New) -> Result<HeldConversation> {
    let admin_id = teammate(cx)?;
    cx.guard("held_conversations", &admin_id.to_string())?;
    if store::unsent(cx, admin_id)?.iter().filter(|held| held.kept_until.is_none()).count() >= MAX_HELD {
        let message = format!("At most {MAX_HELD} new conversations can wait");
        return Err(Error::new(ErrorKind::Unprocessable, message));
    }
    rehearse(cx, new)?;
    let (body, attachments) = start::content(cx, new)?;
    let message = message(cx, new, &body)?;
    let now = cx.now();
    let held = HeldConversation {
        id: cx.mint(),
        admin_id,
        message: Some(serde_json::to_string(&message).map_err(Error::internal)?),
        attachments: attachments::listed(&attachments),
        held_until: now + UNDO,
        conversation_id: None,
        problem: None,
        kept_until: None,
        created_at: now,
    };
    store::insert(cx, &held)?;
    jobs::insert_in(cx, &HeldJob { id: held.id }, UNDO)?;
    Ok(held)
}

/// How a rehearsal ends, which undoes it.
enum Rehearsed {
    Sent,
    Refused(Error),
}

impl From<deskwire_store::Error> for Rehearsed {
    fn from(error: deskwire_store::Error) -> Self {
        Self::Refused(error.into())
    }
}

/// Starts the conversation and undoes that, so that a message that cannot be sent is refused while its writer is there.
fn rehearse(cx: &mut Cx, new: &New) -> Result<()> {
    let end = cx.nested(|cx| match start::start(cx, new) {
        Ok(_) => Err::<(), Rehearsed>(Rehearsed::Sent),
        Err(error) => Err(Rehearsed::Refused(error)),
    });
    match end {
        Ok(()) | Err(Rehearsed::Sent) => Ok(()),
        Err(Rehearsed::Refused(error)) => Err(error),
    }
}

fn message(cx: &mut Cx, new: &New, body: &Html) -> Result<Message> {
    let contact = conversations::contact(cx, &new.to)?;
    let typed = match &new.to {
        Person::Email(address) => Some(address.trim().to_owned()),
        Person::Id(_) | Person::UserId(_) => None,
    };
    let (name, known) = contact.map_or((None, None), |contact| (contact.name, contact.email));
    let email = known.or(typed);
    Ok(Message {
        to: new.to.clone(),
        name: name.or_else(|| email.clone()).unwrap_or_default(),
        email,
        cc: new.cc.clone(),
        bcc: new.bcc.clone(),
        channel: new.channel.clone(),
        subject: new.subject.clone(),
        html: body.as_str().to_owned(),
    })
}

/// The acting teammate's conversations that wait or could not be sent, in the order in which they were written.
pub fn unsent(cx: &mut Cx) -> Result<Vec<HeldConversation>> {
    let admin = teammate(cx)?;
    Ok(store::unsent(cx, admin)?)
}

/// A conversation that the acting teammate started, also for a while after it was sent.
pub fn find(cx: &mut Cx, id: HeldConversationId) -> Result<HeldConversation> {
    let admin = teammate(cx)?;
    let found = store::get(cx, id)?.filter(|held| held.admin_id == admin);
    found.ok_or_else(|| ErrorKind::ResourceNotFound.into())
}

/// Withdraws a conversation that has not been sent, or could not be. Its files are uploads of the teammate again.
pub fn withdraw(cx: &mut Cx, id: HeldConversationId) -> Result<HeldConversation> {
    let admin = teammate(cx)?;
    let found = store::lock(cx, id)?.filter(|held| held.admin_id == admin);
    let held = found.ok_or(ErrorKind::ResourceNotFound)?;
    if held.conversation_id.is_some() {
        return Err(Error::new(ErrorKind::AlreadySent, "The message was sent already"));
    }
    store::delete(cx, id)?;
    let files = files(&held);
    uploads::give_back(cx, admin, &files)?;
    uploads::release(cx, &files)?;
    Ok(held)
}

/// The message of a held conversation; `None` once it is sent.
pub fn message_of(held: &HeldConversation) -> Result<Option<Message>> {
    held.message.as_deref().map(|text| serde_json::from_str(text).map_err(Error::internal)).transpose()
}

/// Why a held conversation was not sent.
pub fn problem_of(held: &HeldConversation) -> Result<Option<Problem>> {
    held.problem.as_deref().map(|text| serde_json::from_str(text).map_err(Error::internal)).transpose()
}

/// The ids of a held conversation's files.
pub fn files(held: &HeldConversation) -> Vec<AttachmentId> {
    held.attachments.as_deref().map(attachment_ids).unwrap_or_default()
}

/// Sends a held conversation that is due. A single step completes the job.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let HeldJob { id } = HeldJob::of(job)?;
    let tenant = Arc::new(workspaces::known(&mut tx.within(&job.workspace))?.into());
    let system = Actor::system(Arc::clone(&tenant));
    let mut cx = Cx::new(tx, &system);
    let Some(held) = store::lock(&mut cx, id)?.filter(|held| held.kept_until.is_none()) else { return Ok(true) };
    if jobs::is_early(&mut cx, &HeldJob { id }, held.held_until)? {
        return Ok(true);
    }
    let permitted = permissions::of_admins(&mut cx, &[held.admin_id])?.remove(&held.admin_id);
    let sent = match permitted {
        Some(permissions) => {
            let actor = Actor::new(tenant, Principal::Admin(held.admin_id), permissions);
            let mut cx = cx.acting_as(&actor);
            cx.nested(|cx| release(cx, &held))
        }
        None => Err(Error::new(ErrorKind::Forbidden, "Its author was removed before it was sent")),
    };
    match sent {
        Ok(conversation) => {
            let kept_until = Some(cx.now() + SENT_RETENTION);
            let (message, attachments) = (None, None);
            let conversation_id = Some(conversation);
            let after = HeldConversation { conversation_id, message, attachments, kept_until, ..held.clone() };
            store::update(&mut cx, &held, &after)?;
        }
        // It is tried again.
        Err(error) if error.kind.class().is_of_server() || error.kind == ErrorKind::Conflict => return Err(error),
        Err(error) => keep(&mut cx, &held, &error)?,
    }
    Ok(true)
}

/// Gives the message back to its author, because the server could not send it.
pub fn give_up(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    let HeldJob { id } = HeldJob::of(job)?;
    let tx = &mut tx.within(&job.workspace);
    match store::lock(tx, id)?.filter(|held| held.kept_until.is_none()) {
        Some(held) => keep(tx, &held, &Error::from(ErrorKind::Internal)),
        None => Ok(()),
    }
}

/// Starts a held conversation as its author, with the permissions that the author has by now.
fn release(cx: &mut Cx, held: &HeldConversation) -> Result<ConversationId> {
    if !cx.actor().writes(Noun::Conversations) {
        return Err(permissions::refused(permissions::name(Noun::Conversations, Access::Write)));
    }
    let message = message_of(held)?.ok_or_else(|| Error::internal("a held conversation has no message"))?;
    let new = New {
        to: current(cx, message.to)?,
        cc: message.cc.into_iter().map(|person| current(cx, person)).collect::<Result<_>>()?,
        bcc: message.bcc.into_iter().map(|person| current(cx, person)).collect::<Result<_>>()?,
        html: None,
        origin: String::new(),
        attachments: Vec::new(),
        forwarded: Vec::new(),
        channel: message.channel,
        subject: message.subject,
    };
    start::send(cx, &new, Html::stored(message.html), files(held))
}

/// A contact may have been merged into another one since the message was written.
fn current(cx: &mut Cx, person: Person) -> Result<Person> {
    match &person {
        Person::Id(text) => match ContactId::parse(text) {
            Some(id) => Ok(Person::Id(contacts::became(cx, id)?.to_string())),
            None => Ok(person),
        },
        Person::UserId(_) | Person::Email(_) => Ok(person),
    }
}

/// Keeps a message that cannot be sent, with the reason, until its author's page takes it.
fn keep(tx: &mut WorkspaceTx, held: &HeldConversation, error: &Error) -> Result<()> {
    let problem = Problem { code: error.kind.code().to_owned(), message: error.message.to_string() };
    let problem = Some(serde_json::to_string(&problem).map_err(Error::internal)?);
    let kept_until = Some(tx.now() + UNSENT_RETENTION);
    let after = HeldConversation { problem, kept_until, ..held.clone() };
    Ok(store::update(tx, held, &after)?)
}

/// Removes at most `most` expired rows, with the files of messages that were not sent. Returns how many.
pub(crate) fn purge(tx: &mut WorkspaceTx, most: i64) -> Result<u64> {
    let ids = store::expired(tx, most)?;
    // A concurrent withdrawal may have taken some.
    let gone = store::forget_expired(tx, &ids)?;
    let files: Vec<AttachmentId> = gone.iter().flatten().flat_map(|listed| attachment_ids(listed)).collect();
    attachments::remove(tx, &files)?;
    Ok(u64::try_from(gone.len()).unwrap_or(u64::MAX))
}
