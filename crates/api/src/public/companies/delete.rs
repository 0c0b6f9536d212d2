//! `DELETE /companies/{id}`

use deskwire_domain::companies;
use deskwire_domain::error::Result;

use crate::public::deleted::Deleted;
use crate::reply::Reply;
use crate::request::Request;

/// Archives a company permanently and detaches its contacts.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    request.write(move |cx| companies::delete(cx, id)).await?;
    request.json(&Deleted::new("company", id.to_string()))
}
