//! `POST /conversations/attributes/{id}/options`, `PUT` and `DELETE /conversations/attributes/{id}/options/{option_id}`

use deskwire_domain::conversation_attributes::{self, invalid};
use deskwire_domain::error::Result;
use serde_json::Value;

use super::id;
use super::view::View;
use crate::body::Body;
use crate::reply::Reply;
use crate::request::Request;

/// Adds an option to a list.
pub async fn create(request: Request) -> Result<Reply> {
    let (id, label) = (id(&request), label(&request.body)?);
    let write = request.write(move |cx| conversation_attributes::add_option(cx, id, &label));
    let after = write.await?;
    request.json(&View::of(&after)?)
}

/// Renames an option.
pub async fn update(request: Request) -> Result<Reply> {
    let (id, label) = (id(&request), label(&request.body)?);
    let option = request.param("option_id").to_owned();
    let write = request.write(move |cx| conversation_attributes::rename_option(cx, id, &option, &label));
    let after = write.await?;
    request.json(&View::of(&after)?)
}

/// Archives an option.
pub async fn delete(request: Request) -> Result<Reply> {
    let id = id(&request);
    let option = request.param("option_id").to_owned();
    let write = request.write(move |cx| conversation_attributes::archive_option(cx, id, &option));
    let after = write.await?;
    request.json(&View::of(&after)?)
}

/// The label, which is the only field.
fn label(body: &Body) -> Result<String> {
    if body.0.keys().any(|key| key != "label") {
        return Err(invalid("only 'label' is accepted"));
    }
    match body.get("label") {
        None | Some(Value::Null) => Err(invalid("label is required")),
        Some(Value::String(label)) => Ok(label.clone()),
        Some(_) => Err(invalid("label must be a string")),
    }
}
