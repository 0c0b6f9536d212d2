//! `GET /teams`

use deskwire_domain::error::Result;
use deskwire_domain::teams;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All teams.
pub async fn handle(request: Request) -> Result<Reply> {
    let teams = request.read(teams::list).await?;
    let version = request.version();
    let views = teams.iter().map(|t| View::new(t, version)).collect();
    request.json(&List::whole(views).named("team.list", "teams"))
}
