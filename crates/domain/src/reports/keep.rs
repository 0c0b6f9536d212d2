//! Maintaining the counts of reports.
//!
//! A row stores what was counted of each conversation. To recount a conversation, the counts in its row are subtracted
//! and the current ones are added, so it does not matter how often, when, or after which changes that happens. A
//! recount holds the lock of the workspace's history, as the fan-out does, so that no two processes update the same
//! counts.

use std::collections::{BTreeMap, HashMap};

use deskwire_store::conversations::{Conversation, ConversationState};
use deskwire_store::report_counts::{self as store, Counted, Group, ReportDay, ReportGroup};
use deskwire_store::{
    Tx, WorkspaceTx, conversation_rows, deleted_conversations, events as event_rows, jobs as job_rows,
};
use serde::{Deserialize, Serialize};

use super::day::Counts;
use super::measures;
use crate::Cx;
use crate::error::Result;
use crate::events::Event;
use crate::ids::ConversationId;
use crate::jobs::{self, Job, JobKind, Work};

/// The number of conversations per transaction of the count job, and per job for silent changes.
const SLICE: usize = 250;

/// Recounts the conversations of these events, whose positions the caller has assigned.
pub fn keep(cx: &mut Cx, events: &[Event]) -> Result<()> {
    let about = |event: &&Event| {
        let topic = event.topic.as_str();
        topic.starts_with("conversation.") || topic.starts_with("ticket.")
    };
    // Ids are unique across nouns, so an event about another object matches no conversation.
    let ids = events.iter().filter(about).map(|event| ConversationId::new(event.object_id)).collect();
    count(cx, ids)
}

/// Enqueues a recount of all conversations of the workspace, after an event that could not be processed.
pub fn recount(tx: &mut WorkspaceTx) -> Result<()> {
    jobs::insert(tx, &Progress::default()).map(drop)
}

/// Enqueues a recount of a conversation that changed without an event, if its counts have changed.
pub(crate) fn changed_silently(cx: &mut Cx, before: Option<&Conversation>, now: &Conversation) -> Result<()> {
    if before.and_then(measures::of_row) == measures::of_row(now) { Ok(()) } else { recount_later(cx, &[now.id]) }
}

/// Enqueues a recount of conversations.
pub(crate) fn recount_later(cx: &mut Cx, ids: &[ConversationId]) -> Result<()> {
    for ids in ids.chunks(SLICE) {
        jobs::insert(cx, &Recount { ids: ids.iter().map(|id| id.number()).collect() })?;
    }
    Ok(())
}

/// The payload of the job that recounts conversations that changed without an event.
#[derive(Debug, Serialize, Deserialize)]
struct Recount {
    ids: Vec<i64>,
}

impl Work for Recount {
    const KIND: JobKind = JobKind::ReportRecount;
}

/// The progress of the job that counts all conversations: first the existing ones, then the deleted ones.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    deleted: bool,
    after: i64,
}

impl Work for Progress {
    const KIND: JobKind = JobKind::ReportCount;
}

/// Counts the next conversations of a job. Returns whether those were the last.
pub fn step(tx: &mut Tx<'_>, job: &Job) -> Result<bool> {
    let tx = &mut tx.within(&job.workspace);
    event_rows::lock(tx)?;
    if job.kind == JobKind::ReportRecount {
        let ids = Recount::of(job)?.ids;
        count(tx, ids.into_iter().map(ConversationId::new).collect())?;
        return Ok(true);
    }
    // The claimed job may have stale progress, so it is read again.
    let Some((_, payload)) = job_rows::get(tx, job.id, JobKind::ReportCount)? else { return Ok(true) };
    let Progress { deleted, after } = Progress::parse(&payload)?;
    let (after, limit) = (ConversationId::new(after), i64::try_from(SLICE).unwrap_or(i64::MAX));
    let ids =
        if deleted { store::deleted_after(tx, after, limit)? } else { conversation_rows::after(tx, after, limit)? };
    let last = ids.last().map(|id| id.number());
    count(tx, ids)?;
    let next = match last {
        Some(after) => Progress { deleted, after },
        None if deleted => return Ok(true),
        None => Progress { deleted: true, after: 0 },
    };
    job_rows::set_payload(tx, job, &next.text()?)?;
    Ok(false)
}

/// Recounts conversations, whether they exist, were deleted or never existed. The history is locked.
fn count(tx: &mut WorkspaceTx, mut ids: Vec<ConversationId>) -> Result<()> {
    ids.sort_unstable();
    ids.dedup();
    let before: HashMap<ConversationId, Counted> =
        store::get_many(tx, &ids)?.into_iter().map(|row| (row.conversation_id, row)).collect();
    let mut now = current(tx, &ids)?;
    let (mut changes, mut put, mut gone) = (Changes::default(), Vec::new(), Vec::new());
    for id in ids {
        let (before, now) = (before.get(&id), now.remove(&id));
        if before == now.as_ref() {
            continue;
        }
        if let Some(counted) = before {
            changes.add(counted, -1);
        }
        match now {
            Some(counted) => {
                changes.add(&counted, 1);
                put.push(counted);
            }
            None => gone.push(id),
        }
    }
    store::forget_counted(tx, &gone)?;
    store::put_counted(tx, &put)?;
    changes.write(tx)
}

/// The current counts of these conversations.
fn current(tx: &mut WorkspaceTx, ids: &[ConversationId]) -> Result<HashMap<ConversationId, Counted>> {
    let rows = store::times(tx, ids)?;
    let mut missing = ids.to_vec();
    missing.retain(|id| rows.iter().all(|row| row.id != *id));
    let deleted = deleted_conversations::get_many(tx, &missing)?;
    let counted = rows.iter().filter_map(measures::of_times).chain(deleted.iter().filter_map(measures::of_deleted));
    Ok(counted.map(|counted| (counted.conversation_id, counted)).collect())
}

/// Changes to add to the counts.
#[derive(Debug, Default)]
struct Changes {
    days: BTreeMap<(Group, i64), Counts>,
    /// The numbers of open and snoozed conversations.
    groups: BTreeMap<Group, (i64, i64)>,
}

impl Changes {
    fn add(&mut self, counted: &Counted, times: i64) {
        for group in measures::groups(counted) {
            for (day, quarter, measure) in measures::counts(counted) {
                self.days.entry((group, day)).or_default().add(quarter, measure, times);
            }
            let (open, snoozed) = self.groups.entry(group).or_default();
            match counted.state {
                ConversationState::Open => *open += times,
                ConversationState::Snoozed => *snoozed += times,
                ConversationState::Closed => {}
            }
        }
    }

    fn write(mut self, tx: &mut WorkspaceTx) -> Result<()> {
        self.days.retain(|_, change| !change.is_empty());
        let keys: Vec<(Group, i64)> = self.days.keys().copied().collect();
        let found = store::days(tx, &keys)?.into_iter().map(|row| (((row.kind, row.group_id), row.day), row.quarters));
        let found: HashMap<(Group, i64), Vec<u8>> = found.collect();
        let row = |(key, change): (&(Group, i64), &Counts)| {
            let ((kind, group_id), day) = *key;
            let mut counts = found.get(key).map(|bytes| Counts::read(bytes)).unwrap_or_default();
            counts.join(change);
            ReportDay { kind, group_id, day, total: counts.total().bytes(), quarters: counts.bytes() }
        };
        let days: Vec<ReportDay> = self.days.iter().map(row).collect();
        store::put_days(tx, &days)?;
        let group = |((kind, group_id), (open, snoozed))| ReportGroup { kind, group_id, open, snoozed };
        let groups: Vec<ReportGroup> = self.groups.into_iter().map(group).collect();
        Ok(store::add_to_groups(tx, &groups)?)
    }
}
