//! `GET /conversations/attributes`

use deskwire_domain::conversation_attributes;
use deskwire_domain::error::Result;

use super::view::View;
use crate::page::List;
use crate::reply::Reply;
use crate::request::Request;

/// The attributes of conversations.
pub async fn handle(request: Request) -> Result<Reply> {
    let archived = request.query_flag("include_archived", false)?;
    let all = request.read(move |cx| conversation_attributes::list(cx, archived)).await?;
    request.json(&List::whole(all.iter().map(View::of).collect::<Result<_>>()?))
}
