//! `POST /app/v1/companies/{id}/notes`

use deskwire_domain::error::Result;
use deskwire_domain::notes::{self, Subject};

use super::super::contacts::{NewNote, view};
use super::super::request::Request;
use super::id;
use crate::reply::Reply;

/// Writes a note on a company.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, html) = (id(&request)?, request.body::<NewNote>()?.html(&request.origin)?);
    request
        .write(move |cx| {
            let note = notes::create(cx, Subject::Company(id), None, &html)?;
            Ok(view::CreatedNote { note: view::note(&note) })
        })
        .await
}
