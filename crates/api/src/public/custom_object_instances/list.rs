//! `GET /custom_object_instances/{type}`

use deskwire_domain::custom_objects::{self, Which};
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::{ContactId, ConversationId};

use super::view::View;
use crate::page::{Limits, List, Numbered};
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

const LIMITS: Limits = Limits { default: 20, most: 150 };

/// The instances of a type, optionally only those related to a contact or conversation; with `external_id`, a single
/// instance.
pub async fn handle(request: Request) -> Result<Reply> {
    let identifier = request.param("type").to_owned();
    if let Some(external_id) = request.query("external_id").map(std::borrow::Cow::into_owned) {
        let found = request.read(move |cx| custom_objects::find_by_external_id(cx, &identifier, &external_id));
        return request.json(&View::of(&found.await?)?);
    }
    if !request.version().has(Feature::InstanceLists) {
        request.read(move |cx| custom_objects::find_type(cx, &identifier)).await?;
        return Err(external_id_needed());
    }
    let page = Numbered::read(&request, LIMITS)?;
    // An invalid id is related to no instance: no object has the id 0.
    let contact = request.query("references_contact_id");
    let conversation = request.query("references_conversation_id");
    let which = Which {
        contact: contact.map(|id| ContactId::parse(&id).unwrap_or_default()),
        conversation: conversation.map(|id| ConversationId::parse(&id).unwrap_or_default()),
    };
    let listed = request.search(move |cx| custom_objects::list(cx, &identifier, which, page.offset(), page.per_page));
    let found = listed.await?;
    let views = found.instances.iter().map(|(i, related)| View::new(&found.object_type.identifier, i, related));
    request.json(&List::page(views.collect::<Result<_>>()?, found.total, page.pages(&request, found.total)))
}

/// The error for a request that does not identify an instance.
pub(super) fn external_id_needed() -> Error {
    Error::missing("external_id is required").field("external_id")
}
