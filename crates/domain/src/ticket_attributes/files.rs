//! Values that are files: given by URL, fetched after the commit, and stored as attachments.

use serde_json::{Value, json};

use crate::Cx;
use crate::actor::Actor;
use crate::attachments::{self, MAX_FILES, New};
use crate::error::{Error, Result};
use crate::ids::AttachmentId;

use crate::ticket_types::TicketTypeAttribute;

/// The maximum length of a URL or a name, in bytes.
const MAX_LENGTH: usize = 2_000;

/// Normalizes the files of a request, each a URL or an object with a `url` and an optional `name`, to objects.
pub(super) fn given(attribute: &TicketTypeAttribute, files: &[Value]) -> Result<Vec<Value>> {
    let most = if attribute.allow_multiple_values { MAX_FILES } else { 1 };
    if files.len() > most {
        return Err(Error::invalid(format!("The ticket attribute '{}' takes at most {most} files", attribute.name)));
    }
    let short = |text: &&str| text.len() <= MAX_LENGTH;
    let file = |file: &Value| {
        let url = file.as_str().or_else(|| file["url"].as_str()).filter(short)?;
        attachments::is_address(url).then(|| json!({"url": url, "name": file["name"].as_str().filter(short)}))
    };
    let wrong = || Error::invalid(format!("Each file of '{}' must have an http(s) url", attribute.name));
    files.iter().map(|f| file(f).ok_or_else(wrong)).collect()
}

/// Adds the given files as attachments. Returns their ids. Files that the ticket already has, given by their URL or id,
/// stay.
pub(super) fn keep(cx: &mut Cx, before: Option<&Value>, given: &[Value]) -> Result<Value> {
    let actor = cx.actor();
    let known = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut kept = Vec::with_capacity(given.len());
    for file in given {
        let Some(url) = file["url"].as_str() else {
            kept.push(file.clone());
            continue;
        };
        if let Some(own) = own(actor, url).map(|own| Value::from(own.number())).filter(|own| known.contains(own)) {
            kept.push(own);
            continue;
        }
        let new = New::Url { url: url.to_owned(), name: file["name"].as_str().map(str::to_owned) };
        kept.extend(attachments::insert(cx, &[new])?.into_iter().map(|id| Value::from(id.number())));
    }
    Ok(kept.into())
}

/// The id of the attachment that one of our own URLs refers to.
fn own(actor: &Actor, url: &str) -> Option<AttachmentId> {
    let (_, path) = url.split_once("://")?.1.split_once('/')?;
    let (id, _) =
        path.strip_prefix("attachments/")?.strip_prefix(actor.workspace())?.strip_prefix('/')?.split_once('/')?;
    AttachmentId::parse(id)
}

/// The ids of the attachments among a ticket's values.
pub fn ids(stored: &str) -> Vec<AttachmentId> {
    // Nearly all tickets have none, and only they hold arrays.
    if !stored.contains('[') {
        return Vec::new();
    }
    let lists = super::parse(stored).into_iter().filter_map(|(_, value)| match value {
        Value::Array(ids) => Some(ids),
        _ => None,
    });
    lists.flatten().filter_map(|id| id.as_i64()).map(AttachmentId::new).collect()
}
