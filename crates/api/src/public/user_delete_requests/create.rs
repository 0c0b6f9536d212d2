//! `POST /user_delete_requests`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;
use serde::Serialize;

use crate::public::contacts::input;
use crate::reply::Reply;
use crate::request::Request;

#[derive(Serialize)]
struct View {
    id: i64,
}

/// Deletes a contact permanently at the person's request.
pub async fn handle(request: Request) -> Result<Reply> {
    let contact = input::named(&request.body, "intercom_user_id")?;
    let id = request.write(move |cx| contacts::delete_by_request(cx, contact)).await?;
    request.json(&View { id })
}
