//! `PUT /conversations/{id}`

use deskwire_domain::conversations::{self, Update};
use deskwire_domain::error::Result;

use super::answer::changed;
use super::input::id;
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::{Feature, Version};

/// Changes the fields of a conversation.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    let update = read(&request.body, request.version())?;
    changed(request, move |cx| conversations::update(cx, id, &update)).await
}

/// Fields that the version does not have are ignored.
fn read(body: &Body, version: Version) -> Result<Update> {
    let mut update = Update {
        read: body.boolean("read")?.flatten(),
        custom_attributes: body.object("custom_attributes")?.flatten().cloned().unwrap_or_default(),
        ..Update::default()
    };
    if version.has(Feature::ConversationTitle) {
        update.title = body.text("title")?;
    }
    if version.has(Feature::ConversationCompany) {
        update.company = body.id("company_id")?;
    }
    if version.has(Feature::ConversationPriority) {
        update.priority = body.text("priority")?.flatten();
        update.admin = body.id("admin_id")?.flatten();
    }
    Ok(update)
}
