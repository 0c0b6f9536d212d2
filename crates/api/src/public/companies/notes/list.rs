//! `GET /companies/{id}/notes`

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::notes::Subject;

use crate::public::notes::view;
use crate::reply::Reply;
use crate::request::Request;

/// The notes on a company, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = request.id("id", ErrorKind::CompanyNotFound)?;
    view::page(&request, Subject::Company(id)).await
}
