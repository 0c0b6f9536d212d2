//! What counts of a conversation, and as of when. The times are those of its statistics, which exports show too.

use deskwire_store::conversations::{Assigned, Conversation, ConversationState};
use deskwire_store::deleted_conversations::Deleted;
use deskwire_store::report_counts::{Counted, Group, GroupKind, Times};
use serde::Deserialize;

use super::day::What;
use super::histogram::bucket;
use super::{DAY, QUARTER};
use crate::ids::{AdminId, ConversationId, TeamId};

/// What counts of the row of a conversation.
pub(super) fn of_row(row: &Conversation) -> Option<Counted> {
    of_times(&Times {
        id: row.id,
        merged_into: row.merged_into,
        created_at: row.created_at,
        state: row.state,
        team_assignee_id: row.team_assignee_id,
        admin_assignee_id: row.admin_assignee_id,
        first_admin_reply_at: row.first_admin_reply_at,
        time_to_admin_reply: row.time_to_admin_reply,
        last_close_at: row.last_close_at,
        time_to_last_close: row.time_to_last_close,
    })
}

/// What counts of a conversation; nothing of a merged one, which goes on in the one that it was merged into.
pub(super) fn of_times(times: &Times) -> Option<Counted> {
    if times.merged_into.is_some() {
        return None;
    }
    let is_closed = times.state == ConversationState::Closed;
    let answered = times.first_admin_reply_at.zip(times.time_to_admin_reply);
    let closed = times.last_close_at.zip(times.time_to_last_close).filter(|_| is_closed);
    Some(Counted {
        conversation_id: times.id,
        created_at: times.created_at,
        team_id: times.team_assignee_id,
        admin_id: times.admin_assignee_id,
        state: times.state,
        responded_at: answered.map(|(at, _)| at),
        response_time: answered.map(|(_, after)| after),
        // Closed before a contact had written: it was never waited for.
        ended_at: closed.map(|(at, _)| at).or(is_closed.then_some(times.created_at)),
        close_time: closed.map(|(_, after)| after),
    })
}

/// What is kept of a deleted conversation, where that was asked for.
#[derive(Debug, Deserialize)]
struct Metrics {
    created_at: i64,
    state: String,
    admin_assignee_id: i64,
    team_assignee_id: i64,
    first_admin_reply_at: Option<i64>,
    time_to_admin_reply: Option<i64>,
    last_close_at: Option<i64>,
    time_to_last_close: Option<i64>,
    /// Rows of older releases do not have it.
    merged_into: Option<ConversationId>,
}

/// What counts of a deleted conversation: what its statistics say. It ended when it was deleted, unless it was closed.
pub(super) fn of_deleted(deleted: &Deleted) -> Option<Counted> {
    let metrics: Metrics = serde_json::from_str(deleted.metrics.as_deref()?).ok()?;
    let state = ConversationState::parse(&metrics.state)?;
    let counted = of_times(&Times {
        id: deleted.id,
        merged_into: metrics.merged_into,
        created_at: metrics.created_at,
        state,
        team_assignee_id: Assigned(some(metrics.team_assignee_id).map(TeamId::new)),
        admin_assignee_id: Assigned(some(metrics.admin_assignee_id).map(AdminId::new)),
        first_admin_reply_at: metrics.first_admin_reply_at,
        time_to_admin_reply: metrics.time_to_admin_reply,
        last_close_at: metrics.last_close_at,
        time_to_last_close: metrics.time_to_last_close,
    })?;
    let ended_at = counted.ended_at.or(Some(deleted.deleted_at));
    Some(Counted { state: ConversationState::Closed, ended_at, ..counted })
}

fn some(number: i64) -> Option<i64> {
    (number != 0).then_some(number)
}

/// The groups that a conversation counts in.
pub(super) fn groups(counted: &Counted) -> [Group; 3] {
    [(GroupKind::All, 0), (GroupKind::Team, counted.team_id.number()), (GroupKind::Admin, counted.admin_id.number())]
}

/// What a conversation counts for: the day, the quarter of it, and what.
pub(super) fn counts(counted: &Counted) -> impl Iterator<Item = (i64, u32, What)> {
    let answered = counted.responded_at.zip(counted.response_time);
    let closed = counted.ended_at.zip(counted.close_time);
    let all = [
        Some((counted.created_at, What::Began)),
        counted.ended_at.map(|at| (at, What::Ended)),
        answered.map(|(at, after)| (at, What::Answered(bucket(after)))),
        closed.map(|(at, after)| (at, What::Closed(bucket(after)))),
    ];
    all.into_iter().flatten().map(|(at, what)| {
        let quarter = at.rem_euclid(DAY) / QUARTER;
        (at.div_euclid(DAY), u32::try_from(quarter).unwrap_or(0), what)
    })
}
