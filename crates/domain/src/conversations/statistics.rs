//! The statistics of a conversation, kept as its parts are written: nothing ever reads all parts to know them.
//!
//! All of them start when the contact first writes. Times are unix seconds, durations seconds.

use deskwire_store::conversations::Conversation;
use serde_json::{Value, json};

/// How many of the latest answers the median is taken over.
const REMEMBERED: usize = 500;

/// A contact wrote.
pub(super) fn contact_wrote(c: &mut Conversation, at: i64) {
    c.first_contact_reply_at.get_or_insert(at);
    c.last_contact_reply_at = Some(at);
    c.waiting_since.get_or_insert(at);
}

/// A teammate answered.
pub(super) fn admin_wrote(c: &mut Conversation, at: i64) {
    c.last_admin_reply_at = Some(at);
    if c.last_assignment_at.is_some() {
        c.last_assignment_admin_reply_at.get_or_insert(at);
    }
    if let Some(first) = c.first_contact_reply_at
        && c.first_admin_reply_at.is_none()
    {
        c.first_admin_reply_at = Some(at);
        c.time_to_admin_reply = Some(at - first);
    }
    if let Some(since) = c.waiting_since.take() {
        answered(c, at - since);
    }
    if let Some(since) = c.team_assigned_at.take() {
        let mut times = list(&c.team_response_times);
        times.push(json!({"team_id": c.team_assignee_id, "response_time": at - since}));
        c.team_response_times = Value::Array(times).to_string();
    }
}

fn answered(c: &mut Conversation, after: i64) {
    let mut times = list(&c.reply_times);
    times.push(after.into());
    let surplus = times.len().saturating_sub(REMEMBERED);
    times.drain(..surplus);
    let mut sorted: Vec<i64> = times.iter().filter_map(Value::as_i64).collect();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    c.median_time_to_reply = match sorted.get(middle) {
        Some(upper) if sorted.len().is_multiple_of(2) => {
            sorted.get(middle - 1).map(|lower| i64::midpoint(*lower, *upper))
        }
        upper => upper.copied(),
    };
    c.reply_times = Value::Array(times).to_string();
}

/// It was given to somebody.
pub(super) fn assigned(c: &mut Conversation, at: i64, team: bool) {
    if team {
        c.team_assigned_at = c.first_contact_reply_at.map(|_| at);
    }
    let Some(first) = c.first_contact_reply_at else { return };
    c.count_assignments += 1;
    c.first_assignment_at.get_or_insert(at);
    c.last_assignment_at = Some(at);
    c.last_assignment_admin_reply_at = None;
    if c.first_admin_reply_at.is_none() {
        c.time_to_assignment = Some(at - first);
    }
}

/// It was closed.
pub(super) fn closed(c: &mut Conversation, at: i64, by: Option<i64>) {
    c.waiting_since = None;
    c.last_closed_by_id = by;
    let Some(first) = c.first_contact_reply_at else { return };
    c.last_close_at = Some(at);
    c.time_to_last_close = Some(at - first);
    if c.first_close_at.is_none() {
        c.first_close_at = Some(at);
        c.time_to_first_close = Some(at - first);
    }
}

/// It was opened after it had been closed.
pub(super) fn reopened(c: &mut Conversation) {
    if c.first_contact_reply_at.is_some() {
        c.count_reopens += 1;
    }
}

/// Counts the time somebody has it: from assignment to close, and of that what it was neither snoozed nor paused.
pub(super) fn clock(c: &mut Conversation, at: i64, paused: bool) {
    let handled = c.admin_assignee_id != 0 && c.state != "closed";
    count(handled, &mut c.handling_since, &mut c.handling_time, at);
    let active = handled && c.state == "open" && !paused;
    count(active, &mut c.active_since, &mut c.adjusted_handling_time, at);
}

fn count(runs: bool, since: &mut Option<i64>, total: &mut Option<i64>, at: i64) {
    match (runs, *since) {
        (true, None) => *since = Some(at),
        (false, Some(start)) => {
            *total = Some(total.unwrap_or(0) + (at - start).max(0));
            *since = None;
        }
        _ => {}
    }
}

fn list(json: &str) -> Vec<Value> {
    match serde_json::from_str(json) {
        Ok(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}
