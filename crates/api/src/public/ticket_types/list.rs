//! `GET /ticket_types`

use deskwire_domain::error::Result;
use deskwire_domain::ticket_types;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All ticket types, archived ones included.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(ticket_types::list).await?;
    let workspace = request.caller().workspace();
    request.json(&List::whole(all.iter().map(|of| View::of(workspace, of)).collect()))
}
