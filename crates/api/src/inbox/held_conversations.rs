//! `/app/v1/held_conversations`: conversations that the teammate starts, which can be withdrawn for a moment.

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::HeldConversationId;
use deskwire_domain::inbox::held_conversations::{self as verbs, HeldConversation, Message, Problem};
use deskwire_domain::{Cx, Noun, Person};

use super::conversations::read_new;
use super::request::Request;
use super::rows::{Needs, Rows};
use super::types::{self, Failure, HeldConversations, HeldMessage, HeldRecipient};
use super::uploads;
use crate::reply::Reply;

/// The rows.
pub(super) fn rows(rows: &mut Rows) {
    rows.row("POST /app/v1/held_conversations", Needs::write(Noun::Conversations), hold);
    // Teammates get their own words back, whatever their role permits by now.
    rows.row("GET /app/v1/held_conversations", Needs::Session, list);
    rows.row("GET /app/v1/held_conversations/{id}", Needs::Session, show);
    rows.row("POST /app/v1/held_conversations/{id}/withdraw", Needs::Session, withdraw);
}

/// Holds a conversation that the teammate starts. The answer has no message, because stored answers would keep its text
/// after the conversation is deleted.
async fn hold(request: Request) -> Result<Reply> {
    let new = read_new(&request)?;
    request
        .write(move |cx| {
            let held = verbs::hold(cx, &new)?;
            Ok(types::HeldConversation { message: None, ..view(cx, &held)? })
        })
        .await
}

/// The teammate's conversations that wait or could not be sent.
async fn list(request: Request) -> Result<Reply> {
    request
        .read(|cx| {
            let items = verbs::unsent(cx)?.iter().map(|held| view(cx, held)).collect::<Result<_>>()?;
            Ok(HeldConversations { items })
        })
        .await
}

/// What became of one.
async fn show(request: Request) -> Result<Reply> {
    let id: HeldConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    request
        .read(move |cx| {
            let held = verbs::find(cx, id)?;
            view(cx, &held)
        })
        .await
}

/// Withdraws one, and responds with its message. Responds 409 if it was already sent.
async fn withdraw(request: Request) -> Result<Reply> {
    let id: HeldConversationId = request.id("id", ErrorKind::ResourceNotFound)?;
    request
        .write(move |cx| {
            let held = verbs::withdraw(cx, id)?;
            view(cx, &held)
        })
        .await
}

fn view(cx: &mut Cx, held: &HeldConversation) -> Result<types::HeldConversation> {
    let error = verbs::problem_of(held)?.map(|Problem { code, message }| Failure { code, message, field: None });
    let message = match verbs::message_of(held)? {
        Some(message) => {
            Some(HeldMessage { attachments: uploads::views(cx, &verbs::files(held))?, ..content(message) })
        }
        None => None,
    };
    Ok(types::HeldConversation {
        id: held.id.to_string(),
        held_until: held.held_until,
        conversation_id: held.conversation_id.map(|id| id.to_string()),
        error,
        message,
    })
}

/// A message without its files.
fn content(message: Message) -> HeldMessage {
    let id = if let Person::Id(id) = message.to { Some(id) } else { None };
    HeldMessage {
        to: HeldRecipient { id, name: message.name, email: message.email },
        cc: addresses(message.cc),
        bcc: addresses(message.bcc),
        channel: message.channel.unwrap_or_else(|| "messenger".to_owned()),
        subject: message.subject.unwrap_or_default(),
        html: message.html,
        attachments: Vec::new(),
    }
}

fn addresses(people: Vec<Person>) -> Vec<String> {
    people
        .into_iter()
        .filter_map(|person| if let Person::Email(address) = person { Some(address) } else { None })
        .collect()
}
