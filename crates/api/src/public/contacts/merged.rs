//! Contacts that were merged into others, as versions show them.

use deskwire_domain::Cx;
use deskwire_domain::contacts::{self, Full};
use deskwire_domain::error::Result;

/// Merged contacts shown with `include_merge_history`.
const MERGES_SHOWN: i64 = 150;

/// Adds who was merged into these users, when the query asks for it.
pub(super) fn with_history(cx: &mut Cx, wanted: bool, contacts: &mut [Full]) -> Result<()> {
    if !wanted {
        return Ok(());
    }
    for full in contacts.iter_mut().filter(|f| f.contact.role == "user") {
        full.merge_history = Some(contacts::merge_history(cx, full.contact.id, false, None, MERGES_SHOWN)?);
    }
    Ok(())
}
