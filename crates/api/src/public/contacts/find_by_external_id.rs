//! `GET /contacts/find_by_external_id/{external_id}`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view;
use crate::reply::Reply;
use crate::request::Request;

/// Finds a contact by its external id.
pub async fn handle(request: Request) -> Result<Reply> {
    let external_id = request.param("external_id").to_owned();
    let history = request.query_flag("include_merge_history", false)?;
    let found = request.read(move |cx| {
        let mut full = contacts::find_by_external_id(cx, &external_id)?;
        if history {
            contacts::load_merge_history(cx, std::slice::from_mut(&mut full))?;
        }
        Ok(full)
    });
    let full = found.await?;
    request.json(&view::Source::new(request.caller().workspace(), &full).view()?)
}
