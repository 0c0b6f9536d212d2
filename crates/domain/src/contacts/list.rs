//! Walking over contacts and what happened to them.

use deskwire_store::Tx;
use deskwire_store::contact_activities::{self, Activity};
use deskwire_store::contacts as store;
use deskwire_store::search::{self, Filter, Found, Order, Position};

use super::{Merged, find};
use crate::actor::Actor;
use crate::error::{Kind, Result};
use crate::search::Parsed;

/// Active contacts, newest first.
pub fn list(tx: &mut Tx<'_>, actor: &Actor, after: Option<&Position>, limit: usize) -> Result<Found> {
    Ok(search::run(tx, &search::CONTACTS, actor.workspace(), &Filter::All, Order::NEWEST, after, limit)?)
}

/// Active contacts that match a search.
pub fn search(tx: &mut Tx<'_>, actor: &Actor, asked: &Parsed, after: Option<&Position>) -> Result<Found> {
    Ok(search::run(tx, &search::CONTACTS, actor.workspace(), &asked.filter, asked.order, after, asked.per_page)?)
}

/// What happened to contacts after an activity's id, oldest first; one more than `limit` when there are more.
pub fn activities(tx: &mut Tx<'_>, actor: &Actor, after: i64, limit: i64) -> Result<Vec<Activity>> {
    Ok(contact_activities::after(tx, actor.workspace(), after, limit + 1)?)
}

/// Who was merged into a user; one more than `limit` when there are more.
pub fn merge_history(
    tx: &mut Tx<'_>,
    actor: &Actor,
    id: i64,
    ascending: bool,
    after: Option<(i64, i64)>,
    limit: i64,
) -> Result<Vec<Merged>> {
    let user = find(tx, actor, id).map_err(|_| Kind::MergeHistoryNotFound)?.contact;
    if user.role != "user" {
        return Err(Kind::MergeHistoryNotFound.into());
    }
    Ok(store::merged_into(tx, actor.workspace(), id, ascending, after, limit + 1)?)
}
