//! `GET /messages/status`

use deskwire_domain::Cx;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ContactId, ConversationId, WhatsappMessageId};
use deskwire_domain::messages::{self, WhatsappMessage, WhatsappStatus};
use serde::Serialize;

use super::whatsapp_status::EVENT;
use crate::page::{self, pages_of};
use crate::reply::Reply;
use crate::request::Request;

/// The length of a page: the default and the maximum.
const PER_PAGE: (i64, i64) = (50, 100);

#[derive(Serialize)]
struct List<'a> {
    r#type: &'static str,
    ruleset_id: &'a str,
    pages: Pages,
    total_count: i64,
    events: Vec<Event<'a>>,
}

#[derive(Serialize)]
struct Pages {
    r#type: &'static str,
    per_page: i64,
    total_pages: i64,
    next: Option<Next>,
}

#[derive(Serialize)]
struct Next {
    starting_after: String,
}

#[derive(Serialize)]
struct Event<'a> {
    id: WhatsappMessageId,
    conversation_id: ConversationId,
    /// The contact.
    user_id: ContactId,
    status: WhatsappStatus,
    r#type: &'static str,
    created_at: i64,
    updated_at: i64,
    whatsapp_message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    template_name: Option<&'a str>,
}

impl<'a> From<&'a WhatsappMessage> for Event<'a> {
    fn from(message: &'a WhatsappMessage) -> Self {
        Self {
            id: message.id,
            conversation_id: message.conversation_id,
            user_id: message.contact_id,
            status: message.status,
            r#type: EVENT,
            created_at: message.created_at,
            updated_at: message.updated_at,
            whatsapp_message_id: &message.message_id,
            template_name: message.template_name.as_deref(),
        }
    }
}

/// The status of the `WhatsApp` messages of a bulk message, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let Some(ruleset_id) = request.query("ruleset_id").map(String::from) else {
        return Err(Error::missing("ruleset_id is required"));
    };
    let per_page = request.query_integer("per_page")?.unwrap_or(PER_PAGE.0).clamp(1, PER_PAGE.1);
    let (ruleset, cursor) = (ruleset_id.clone(), page::cursor(&request)?.map(String::from));
    let verb = move |cx: &mut Cx| messages::whatsapp_messages(cx, &ruleset, cursor.as_deref(), per_page);
    let page = request.search(verb).await?;
    let next = page.next.map(|starting_after| Next { starting_after });
    request.json(&List {
        r#type: "list",
        ruleset_id: &ruleset_id,
        pages: Pages { r#type: "pages", per_page, total_pages: pages_of(page.total, per_page), next },
        total_count: page.total,
        events: page.messages.iter().map(Event::from).collect(),
    })
}
