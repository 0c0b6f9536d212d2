//! `DELETE /companies/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::{companies, ids};
use serde::Serialize;

use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View {
    id: String,
    object: &'static str,
    deleted: bool,
}

/// Archives a company for good and detaches its contacts.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::id(&request)?;
    request.write(move |tx, actor| companies::delete(tx, actor, id)).await?;
    request.json(&View { id: ids::hex(id), object: "company", deleted: true })
}
