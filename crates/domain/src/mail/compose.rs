//! The content of a mail, composed when it is sent.

use askama::Template;
use deskwire_store::admins::{self, Admin};
use deskwire_store::contacts::{self, Contact};
use deskwire_store::conversation_parts::{self, Part};
use deskwire_store::conversations::AuthorType;
use deskwire_store::conversations::{self, Conversation};
use deskwire_store::notifications::RecipientKind;
use deskwire_store::{
    Tx, WorkspaceTx, attachments, conversation_links as links, mails, messages, notifications, ticket_states,
};

use super::letter::{Letter, Named, line};
use super::outcome::Claimed;
use super::templates::{
    ConversationBody, Document, InboxLinks, MessageBody, PartBody, PlainDocument, RequestReceived, RequestState,
};
use super::{INVITATION, MESSAGE, Mail, Sender, invitation, signed, suppression_reason};
use crate::actor::Access;
use crate::conversations::{attachment_ids, noun};
use crate::error::{Error, ErrorKind, Result};
use crate::events::Topic;
use crate::html::{self, Html};
use crate::ids::{AdminId, ContactId, Id, TicketNumber};
use crate::messages::{Message, Recipients};
use crate::notifications::{is_note, is_spoken, is_visible};
use crate::{permissions, workspaces};

/// The maximum number of parts per mail.
const PARTS: i64 = 50;
/// The maximum number of Message-IDs of earlier mails in `References`.
const REFERENCES: i64 = 10;

/// A composed mail, or the reason why none is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Composed {
    /// The mail to send.
    Letter(Box<Letter>),
    /// It is not needed or not wanted.
    Dropped(&'static str),
}

/// The recipient of a mail.
enum Reader {
    Contact(Box<Contact>),
    Admin(Box<Admin>),
}

impl Reader {
    fn named(&self) -> Named {
        let (name, address) = match self {
            // The address and the name are unverified input.
            Reader::Contact(c) => (None, c.email.clone().unwrap_or_default()),
            Reader::Admin(a) => (Some(a.name.clone()), a.email.clone()),
        };
        named(name, &address)
    }
}

pub(super) fn named(name: Option<String>, address: &str) -> Named {
    Named { name: name.map(|n| line(&n)).filter(|n| !n.is_empty()), address: address.trim().to_owned() }
}

/// The content of a mail.
struct MailContent {
    from: String,
    subject: String,
    html: Html,
    automatic: bool,
    /// The `To` and `Cc` headers; without any, `To` is the recipient.
    open: Option<(Vec<Named>, Vec<Named>)>,
}

/// Composes a mail.
pub fn compose(tx: &mut Tx<'_>, sender: &Sender, claimed: &Claimed) -> Result<Composed> {
    let (workspace, mail) = (claimed.workspace.as_str(), &claimed.mail);
    let tx = &mut tx.within(workspace);
    if mail.topic == INVITATION {
        return invitation::compose(tx, sender, mail);
    }
    let reader = match read_reader(tx, mail)? {
        Ok(reader) => reader,
        Err(why) => return Ok(Composed::Dropped(why)),
    };
    let tenant = workspaces::known(tx)?;
    let content = if mail.topic == MESSAGE {
        of_message(tx, mail, &tenant.name)?
    } else {
        of_conversation(tx, mail, &reader, &tenant.name)?
    };
    let content = match content {
        Ok(content) => content,
        Err(why) => return Ok(Composed::Dropped(why)),
    };
    // Claiming mail creates the secret.
    let secret = mails::secret(tx)?;
    let unsubscribe = match (&reader, &sender.public_url, secret) {
        (Reader::Contact(contact), Some(url), Some(secret)) => {
            let link = signed::link(&secret, workspace, contact.id);
            Some(format!("{}/unsubscribe/{link}", url.trim_end_matches('/')))
        }
        _ => None,
    };
    let answered = sender.reply_to.is_some();
    let inbox = inbox_links(sender, mail);
    let (inbox, unsubscribed) = (inbox.as_ref(), unsubscribe.as_deref());
    let document = Document { body: &content.html, answered, unsubscribe: unsubscribed, inbox };
    let plain = html::plain(content.html.as_str());
    let plain = PlainDocument { body: &plain, answered, unsubscribe: unsubscribed, inbox };
    let html = document.render().map_err(Error::internal)?;
    let text = plain.render().map_err(Error::internal)?;
    let earlier = mails::thread(tx, mail, REFERENCES)?;
    let in_reply_to = earlier.last().cloned();
    let root = mail.conversation_id.map(|id| format!("<conversation-{id}.{workspace}@{}>", sender.domain));
    let recipient = reader.named();
    let (to, cc) = content.open.unwrap_or_else(|| (vec![recipient.clone()], Vec::new()));
    let subject = if in_reply_to.is_some() && !content.subject.starts_with("Re: ") {
        format!("Re: {}", content.subject)
    } else {
        content.subject
    };
    Ok(Composed::Letter(Box::new(Letter {
        id: mail.header_id.clone().ok_or(ErrorKind::Internal)?,
        recipient: recipient.address,
        from: named(Some(content.from), &sender.address),
        to,
        cc,
        reply_to: sender.reply_to.clone(),
        subject: line(&subject),
        references: root.into_iter().chain(earlier).collect(),
        in_reply_to,
        text: text + "\n",
        html: html + "\n",
        unsubscribe,
        automatic: content.automatic,
    })))
}

/// The links to the conversation that a mail is about, and to the teammate's settings.
fn inbox_links(sender: &Sender, mail: &Mail) -> Option<InboxLinks> {
    let url = sender.public_url.as_deref().filter(|_| mail.recipient_kind == RecipientKind::Admin)?;
    let inbox = format!("{}/inbox", url.trim_end_matches('/'));
    let id = mail.conversation_id?;
    Some(InboxLinks { conversation: format!("{inbox}/c/{id}"), settings: format!("{inbox}/settings/notifications") })
}

/// The recipient, or the reason why the mail is no longer sent.
fn read_reader(tx: &mut WorkspaceTx, mail: &Mail) -> Result<Result<Reader, &'static str>> {
    if mail.recipient_kind == RecipientKind::Admin {
        let admin = admins::get(tx, AdminId::new(mail.recipient_id))?;
        return Ok(admin.map(|a| Reader::Admin(Box::new(a))).ok_or("the teammate is gone"));
    }
    let Some(contact) = contacts::get(tx, ContactId::new(mail.recipient_id))? else {
        return Ok(Err("the contact is gone"));
    };
    Ok(match suppression_reason(&contact) {
        Some(why) => Err(why),
        None => Ok(Reader::Contact(Box::new(contact))),
    })
}

/// The content of a message without an event.
fn of_message(tx: &mut WorkspaceTx, mail: &Mail, tenant: &str) -> Result<Result<MailContent, &'static str>> {
    let found = match mail.message_id {
        Some(id) => messages::get(tx, id)?,
        None => None,
    };
    let found = found.filter(|message| !message.is_cleared());
    let Some(message) = found else { return Ok(Err("the message is gone")) };
    let author = admins::get(tx, message.admin_id)?.map_or_else(|| tenant.to_owned(), |a| a.name);
    let personal = message.template == Some(messages::Template::Personal);
    let signature = personal.then(|| (Html::inline(&author), Html::inline(tenant)));
    let files = files(tx, message.attachments.as_deref())?;
    let body = MessageBody { body: Html::stored(message.body.clone()), signature, files };
    Ok(Ok(MailContent {
        from: format!("{author} ({tenant})"),
        subject: message.subject.clone().unwrap_or_else(|| format!("A message from {tenant}")),
        html: Html::render(&body)?,
        automatic: false,
        open: Some(open(tx, &message)?),
    }))
}

/// The recipients who may see each other, by name.
fn open(tx: &mut WorkspaceTx, message: &Message) -> Result<(Vec<Named>, Vec<Named>)> {
    let recipients = Recipients::of(message);
    let mut lists = Vec::new();
    for ids in [&recipients.to, &recipients.cc] {
        let found = contacts::get_many(tx, ids)?;
        lists.push(found.into_iter().filter_map(|c| Some(named(c.name, &c.email?))).collect());
    }
    let cc = lists.pop().unwrap_or_default();
    Ok((lists.pop().unwrap_or_default(), cc))
}

/// The content of a mail about a conversation.
fn of_conversation(
    tx: &mut WorkspaceTx,
    mail: &Mail,
    reader: &Reader,
    tenant: &str,
) -> Result<Result<MailContent, &'static str>> {
    let found = match mail.conversation_id {
        Some(id) => conversations::get(tx, id)?,
        None => None,
    };
    let Some(row) = found else { return Ok(Err("the conversation is gone")) };
    if let Some(why) = withheld(tx, &row, reader)? {
        return Ok(Err(why));
    }
    let parts = match (mail.first_part_id, mail.last_part_id) {
        (Some(first), Some(last)) => conversation_parts::between(tx, row.id, first, last, PARTS)?,
        _ => Vec::new(),
    };
    if mail.unless_read && was_read(tx, mail, &row, &parts)? {
        return Ok(Err("it was read before it was due"));
    }
    let notice = notice(tx, mail, &row, &parts, reader)?;
    let parts: Vec<Part> = parts.into_iter().filter(|part| is_for(part, reader)).collect();
    if parts.is_empty() && notice.is_none() {
        return Ok(Err("what was said was taken back"));
    }
    let names = names(tx, &parts)?;
    let name = |part: &Part| names.iter().find(|(id, _)| *id == part.author_id).map(|(_, name)| name.as_str());
    let authors: Vec<i64> = parts.iter().map(|p| p.author_id).collect();
    let several = authors.iter().any(|id| *id != authors[0]);
    let mut bodies = Vec::with_capacity(parts.len());
    for part in &parts {
        bodies.push(PartBody {
            author: name(part).filter(|_| several).map(Html::inline),
            body: Html::stored(part.body.clone().unwrap_or_default()),
            options: options(part),
            files: files(tx, part.attachments.as_deref())?,
        });
    }
    let body = ConversationBody { notice: notice.unwrap_or_default(), parts: bodies };
    let author = parts.first().and_then(name).filter(|_| !several);
    Ok(Ok(MailContent {
        from: author.map_or_else(|| tenant.to_owned(), |name| format!("{name} ({tenant})")),
        subject: subject(&row, reader, tenant),
        html: Html::render(&body)?,
        automatic: parts.is_empty() || matches!(reader, Reader::Admin(_)),
        open: None,
    }))
}

/// The reason why the recipient may not read a conversation any more, if there is one. It may have changed while the
/// mail waited.
fn withheld(tx: &mut WorkspaceTx, row: &Conversation, reader: &Reader) -> Result<Option<&'static str>> {
    match reader {
        Reader::Contact(_) if !is_visible(row) => Ok(Some("the ticket is not shown to contacts")),
        Reader::Contact(contact) => {
            let takes_part = links::has_contact(tx, row.id, contact.id)?;
            Ok((!takes_part).then_some("the contact takes no part any more"))
        }
        Reader::Admin(admin) => {
            let permitted = permissions::of_admins(tx, &[admin.id])?;
            let noun = noun(row.is_ticket);
            let reads = permitted.get(&admin.id).is_some_and(|permissions| permissions.of(noun) >= Access::Read);
            Ok((!reads).then_some("the role of the teammate does not permit reading it"))
        }
    }
}

/// Whether the recipient has already read the parts of a mail.
fn was_read(tx: &mut WorkspaceTx, mail: &Mail, row: &Conversation, parts: &[Part]) -> Result<bool> {
    let Some(last) = parts.last() else { return Ok(false) };
    let key = (mail.recipient_kind, mail.recipient_id);
    let answered = row.last_contact_reply_at.is_some_and(|at| at > last.created_at);
    if mail.recipient_kind == RecipientKind::Contact && (row.read || answered) {
        return Ok(true);
    }
    Ok(notifications::was_read(tx, key, row.id, last.id)?)
}

/// Whether a part is shown to this reader. Contacts never get notes or redacted parts.
fn is_for(part: &Part, reader: &Reader) -> bool {
    if part.redacted {
        return false;
    }
    match reader {
        Reader::Contact(_) => is_spoken(part) && !is_note(part) && !part.author_type.is_contact(),
        Reader::Admin(admin) => {
            part.body.is_some() && !(part.author_type == AuthorType::Admin && part.author_id == admin.id.number())
        }
    }
}

/// The content other than the parts.
fn notice(
    tx: &mut WorkspaceTx,
    mail: &Mail,
    row: &Conversation,
    parts: &[Part],
    reader: &Reader,
) -> Result<Option<Html>> {
    if matches!(reader, Reader::Admin(_)) {
        let key = (mail.recipient_kind, mail.recipient_id);
        let cause = notifications::cause(tx, key, row.id, mail.last_part_id)?;
        return Ok(cause.map(|cause| Html::of_text(&cause).unwrap_or_default()));
    }
    let number = row.ticket_number.map_or(row.id.number(), TicketNumber::number);
    if mail.topic == Topic::TicketCreated.as_str() {
        return Html::render(&RequestReceived { number }).map(Some);
    }
    if mail.topic == Topic::TicketStateUpdated.as_str() {
        let states = ticket_states::all(tx)?;
        // The state right after the event; the current state may differ.
        let details = parts.first().and_then(|part| part.details.as_deref()).unwrap_or_default();
        let details: serde_json::Value = serde_json::from_str(details).unwrap_or_default();
        let category = details["ticket_state"].as_str().unwrap_or_default();
        let now = states.iter().find(|s| Some(s.id) == row.ticket_state_id && s.category.as_str() == category);
        let state = now.or_else(|| states.iter().find(|s| s.category.as_str() == category));
        let state = Html::inline(state.map_or("updated", |s| s.external_label.as_str()));
        return Html::render(&RequestState { number, state }).map(Some);
    }
    Ok(None)
}

/// The title of a conversation or ticket, if it may be mailed to this reader. Anyone can start a conversation or create
/// a ticket with any email address, so contacts get only text that teammates wrote.
fn title(row: &Conversation, reader: &Reader) -> Option<String> {
    let ours = !row.is_ticket && row.source_author_type == AuthorType::Admin;
    if matches!(reader, Reader::Contact(_)) && !ours {
        return None;
    }
    let given = [row.source_subject.as_deref().map(html::plain), row.title.clone()];
    given.into_iter().flatten().map(|t| line(&t)).find(|t| !t.is_empty())
}

/// The subject, the same for all mails of a conversation, so that mail clients group them into one thread.
fn subject(row: &Conversation, reader: &Reader, tenant: &str) -> String {
    let number = row.ticket_number.map_or(row.id.number(), TicketNumber::number);
    match title(row, reader) {
        Some(title) if row.is_ticket => format!("[#{number}] {title}"),
        Some(title) if row.source_author_type.is_contact() => format!("Re: {title}"),
        Some(title) => title,
        None if row.is_ticket => format!("[#{number}] Your request to {tenant}"),
        None => format!("Your conversation with {tenant}"),
    }
}

fn names(tx: &mut WorkspaceTx, parts: &[Part]) -> Result<Vec<(i64, String)>> {
    let people = links::people(tx, &authors(parts, false), &authors(parts, true))?;
    Ok(people.into_iter().filter_map(|p| Some((p.id, p.name.or(p.email)?))).collect())
}

/// The admins or the contacts who wrote these parts.
fn authors<I: Id>(parts: &[Part], admins: bool) -> Vec<I> {
    let written = parts.iter().filter(|p| (p.author_type == AuthorType::Admin) == admins && p.author_id != 0);
    let mut ids: Vec<I> = written.map(|p| I::new(p.author_id)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The quick replies that a part offers.
fn options(part: &Part) -> Html {
    let details: serde_json::Value =
        part.details.as_deref().and_then(|d| serde_json::from_str(d).ok()).unwrap_or_default();
    let offered = details["metadata"]["quick_reply_options"].as_array().cloned().unwrap_or_default();
    let texts: Vec<String> = offered.iter().filter_map(|o| o["text"].as_str()).map(|t| format!("- {t}")).collect();
    Html::of_text(&texts.join("\n")).unwrap_or_default()
}

/// The names of the attachments that a column lists, if there are any.
fn files(tx: &mut WorkspaceTx, listed: Option<&str>) -> Result<Option<Html>> {
    let Some(ids) = listed.map(attachment_ids) else { return Ok(None) };
    let found = attachments::get_many(tx, &ids)?;
    let names: Vec<&str> = found.iter().map(|file| file.name.as_str()).collect();
    Ok((!names.is_empty()).then(|| Html::inline(&names.join(", "))))
}
