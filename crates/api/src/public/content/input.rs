//! Reading the fields that all kinds of content share from requests.

use deskwire_domain::articles::body as bodies;
use deskwire_domain::content::Availability;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::{AudienceId, FolderId};
use serde_json::Value;

use crate::body::{Body, Patch, must_be};

/// The maximum number of audiences of a content.
const MAX_AUDIENCES: usize = 100;

/// A body in HTML or, in versions that have it, in Markdown. `origin` is the URL of this server. Parsing long texts is
/// slow, so it happens before the transaction.
pub(crate) fn html(body: &Body, origin: &str, with_markdown: bool) -> Result<Option<String>> {
    let text = |field: &'static str| match body.get(field) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some("")),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(must_be(field, "a string")),
    };
    let (html, markdown) = (text("body")?, if with_markdown { text("body_markdown")? } else { None });
    match (html, markdown) {
        (Some(_), Some(_)) => {
            let message = "body and body_markdown cannot be set in the same request";
            Err(Error::new(ErrorKind::Unprocessable, message).field("body_markdown"))
        }
        (Some(html), None) => bodies::read(html, origin, "body").map(Some),
        (None, Some(markdown)) => bodies::read_markdown(markdown, origin, "body_markdown").map(Some),
        (None, None) => Ok(None),
    }
}

/// Which AI agents may use a content.
pub(crate) fn availability(body: &Body) -> Result<Availability> {
    let flag = |key| body.boolean(key).map(Option::flatten);
    Ok(Availability {
        ai_chatbot: flag("ai_chatbot_availability")?,
        ai_copilot: flag("ai_copilot_availability")?,
        ai_sales_agent: flag("ai_sales_agent_availability")?,
    })
}

/// The audiences of a content: one id, or a list of them; null for none.
pub(crate) fn audiences(body: &Body) -> Result<Option<Vec<AudienceId>>> {
    const KEY: &str = "audience_ids";
    let invalid = || must_be(KEY, "an integer or an array of integers");
    let digits = |value: &Value| value.as_i64().or_else(|| value.as_str()?.parse().ok());
    let id = |value: &Value| digits(value).filter(|id| *id > 0).map(AudienceId::new).ok_or_else(invalid);
    let ids = match body.get(KEY) {
        None => return Ok(None),
        Some(Value::Null) => Vec::new(),
        Some(Value::Array(ids)) if ids.len() <= MAX_AUDIENCES => ids.iter().map(id).collect::<Result<_>>()?,
        Some(Value::Array(_)) => {
            return Err(Error::invalid(format!("{KEY} has more than {MAX_AUDIENCES} ids")).field(KEY));
        }
        Some(one) => vec![id(one)?],
    };
    Ok(Some(ids))
}

/// The folder of a content; null for none.
pub(crate) fn folder(body: &Body) -> Result<Patch<FolderId>> {
    Ok(body.integer("folder_id")?.map(|id| id.map(FolderId::new)))
}
