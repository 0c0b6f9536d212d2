//! `DELETE /contacts/{id}/companies/{company_id}`

use deskwire_domain::companies;
use deskwire_domain::error::Result;
use deskwire_domain::ids::CompanyId;

use crate::public::companies::view;
use crate::public::contacts::input;
use crate::reply::Reply;
use crate::request::Request;

/// Detaches a company from a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = input::id(&request)?;
    let company = CompanyId::parse(request.param("company_id"));
    let full = request.write(move |cx| companies::detach(cx, id, company)).await?;
    view::one(&request, &full)
}
