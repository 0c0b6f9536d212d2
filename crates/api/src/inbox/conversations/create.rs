//! `POST /app/v1/conversations`

use deskwire_domain::Person;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::html::Html;
use deskwire_domain::inbox::{start, thread};

use super::super::request::Request;
use super::super::types::{Changed, Forwarded, NewConversation, PartRef};
use super::view;
use crate::reply::Reply;

/// The maximum number of addresses in copy.
const MAX_COPIES: usize = 20;

/// Starts a conversation at once, with a contact, or with an email address, for which a contact is created. The inbox
/// holds it instead (`held_conversations.rs`); pages of earlier releases, and what they have not sent yet, call this.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = read(&request)?;
    request
        .write(move |cx| {
            let id = start::start(cx, &new)?;
            let thread = thread::find(cx, id)?;
            let scene = view::Scene { context: &thread.context, workspace: cx.workspace() };
            let parts = view::parts(&thread.full.conversation, &thread.parts, scene);
            Ok(Changed { row: view::row(&thread.row), parts })
        })
        .await
}

/// The conversation to start.
pub(crate) fn read(request: &Request) -> Result<start::New> {
    let body: NewConversation = request.body()?;
    let html = Html::read(&body.html, &request.origin, "html")?;
    let to = match (body.contact_id, body.email) {
        (Some(id), None) => Person::Id(id),
        (None, Some(email)) => Person::Email(email),
        _ => return Err(Error::missing("Either contact_id or email is required").field("contact_id")),
    };
    let (cc, bcc) = (copies("cc", body.cc)?, copies("bcc", body.bcc)?);
    let forwarded = body.forwarded.into_iter().map(forwarded).collect::<Result<_>>()?;
    Ok(start::New {
        to,
        cc,
        bcc,
        html,
        origin: request.origin.clone(),
        attachments: body.attachment_ids,
        forwarded,
        channel: body.channel,
        subject: body.subject,
    })
}

fn forwarded(of: Forwarded) -> Result<start::Forwarded> {
    let wrong = || Error::invalid("part_id must be the id of a part").field("forwarded");
    let part = match PartRef::parse(&of.part_id).ok_or_else(wrong)? {
        PartRef::Source => None,
        PartRef::Part(id) => Some(id),
    };
    Ok(start::Forwarded { conversation: of.conversation_id, part, attachments: of.attachment_ids })
}

fn copies(field: &'static str, addresses: Vec<String>) -> Result<Vec<Person>> {
    if addresses.len() > MAX_COPIES {
        return Err(Error::invalid(format!("{field} may name {MAX_COPIES} addresses at most")).field(field));
    }
    Ok(addresses.into_iter().map(Person::Email).collect())
}
