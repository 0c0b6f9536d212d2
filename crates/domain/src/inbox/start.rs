//! Starting a conversation as a teammate.

use deskwire_store::{attachments as attachment_rows, conversation_parts};

use super::{images, teammate, uploads};
use crate::actor::{Access, Noun};
use crate::conversations::attachment_ids;
use crate::error::{Error, ErrorKind, Result};
use crate::html::Html;
use crate::ids::{AttachmentId, ConversationId, PartId};
use crate::messages::{self, Medium, Template};
use crate::person::Person;
use crate::{Cx, attachments, conversations, permissions};

/// A conversation to start.
#[derive(Debug, Clone)]
pub struct New {
    /// The contact. An unknown address becomes a lead.
    pub to: Person,
    /// The `Cc` recipients of a mail, who become participants.
    pub cc: Vec<Person>,
    /// The `Bcc` recipients of a mail, whom nobody sees. Their answers are conversations of their own.
    pub bcc: Vec<Person>,
    /// The message.
    pub html: Option<Html>,
    /// The URL of this server, to recognize its images.
    pub origin: String,
    /// Uploads of the teammate.
    pub attachments: Vec<AttachmentId>,
    /// The messages that it forwards, with the files to forward.
    pub forwarded: Vec<Forwarded>,
    /// `messenger`, the default, or `email`.
    pub channel: Option<String>,
    /// The subject of a mail, as plain text.
    pub subject: Option<String>,
}

/// A message that is forwarded.
#[derive(Debug, Clone)]
pub struct Forwarded {
    /// Its conversation.
    pub conversation: ConversationId,
    /// The part; `None` for the first message.
    pub part: Option<PartId>,
    /// Those of its files that are forwarded.
    pub attachments: Vec<AttachmentId>,
}

/// Starts a conversation as the acting teammate. Returns its id. The outcome reveals whether a contact has an address,
/// so this needs the permission to read contacts.
pub fn start(cx: &mut Cx, new: &New) -> Result<ConversationId> {
    let envelope = Envelope::of(cx, new)?;
    let (body, attachments) = content(cx, new)?;
    envelope.send(cx, new, body, attachments)
}

/// Starts a conversation with a text and files that were made ready when it was written.
pub(super) fn send(cx: &mut Cx, new: &New, body: Html, attachments: Vec<AttachmentId>) -> Result<ConversationId> {
    Envelope::of(cx, new)?.send(cx, new, body, attachments)
}

/// The medium and the subject of a message whose people were checked.
struct Envelope {
    medium: Medium,
    subject: Option<String>,
}

impl Envelope {
    /// Checks whom a message is to, and how. Creates leads for addresses that no contact has.
    fn of(cx: &mut Cx, new: &New) -> Result<Self> {
        check(cx, Access::Read)?;
        let medium = match new.channel.as_deref() {
            None | Some("messenger") => Medium::InApp,
            Some("email") => Medium::Email,
            Some(_) => return Err(Error::invalid("channel must be messenger or email").field("channel")),
        };
        let subject = new.subject.as_deref().map(|text| text.trim().to_owned()).filter(|subject| !subject.is_empty());
        if medium == Medium::Email && subject.is_none() {
            return Err(Error::missing("subject is required for an email").field("subject"));
        }
        if medium != Medium::Email && !(new.cc.is_empty() && new.bcc.is_empty()) {
            return Err(Error::invalid("Only an email has copies").field("cc"));
        }
        for person in [&new.to].into_iter().chain(&new.cc).chain(&new.bcc) {
            lead(cx, person)?;
        }
        Ok(Self { medium, subject })
    }

    fn send(self, cx: &mut Cx, new: &New, body: Html, attachments: Vec<AttachmentId>) -> Result<ConversationId> {
        let message = messages::New {
            medium: self.medium,
            subject: self.subject,
            from: None,
            to: vec![new.to.clone()],
            cc: new.cc.clone(),
            bcc: new.bcc.clone(),
            body,
            attachments,
            template: Template::Plain,
            created_at: None,
            conversation: true,
        };
        let sent = messages::send(cx, &message)?;
        sent.conversation.map(|row| row.id).ok_or_else(|| ErrorKind::Internal.into())
    }
}

/// The text and the files of the message. Its uploads are no longer uploads; forwarded files are attachments of their own,
/// so that neither message depends on the other.
pub(super) fn content(cx: &mut Cx, new: &New) -> Result<(Html, Vec<AttachmentId>)> {
    let admin = teammate(cx)?;
    let count = new.attachments.len() + new.forwarded.iter().map(|of| of.attachments.len()).sum::<usize>();
    if count > attachments::MAX_FILES {
        let message = format!("attachment_ids may hold {} files at most", attachments::MAX_FILES);
        return Err(Error::invalid(message).field("attachment_ids"));
    }
    uploads::take(cx, admin, &new.attachments, &[])?;
    let mut files: Vec<(AttachmentId, AttachmentId)> = new.attachments.iter().map(|id| (*id, *id)).collect();
    for of in &new.forwarded {
        files.extend(forward(cx, of)?);
    }
    let ids: Vec<AttachmentId> = files.iter().map(|(_, id)| *id).collect();
    let body = images::body_with(cx, new.html.as_ref(), &new.origin, |cx| {
        let rows = attachment_rows::by_id(cx, &ids)?;
        Ok(files.iter().filter_map(|(shown, id)| Some((*shown, rows.get(id)?.clone()))).collect())
    })?;
    if body.is_none() && ids.is_empty() {
        return Err(Error::missing("html is required").field("html"));
    }
    Ok((Html::stored(body.unwrap_or_default()), ids))
}

/// Copies attachments of a message that the teammate may read, not their files. Returns each with its copy.
fn forward(cx: &mut Cx, of: &Forwarded) -> Result<Vec<(AttachmentId, AttachmentId)>> {
    if of.attachments.is_empty() {
        return Ok(Vec::new());
    }
    let row = conversations::held(cx, of.conversation)?;
    let listed = match of.part {
        None => row.source_attachments,
        Some(part) => conversation_parts::get(cx, row.id, part)?.and_then(|part| part.attachments),
    };
    let known = listed.as_deref().map(attachment_ids).unwrap_or_default();
    let copies = attachments::copies(cx, &of.attachments)?;
    let has_copy = |id: &AttachmentId| known.contains(id) && copies.iter().any(|(original, _)| original == id);
    if of.attachments.iter().all(has_copy) {
        return Ok(copies);
    }
    Err(Error::invalid("A file that is forwarded is no longer in its message").field("forwarded"))
}

/// Creates a lead for an address that no contact has.
fn lead(cx: &mut Cx, person: &Person) -> Result<()> {
    if matches!(person, Person::Email(_)) && conversations::contact(cx, person)?.is_none() {
        check(cx, Access::Write)?;
        conversations::contact_or_lead(cx, person)?;
    }
    Ok(())
}

/// Fails if the teammate's role does not permit this access to contacts.
fn check(cx: &Cx, access: Access) -> Result<()> {
    if cx.actor().permissions.of(Noun::People) < access {
        return Err(permissions::refused(permissions::name(Noun::People, access)));
    }
    Ok(())
}
