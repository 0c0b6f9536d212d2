//! Away status reasons.

use deskwire_store::away_status_reasons as store;
use deskwire_store::counters::{self, Counter};
use serde::{Deserialize, Serialize};

pub use deskwire_store::away_status_reasons::AwayStatusReason;

use crate::error::{ErrorKind, Result};
use crate::{Cx, Removed, names};

/// All reasons, deleted ones too, in their order.
pub fn list(cx: &mut Cx) -> Result<Vec<AwayStatusReason>> {
    Ok(store::all(cx)?)
}

/// A reason in a workspace file.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Declared {
    /// Its label, unique in the workspace.
    pub label: String,
    /// Its emoji.
    #[serde(default)]
    pub emoji: String,
    /// Its position in the list; new ones are last.
    pub order: Option<i64>,
    /// Whether it can no longer be chosen.
    #[serde(default)]
    pub deleted: bool,
}

/// Creates or changes a reason. Returns whether anything changed.
pub fn declare(cx: &mut Cx, declared: &Declared) -> Result<bool> {
    let label = names::checked("label", &declared.label)?;
    let now = cx.now();
    let all = store::all(cx)?;
    let Some(found) = all.iter().find(|r| r.label == label) else {
        let last = all.iter().map(|r| r.position).max().unwrap_or(0);
        let new = AwayStatusReason {
            id: counters::next(cx, Counter::Setting)?,
            label: label.to_owned(),
            emoji: declared.emoji.clone(),
            position: declared.order.unwrap_or(last + 1),
            deleted: declared.deleted,
            created_at: now,
            updated_at: now,
        };
        store::insert(cx, &new)?;
        return Ok(true);
    };
    let before = store::lock(cx, found.id)?.ok_or(ErrorKind::Conflict)?;
    let mut after = AwayStatusReason { emoji: declared.emoji.clone(), deleted: declared.deleted, ..before.clone() };
    after.position = declared.order.unwrap_or(after.position);
    if after == before {
        return Ok(false);
    }
    after.updated_at = now;
    store::update(cx, &before, &after)?;
    Ok(true)
}

/// All reasons as a workspace file would declare them.
pub fn declared(cx: &mut Cx) -> Result<Vec<Declared>> {
    let declared =
        |r: AwayStatusReason| Declared { label: r.label, emoji: r.emoji, order: Some(r.position), deleted: r.deleted };
    Ok(list(cx)?.into_iter().map(declared).collect())
}

/// Marks the reasons that are not among these as deleted. Returns their labels.
pub fn prune(cx: &mut Cx, keep: &[&str]) -> Result<Vec<Removed>> {
    let (mut removed, admins) = (Vec::new(), deskwire_store::admins::all(cx)?);
    for reason in store::all(cx)? {
        if !reason.deleted && !keep.contains(&reason.label.as_str()) {
            let Some(before) = store::lock(cx, reason.id)? else { continue };
            let after = AwayStatusReason { deleted: true, updated_at: cx.now(), ..before.clone() };
            store::update(cx, &before, &after)?;
            let away = admins.iter().filter(|admin| admin.away_status_reason_id == Some(reason.id)).count();
            removed
                .push(Removed { name: reason.label, uses: vec![("admin", i64::try_from(away).unwrap_or(i64::MAX))] });
        }
    }
    Ok(removed)
}
