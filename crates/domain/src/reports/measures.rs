//! The measures of a conversation and their times, taken from its statistics, which exports show too.

use deskwire_store::conversations::{Assigned, Conversation, ConversationState};
use deskwire_store::deleted_conversations::Deleted;
use deskwire_store::report_counts::{Counted, Group, GroupKind, Times};
use serde::Deserialize;

use super::day::Measure;
use super::histogram::bucket;
use super::{DAY, QUARTER};
use crate::ids::{AdminId, ConversationId, TeamId};

/// The counted values of a conversation's row.
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

/// The counted values of a conversation; `None` for a merged one, which continues in its target.
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
        // Closed before a contact wrote: no one ever waited for it.
        ended_at: closed.map(|(at, _)| at).or(is_closed.then_some(times.created_at)),
        close_time: closed.map(|(_, after)| after),
    })
}

/// The statistics that were kept of a deleted conversation, if requested.
#[derive(Debug, Deserialize)]
struct Metrics {
    created_at: i64,
    state: ConversationState,
    admin_assignee_id: i64,
    team_assignee_id: i64,
    first_admin_reply_at: Option<i64>,
    time_to_admin_reply: Option<i64>,
    last_close_at: Option<i64>,
    time_to_last_close: Option<i64>,
    /// Missing in rows of older releases.
    merged_into: Option<ConversationId>,
}

/// The counted values of a deleted conversation, from its statistics. Unless it was closed, it ended when it was
/// deleted.
pub(super) fn of_deleted(deleted: &Deleted) -> Option<Counted> {
    let metrics: Metrics = serde_json::from_str(deleted.metrics.as_deref()?).ok()?;
    let counted = of_times(&Times {
        id: deleted.id,
        merged_into: metrics.merged_into,
        created_at: metrics.created_at,
        state: metrics.state,
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

/// The counts of a conversation: day, quarter and measure.
pub(super) fn counts(counted: &Counted) -> impl Iterator<Item = (i64, u32, Measure)> {
    let answered = counted.responded_at.zip(counted.response_time);
    let closed = counted.ended_at.zip(counted.close_time);
    let all = [
        Some((counted.created_at, Measure::Began)),
        counted.ended_at.map(|at| (at, Measure::Ended)),
        answered.map(|(at, after)| (at, Measure::Answered(bucket(after)))),
        closed.map(|(at, after)| (at, Measure::Closed(bucket(after)))),
    ];
    all.into_iter().flatten().map(|(at, measure)| {
        let quarter = at.rem_euclid(DAY) / QUARTER;
        (at.div_euclid(DAY), u32::try_from(quarter).unwrap_or(0), measure)
    })
}
