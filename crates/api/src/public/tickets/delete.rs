//! `DELETE /tickets/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::input::id;
use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Deletes a ticket permanently.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = id(&request)?;
    request.write(move |cx| tickets::delete(cx, id)).await?;
    request.json(&Deleted::new("ticket", id.to_string()))
}
