//! `GET /fin_voice/external_id/{external_id}`

use deskwire_domain::calls::Registered;
use deskwire_domain::error::Result;

use super::collect::show;
use crate::reply::Reply;
use crate::request::Request;

/// Finds a call by its provider's id.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = Registered::ExternalId(request.param("external_id").to_owned());
    show(&request, id).await
}
