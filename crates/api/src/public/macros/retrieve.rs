//! `GET /macros/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::MacroId;
use deskwire_domain::macros;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One macro.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = MacroId::parse(request.param("id"));
    let found = request.read(move |cx| macros::find(cx, id)).await?;
    request.json(&View::from(&found))
}
