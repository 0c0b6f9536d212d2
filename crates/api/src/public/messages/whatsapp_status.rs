//! `GET /messages/whatsapp/status`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::ConversationId;
use deskwire_domain::messages::{self, WhatsappStatus};
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

/// The only type of event that the description has.
pub(super) const EVENT: &str = "broadcast_outbound";

#[derive(Serialize)]
struct View<'a> {
    conversation_id: ConversationId,
    status: WhatsappStatus,
    r#type: &'static str,
    created_at: i64,
    updated_at: i64,
    /// Empty without a template: clients require it.
    template_name: &'a str,
    message_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Failure<'a>>,
}

#[derive(Serialize)]
struct Failure<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<&'a str>,
}

/// The status of a `WhatsApp` message.
pub async fn handle(request: Request) -> Result<Reply> {
    let Some(id) = request.query("message_id").map(String::from) else {
        return Err(Error::missing("message_id is required"));
    };
    let message = request.read(move |cx| messages::whatsapp_message(cx, &id)).await?;
    let details = message.error_details.as_deref();
    request.json(&View {
        conversation_id: message.conversation_id,
        status: message.status,
        r#type: EVENT,
        created_at: message.created_at,
        updated_at: message.updated_at,
        template_name: message.template_name.as_deref().unwrap_or_default(),
        message_id: &message.message_id,
        error: message.error_message.as_deref().map(|message| Failure { message, details }),
    })
}
