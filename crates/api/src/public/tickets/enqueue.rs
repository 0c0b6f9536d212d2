//! `POST /tickets/enqueue`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::input;
use crate::public::jobs::status;
use crate::reply::Reply;
use crate::request::Request;

/// Enqueues the creation of a ticket. Errors that can be detected now are returned now.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = input::new(&request.body, request.version())?;
    let job = request.write(move |cx| tickets::enqueue(cx, &new)).await?;
    request.json(&status::ticket(&request.origin, &job))
}
