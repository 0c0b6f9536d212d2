//! `POST /contacts/{id}/companies`

use deskwire_domain::companies;
use deskwire_domain::error::{Error, Result};
use deskwire_domain::ids::CompanyId;

use crate::public::companies::view;
use crate::public::contacts::input;
use crate::reply::Reply;
use crate::request::Request;

/// Attaches a company to a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let named = request.body.id("id")?.flatten().filter(|text| !text.is_empty());
    let company = CompanyId::parse(&named.ok_or_else(|| Error::missing("company not specified"))?);
    let full = request.write(move |cx| companies::attach(cx, id, company)).await?;
    view::one(&request, &full)
}
