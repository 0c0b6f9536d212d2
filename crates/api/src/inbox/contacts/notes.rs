//! `POST /app/v1/contacts/{id}/notes`

use deskwire_domain::error::{Error, Result};
use deskwire_domain::html::Html;
use deskwire_domain::notes::{self, Subject};
use serde::Deserialize;

use super::super::request::Request;
use super::{id, view};
use crate::reply::Reply;

/// The body of the request: a new note.
#[derive(Deserialize)]
pub(in super::super) struct New {
    html: String,
}

impl New {
    /// Its text as sanitized HTML; an error if no text is left. `origin` is the origin by which the browser reaches
    /// this server.
    pub(in super::super) fn html(&self, origin: &str) -> Result<Html> {
        let read = Html::read(&self.html, origin, "html")?;
        read.ok_or_else(|| Error::missing("html is required").field("html"))
    }
}

/// Writes a note on a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, html) = (id(&request)?, request.body::<New>()?.html(&request.origin)?);
    request
        .write(move |cx| {
            let note = notes::create(cx, Subject::Contact(id), None, &html)?;
            Ok(view::CreatedNote { note: view::note(&note) })
        })
        .await
}
