//! `GET /contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;

use super::view;
use crate::page::{self, Limits};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 10, most: 150 };

/// Contacts, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let window = page::window(&request, LIMITS)?;
    let history = request.query_flag("include_merge_history", false)?;
    let listed = request.search(move |cx| {
        let mut page = contacts::list(cx, &window)?;
        if history {
            contacts::load_merge_history(cx, &mut page.items)?;
        }
        Ok(page)
    });
    view::page(&request, &listed.await?)
}
