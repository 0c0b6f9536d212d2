//! `GET /brands`

use deskwire_domain::brands;
use deskwire_domain::error::Result;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All brands.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(brands::list).await?;
    request.json(&List::whole(all.iter().map(|brand| View::new(brand, &request)).collect()))
}
