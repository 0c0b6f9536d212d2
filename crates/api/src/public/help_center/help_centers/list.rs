//! `GET /help_center/help_centers`

use deskwire_domain::error::Result;
use deskwire_domain::help_centers;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All help centers.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(help_centers::list).await?;
    request.json(&List::whole(all.iter().map(|center| View::new(center, &request)).collect()))
}
