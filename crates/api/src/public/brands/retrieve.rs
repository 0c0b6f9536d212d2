//! `GET /brands/{id}`

use deskwire_domain::brands;
use deskwire_domain::error::Result;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

/// One brand.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.param("id").to_owned();
    let brand = request.read(move |cx| brands::find(cx, &id)).await?;
    request.json(&View::new(&brand, &request))
}
