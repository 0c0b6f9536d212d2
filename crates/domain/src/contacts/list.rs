//! Walking over contacts and what happened to them.

use deskwire_store::contact_activities::{self, Activity};
use deskwire_store::contacts as store;
use deskwire_store::search::{self, Filter, Found, Order, Position};

use super::{Merged, find};
use crate::Cx;
use crate::error::{Kind, Result};
use crate::search::Parsed;

/// Active contacts, newest first.
pub fn list(cx: &mut Cx, after: Option<&Position>, limit: usize) -> Result<Found> {
    Ok(search::run(cx, &search::CONTACTS, &Filter::All, Order::NEWEST, after, limit)?)
}

/// Active contacts that match a search.
pub fn search(cx: &mut Cx, asked: &Parsed, after: Option<&Position>) -> Result<Found> {
    Ok(search::run(cx, &search::CONTACTS, &asked.filter, asked.order, after, asked.per_page)?)
}

/// What happened to contacts after an activity's id, oldest first; one more than `limit` when there are more.
pub fn activities(cx: &mut Cx, after: i64, limit: i64) -> Result<Vec<Activity>> {
    Ok(contact_activities::after(cx, after, limit + 1)?)
}

/// Who was merged into a user; one more than `limit` when there are more.
pub fn merge_history(
    cx: &mut Cx,
    id: i64,
    ascending: bool,
    after: Option<(i64, i64)>,
    limit: i64,
) -> Result<Vec<Merged>> {
    let user = find(cx, id).map_err(|_| Kind::MergeHistoryNotFound)?.contact;
    if user.role != "user" {
        return Err(Kind::MergeHistoryNotFound.into());
    }
    Ok(store::merged_into(cx, id, ascending, after, limit + 1)?)
}
