//! `POST /companies/{id}/notes`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::notes::Subject;

use crate::public::notes::view;
use crate::reply::Reply;
use crate::request::Request;

/// Writes a note on a company.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::CompanyNotFound)?;
    view::create(&request, Subject::Company(id)).await
}
