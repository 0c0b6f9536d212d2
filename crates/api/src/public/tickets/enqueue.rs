//! `POST /tickets/enqueue`

use deskwire_domain::error::Result;
use deskwire_domain::tickets;

use super::input;
use crate::public::jobs::status;
use crate::reply::Reply;
use crate::request::Request;

/// Makes a ticket later. What is wrong with it is told now, as far as it can be seen.
pub async fn handle(request: Request) -> Result<Reply> {
    let new = input::new(&request.body, request.version())?;
    let job = request.write(move |cx| tickets::enqueue(cx, &new)).await?;
    request.json(&status::ticket(&request.origin, &job))
}
