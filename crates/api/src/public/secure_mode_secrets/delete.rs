//! `DELETE /secure_mode_secrets/{id}`

use deskwire_domain::error::Result;
use deskwire_domain::ids::SecureModeSecretId;
use deskwire_domain::secure_mode_secrets;
use http::StatusCode;

use crate::reply::Reply;
use crate::request::Request;

/// Deletes a secret.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, ip) = (SecureModeSecretId::parse(request.param("id")), request.ip());
    request.write(move |cx| secure_mode_secrets::delete(cx, id, ip.as_deref())).await?;
    Ok(Reply::empty(StatusCode::NO_CONTENT))
}
