//! `GET /secure_mode_secrets`

use deskwire_domain::error::Result;
use deskwire_domain::secure_mode_secrets;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All secrets, without the secrets themselves.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(secure_mode_secrets::list).await?;
    request.json(&List::whole(all.iter().map(View::listed).collect()))
}
