//! `GET /fin_voice/collect/{id}`

use deskwire_domain::calls::{self, Registered};
use deskwire_domain::error::{ErrorKind, Result};

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// Finds the call registered under an id.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = Registered::Id(request.id("id", ErrorKind::CallNotFound)?);
    show(&request, id).await
}

/// A registered call.
pub(super) async fn show(request: &Request, which: Registered) -> Result<Reply> {
    let (call, said) = request.read(move |cx| calls::registered(cx, &which)).await?;
    request.json(&View::new(&call, &said, request.caller().workspace()))
}
