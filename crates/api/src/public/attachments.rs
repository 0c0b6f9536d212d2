//! Attachments as the API represents them in conversations.

use deskwire_domain::conversations::{Context, attachment_ids};
use deskwire_domain::ids::AttachmentId;
use serde::Serialize;
use serde_json::Value;

use super::conversations::scene::Scene;

/// An attachment.
#[derive(Serialize)]
pub(crate) struct View<'a> {
    r#type: &'static str,
    name: &'a str,
    url: String,
    content_type: &'a str,
    filesize: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<Value>,
}

/// The attachments that a column lists.
pub(crate) fn views<'a>(json: Option<&str>, context: &'a Context, scene: &Scene<'_>) -> Vec<View<'a>> {
    let ids = json.map(attachment_ids).unwrap_or_default();
    ids.into_iter().filter_map(|id| one(id, context, scene)).collect()
}

/// One attachment; `None` if it does not exist.
pub(crate) fn one<'a>(id: AttachmentId, context: &'a Context, scene: &Scene<'_>) -> Option<View<'a>> {
    let file = context.attachment(id)?;
    let size = |of: Option<i64>| of.map(Value::from).or(scene.is_complete.then_some(Value::Null));
    Some(View {
        r#type: "upload",
        name: &file.name,
        url: format!("{}{}", scene.origin, context.attachment_path(scene.workspace, file)),
        content_type: &file.content_type,
        filesize: file.filesize,
        width: size(file.width),
        height: size(file.height),
    })
}
