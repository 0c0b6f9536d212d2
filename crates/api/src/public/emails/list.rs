//! `GET /emails`

use deskwire_domain::emails;
use deskwire_domain::error::Result;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// All email addresses.
pub async fn handle(request: Request) -> Result<Reply> {
    let all = request.read(emails::list).await?;
    request.json(&List::whole(all.iter().map(|setting| View::new(setting, &request)).collect()))
}
