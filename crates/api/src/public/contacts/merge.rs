//! `POST /contacts/merge`

use deskwire_domain::contacts::{self, Merge};
use deskwire_domain::error::Result;

use super::view;
use crate::reply::Reply;
use crate::request::Request;
use crate::versions::Feature;

/// Merges a lead into a user.
pub async fn handle(request: Request) -> Result<Reply> {
    let merge = read(&request)?;
    let history = request.query_flag("include_merge_history", false)?;
    let merged = request.write(move |cx| {
        // A failed merge is recorded among the contact's activities, so the transaction must commit.
        let mut merged = contacts::merge(cx, merge)?;
        if history && let Ok(full) = &mut merged {
            contacts::load_merge_history(cx, std::slice::from_mut(full))?;
        }
        Ok(merged)
    });
    let full = merged.await.and_then(|inner| inner)?;
    request.json(&view::Source::new(request.caller().workspace(), &full).view()?)
}

/// Reads which contacts to merge.
pub(super) fn read(request: &Request) -> Result<Merge> {
    let insisted = request.body.boolean("skip_duplicate_validation")?.flatten().unwrap_or(false);
    Ok(Merge {
        from: super::input::named(&request.body, "from")?,
        into: super::input::named(&request.body, "into")?,
        only_duplicates: request.version().has(Feature::MergeDuplicatesOnly) && !insisted,
    })
}
