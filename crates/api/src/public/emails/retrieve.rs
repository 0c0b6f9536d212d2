//! `GET /emails/{id}`

use deskwire_domain::emails;
use deskwire_domain::error::Result;
use deskwire_domain::ids::EmailSettingId;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One email address.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = EmailSettingId::parse(request.param("id"));
    let setting = request.read(move |cx| emails::find(cx, id)).await?;
    request.json(&View::new(&setting, &request))
}
