//! `GET /contacts/{id}`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view;
use crate::reply::Reply;
use crate::request::Request;

/// One contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let id = super::input::id(&request)?;
    let history = request.query_flag("include_merge_history", false)?;
    let found = request.read(move |cx| {
        let mut full = contacts::find(cx, id)?;
        if history {
            contacts::load_merge_history(cx, std::slice::from_mut(&mut full))?;
        }
        Ok(full)
    });
    let full = found.await?;
    request.json(&view::Source::new(request.caller().workspace(), &full).view()?)
}
