//! `PUT /contacts/{id}`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::{input, view};
use crate::reply::Reply;
use crate::request::Request;

/// Changes a contact.
pub async fn handle(request: Request) -> Result<Reply> {
    let (id, input) = (input::id(&request)?, input::read(&request.body, request.caller().tenant())?);
    let history = request.query_flag("include_merge_history", false)?;
    let updated = request.write(move |cx| {
        let mut full = contacts::update(cx, id, &input)?;
        if history {
            contacts::load_merge_history(cx, std::slice::from_mut(&mut full))?;
        }
        Ok(full)
    });
    let full = updated.await?;
    request.json(&view::Source::new(request.caller().workspace(), &full).view()?)
}
