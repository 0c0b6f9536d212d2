//! `POST /app/v1/contacts/{id}/tags` and `DELETE /app/v1/contacts/{id}/tags/{tag_id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::{ContactId, TagId};
use deskwire_domain::{Cx, Noun, tags};
use serde::Deserialize;

use super::super::request::Request;
use super::super::rows::Needs;
use super::super::types::Tag;
use super::id;
use super::view::Tagged;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Input {
    tag_id: String,
}

/// Tags a contact.
pub async fn add(request: Request) -> Result<Reply> {
    sees_tags(&request)?;
    let (id, Input { tag_id }) = (id(&request)?, request.body()?);
    let tag = TagId::parse(&tag_id);
    request.write(move |cx| tags::tag_contact(cx, id, tag).and_then(|_| now(cx, id))).await
}

/// Removes a tag from a contact.
pub async fn remove(request: Request) -> Result<Reply> {
    sees_tags(&request)?;
    let (id, tag) = (id(&request)?, TagId::parse(request.param("tag_id")));
    request.write(move |cx| tags::untag_contact(cx, id, tag).and_then(|_| now(cx, id))).await
}

/// The answer shows all tags of the contact.
fn sees_tags(request: &Request) -> Result<()> {
    Needs::read(Noun::Tags).check(&request.teammate)
}

fn now(cx: &mut Cx, id: ContactId) -> Result<Tagged> {
    let tag = |tagging: tags::Tagging| Tag { id: tagging.tag_id, name: tagging.name };
    Ok(Tagged { tags: tags::of_contact(cx, id)?.into_iter().map(tag).collect() })
}
