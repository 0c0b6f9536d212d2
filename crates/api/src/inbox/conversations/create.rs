//! `POST /app/v1/conversations`

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::ContactId;
use deskwire_domain::inbox::{start, thread};
use serde::Deserialize;

use super::super::request::Request;
use super::super::types::Changed;
use super::view;
use crate::reply::Reply;

#[derive(Deserialize)]
struct Body {
    contact_id: String,
    html: String,
    #[serde(default)]
    channel: Option<String>,
    #[serde(default)]
    subject: Option<String>,
}

/// Starts a conversation with a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let body: Body = request.body()?;
    let html = Html::read(&body.html, &request.origin, "html")?;
    let html = html.ok_or_else(|| Error::missing("html is required").field("html"))?;
    let contact = ContactId::parse(&body.contact_id).ok_or(ErrorKind::ContactNotFound)?;
    let new = start::New { contact, html, channel: body.channel, subject: body.subject };
    let workspace = request.actor().workspace().to_owned();
    request
        .write(move |cx| {
            let id = start::start(cx, &new)?;
            let thread = thread::find(cx, id)?;
            let scene = view::Scene { context: &thread.context, workspace: &workspace };
            let parts = view::parts(&thread.full.conversation, &thread.parts, scene);
            Ok(Changed { row: view::row(&thread.row), parts })
        })
        .await
}
