//! Listing contacts and their activities.

use deskwire_store::contact_activities::{self, Activity};
use deskwire_store::contacts as store;
use deskwire_store::contacts::ContactRole;
use deskwire_store::search::{self, Filter, Order};

use super::{Full, Merged, active, find_many};
use crate::Cx;
use crate::attributes::Model;
use crate::error::{ErrorKind, Result};
use crate::ids::{ContactActivityId, ContactId};
use crate::search::{CONTACTS, CUSTOM, Page, Request, Window, walk};
use crate::segments;

/// The maximum number of merged contacts that a contact is shown with.
const MERGES_SHOWN: i64 = 150;

/// Returns the active contacts, newest first.
pub fn list(cx: &mut Cx, window: &Window) -> Result<Page<Vec<Full>>> {
    walk(cx, &search::CONTACTS, (&Filter::All, Order::NEWEST), window, find_many)
}

/// Returns the active contacts that match a search.
pub fn search(cx: &mut Cx, request: &Request) -> Result<Page<Vec<Full>>> {
    let mut context = request.context::<ContactId>(cx).with_attributes(cx, Model::Contact, request.names(CUSTOM))?;
    if request.names("segment_id") {
        context.segments = segments::filters(cx)?;
    }
    request.run(cx, (&CONTACTS, &search::CONTACTS), &context, find_many)
}

/// Adds the contacts that were merged into these contacts.
pub fn load_merge_history(cx: &mut Cx, contacts: &mut [Full]) -> Result<()> {
    for full in contacts.iter_mut().filter(|f| f.contact.role == ContactRole::User) {
        full.merge_history = Some(merge_history(cx, full.contact.id, false, None, MERGES_SHOWN)?);
    }
    Ok(())
}

/// Returns the activities after an id, oldest first: `limit` + 1 if there are more than `limit`.
pub fn activities(cx: &mut Cx, after: ContactActivityId, limit: i64) -> Result<Vec<Activity>> {
    Ok(contact_activities::after(cx, after, limit + 1)?)
}

/// Returns the contacts that were merged into a user: `limit` + 1 if there are more than `limit`.
pub fn merge_history(
    cx: &mut Cx,
    id: ContactId,
    ascending: bool,
    after: Option<(i64, ContactId)>,
    limit: i64,
) -> Result<Vec<Merged>> {
    let user = active(cx, id).map_err(|_| ErrorKind::MergeHistoryNotFound)?;
    if user.role != ContactRole::User {
        return Err(ErrorKind::MergeHistoryNotFound.into());
    }
    Ok(store::merged_into(cx, id, ascending, after, limit + 1)?)
}
