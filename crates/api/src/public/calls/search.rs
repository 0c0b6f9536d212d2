//! `POST /calls/search`

use deskwire_domain::calls;
use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::ids::ConversationId;
use serde_json::Value;

use super::view::{View, WithTranscript};
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// The calls of some conversations, with their transcripts.
pub async fn handle(request: Request) -> Result<Reply> {
    let ids = conversation_ids(&request)?;
    let found = request.search(move |cx| calls::search(cx, &ids)).await?;
    let views = found.iter().map(|(full, said)| WithTranscript::new(View::new(full, &request.origin), said)).collect();
    request.json(&List::<WithTranscript<'_>>::whole(views))
}

/// The ids in the request, without those that cannot be ids of conversations.
fn conversation_ids(request: &Request) -> Result<Vec<ConversationId>> {
    let limit = || ErrorKind::ConversationIdLimit.into();
    let Some(Value::Array(ids)) = request.body.get("conversation_ids") else { return Err(limit()) };
    if ids.is_empty() || ids.len() > calls::MAX_SEARCHED {
        return Err(limit());
    }
    let read = |id: &Value| match id {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let ids: Vec<String> = ids.iter().map(read).collect::<Option<_>>().ok_or_else(limit)?;
    Ok(ids.iter().filter_map(|id| ConversationId::parse(id)).collect())
}
