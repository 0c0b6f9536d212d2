//! `PUT /conversations/{id}/conversation_parts/{part_id}`

use deskwire_domain::conversations::{self, PartStatus, Proof};
use deskwire_domain::error::{Error, ErrorKind, Result};

use super::input::id;
use super::parts;
use super::scene::Scene;
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;

/// Records the delivery status of a part, or that an admin saw it. It requires a secret besides the token: see
/// [`Proof`].
pub async fn handle(request: Request) -> Result<Reply> {
    let id = (id(&request)?, request.id("part_id", ErrorKind::ResourceNotFound)?);
    if request.body.boolean("experimental")?.flatten() != Some(true) {
        return Err(ErrorKind::Forbidden.into());
    }
    let secret = request.body.text("secret")?.flatten().unwrap_or_default();
    let proof = Proof { token: request.caller().token_id(), secret };
    let status = read(&request.body)?;
    let write = request.write(move |cx| conversations::update_part(cx, id, &proof, &status));
    let (part, context) = write.await?;
    request.json(&parts::view(&part, &[], &context, &Scene::of(&request)))
}

fn read(body: &Body) -> Result<PartStatus> {
    if let Some(state) = body.text("send_state")?.flatten() {
        return Ok(PartStatus::Sent { state, info: body.text("info_message")?.flatten() });
    }
    match body.boolean("seen")?.flatten() {
        Some(true) => Ok(PartStatus::Seen(body.needed_id("admin_id")?)),
        Some(false) => Err(Error::invalid("seen can only be true").field("seen")),
        None => Err(Error::missing("send_state or seen is required").field("send_state")),
    }
}
