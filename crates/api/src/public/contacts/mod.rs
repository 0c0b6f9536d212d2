//! `/contacts`

pub mod activities;
pub mod archive;
pub mod block;
pub mod bulk;
pub mod companies;
pub mod create;
pub mod delete;
pub mod find_by_external_id;
mod input;
pub mod list;
pub mod merge;
pub mod merge_history;
pub mod merge_preview;
pub mod notes;
pub mod retrieve;
pub mod search;
pub mod segments;
pub mod subscriptions;
pub mod tags;
pub mod unarchive;
pub mod update;
pub(crate) mod view;

use deskwire_domain::contacts::{self, Full};
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_domain::{Cx, ids};

use crate::body::Body;
use crate::request::Request;
use crate::versions::gates;

/// Merged contacts shown with `include_merge_history`.
const MERGES_SHOWN: i64 = 150;

/// The id of the contact in the path.
pub(crate) fn id(request: &Request) -> Result<i64> {
    request.hex_id("id", Kind::ContactNotFound)
}

/// The id of a contact that the body names.
fn named(body: &Body, key: &'static str) -> Result<i64> {
    let text = body.id(key)?.flatten().ok_or_else(|| Error::missing(format!("{key} is required")).field(key))?;
    ids::parse_hex(&text).ok_or_else(|| Kind::ContactNotFound.into())
}

/// Older versions know nothing of merged contacts: for them there is no such contact.
pub(crate) fn gone_or_missing(request: &Request, error: Error) -> Error {
    if error.kind == Kind::ContactMerged && !gates::merged_is_gone(request.version()) {
        return Kind::ContactNotFound.into();
    }
    error
}

/// Adds who was merged into these users, when the query asks for it.
fn with_history(cx: &mut Cx, wanted: bool, contacts: &mut [Full]) -> Result<()> {
    if !wanted {
        return Ok(());
    }
    for full in contacts.iter_mut().filter(|f| f.contact.role == "user") {
        full.merge_history = Some(contacts::merge_history(cx, full.contact.id, false, None, MERGES_SHOWN)?);
    }
    Ok(())
}
