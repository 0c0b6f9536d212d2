//! `GET /teams`

use deskwire_domain::error::Result;
use deskwire_domain::teams;
use serde::Serialize;

use super::view::View;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct List<'a> {
    r#type: &'static str,
    teams: Vec<View<'a>>,
}

/// All teams.
pub async fn handle(request: Request) -> Result<Reply> {
    let teams = request.read(teams::list).await?;
    let version = request.version();
    request.json(&List { r#type: "team.list", teams: teams.iter().map(|t| View::new(t, version)).collect() })
}
