//! `GET /contacts/{id}/segments`

use deskwire_domain::error::Result;
use deskwire_domain::segments;

use crate::page::List;
use crate::public::contacts::input;
use crate::public::segments::View;
use crate::reply::Reply;
use crate::request::Request;

/// The segments a contact is in.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let all = request.read(move |cx| segments::of_contact(cx, id)).await?;
    request.json(&List::whole(all.iter().map(View::from).collect()))
}
