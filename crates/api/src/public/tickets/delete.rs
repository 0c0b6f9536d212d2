//! `DELETE /tickets/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;
use serde::Serialize;

use super::id;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct Deleted {
    id: String,
    object: &'static str,
    deleted: bool,
}

/// Deletes a ticket for good.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.write(move |tx, actor| tickets::delete(tx, actor, id)).await?;
    request.json(&Deleted { id: id.to_string(), object: "ticket", deleted: true })
}
