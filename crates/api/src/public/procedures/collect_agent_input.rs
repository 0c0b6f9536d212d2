//! `POST /procedures/{conversation_id}/collect_agent_input`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::fin::procedures;
use deskwire_domain::ids::ConversationId;
use serde::Serialize;
use serde_json::Value;

use crate::body::{Body, must_be};
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View {}

/// The maximum number of values in one answer.
const MAX: usize = 100;

/// Records a teammate's answer for a procedure, which then continues.
pub async fn handle(request: Request) -> Result<Reply> {
    let conversation: ConversationId = request.id("conversation_id", ErrorKind::ResourceNotFound)?;
    let missing = |field: &'static str| Error::missing(format!("{field} is required")).field(field);
    let step_id = request.body.id("step_id")?.flatten().ok_or_else(|| missing("step_id"))?;
    let values = values(&request.body)?.ok_or_else(|| missing("attribute_values"))?;
    let origin = request.origin.clone();
    request.write(move |cx| procedures::collect(cx, conversation, &step_id, &values, &origin)).await?;
    request.json(&View {})
}

fn values(body: &Body) -> Result<Option<Vec<(String, Value)>>> {
    let Some(items) = body.array("attribute_values")?.flatten() else { return Ok(None) };
    if items.len() > MAX {
        return Err(Error::invalid(format!("attribute_values has more than {MAX} values")).field("attribute_values"));
    }
    let pair = |item: &Value| Some((item.get("identifier")?.as_str()?.to_owned(), item.get("value")?.clone()));
    let pairs: Option<Vec<_>> = items.iter().map(pair).collect();
    pairs.map(Some).ok_or_else(|| must_be("attribute_values", "an array of objects with identifier and value"))
}
