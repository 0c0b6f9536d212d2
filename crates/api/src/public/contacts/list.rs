//! `GET /contacts`

use deskwire_domain::contacts;
use deskwire_domain::error::Result;
use deskwire_store::search::Position;

use super::view;
use crate::page::{Cursored, Limits};
use crate::reply::Reply;
use crate::request::Request;

const LIMITS: Limits = Limits { default: 10, most: 150 };

/// Contacts, newest first.
pub async fn handle(request: Request) -> Result<Reply> {
    let page = Cursored::read(&request, LIMITS)?;
    let after = page.after.as_deref().map(Position::decode).transpose()?;
    let (actor, limit) = (request.actor(), page.per_page);
    let history = request.query_flag("include_merge_history");
    let (found, contacts) = request
        .db()
        .search(move |tx| {
            let found = contacts::list(tx, &actor, after.as_ref(), limit)?;
            let mut contacts = contacts::find_many(tx, &actor, &found.ids)?;
            super::with_history(tx, &actor, history, &mut contacts)?;
            Ok((found, contacts))
        })
        .await?;
    view::page(&request, &page, &found, &contacts)
}
