//! The statistics of a conversation, updated as its parts are written. All parts are read again only for a part that is
//! older than the latest one, which comes from an import.
//!
//! The statistics start with the contact's first message or, for a ticket in which no contact has written, when it was
//! created. Times are in unix seconds, durations in seconds.

use crate::ids::{AdminId, TeamId};
use deskwire_store::conversation_parts::{AssignedType, Outline, PartType};
use deskwire_store::conversations::{Assigned, AuthorType, Conversation, ConversationState};
use serde_json::{Value, json};

use crate::office_hours::{Calendar, Span};

/// The number of recent replies that the median is computed from.
const MAX_REPLY_TIMES: usize = 500;

/// How a message changes the statistics.
pub(super) type Update = fn(&mut Conversation, i64);

/// A team's first response after an assignment: the team, when it got the conversation and when it responded.
pub(super) struct TeamResponse {
    team_id: i64,
    span: Span,
}

/// Counts a message. Returns the response of a team if it is one.
pub(super) fn count_message(c: &mut Conversation, update: Update, at: i64) -> Option<TeamResponse> {
    let from = c.team_assigned_at;
    update(c, at);
    let from = from.filter(|_| c.team_assigned_at.is_none())?;
    Some(TeamResponse { team_id: c.team_assignee_id.number(), span: Span { from, until: at } })
}

/// Adds the responses of teams, measured in office hours. Does nothing if the workspace has no office hours and the
/// conversation has no such responses.
pub(super) fn count_office_hours(c: &mut Conversation, responses: &[TeamResponse], calendar: Option<&Calendar>) {
    if responses.is_empty() || (calendar.is_none() && c.team_response_times_in_office_hours.is_none()) {
        return;
    }
    // Until now, every hour counted as an office hour.
    let all = || {
        let mut all = list(&c.team_response_times);
        all.truncate(all.len().saturating_sub(responses.len()));
        all
    };
    let mut times = c.team_response_times_in_office_hours.as_deref().map_or_else(all, list);
    for TeamResponse { team_id, span } in responses {
        let seconds = calendar.map_or(span.until - span.from, |calendar| calendar.seconds(*span));
        times.push(json!({"team_id": team_id, "response_time": seconds}));
    }
    c.team_response_times_in_office_hours = Some(Value::Array(times).to_string());
}

/// Returns how a part of this type and author changes the statistics. `None` for notes, for parts of bots, and for
/// empty parts except quick replies.
pub(super) fn update_of(part_type: PartType, author_type: AuthorType, speaks: bool) -> Option<Update> {
    if !speaks && part_type != PartType::QuickReply {
        return None;
    }
    match author_type {
        AuthorType::User | AuthorType::Lead => Some(contact_wrote),
        AuthorType::Admin if !part_type.is_note() => Some(admin_wrote),
        AuthorType::Admin | AuthorType::Bot => None,
    }
}

/// Returns whether a time is before the latest part in the statistics.
pub(super) fn is_late(c: &Conversation, at: i64) -> bool {
    let known =
        [c.last_contact_reply_at, c.last_admin_reply_at, c.last_assignment_at, c.last_close_at, c.team_assigned_at];
    // Assignments and closes before the contact's first message leave no time.
    known.into_iter().flatten().any(|time| at < time) || (c.first_contact_reply_at.is_none() && at < c.updated_at)
}

/// A change of a conversation that the statistics count.
enum Step<'a> {
    Update(Update),
    Assigned(&'a Outline),
    Closed(Option<AdminId>),
    Reopened,
}

/// Recomputes the statistics from all parts, in the order of their times. Handling times stay unchanged: they are
/// measured live, and imported parts do not change them. Returns all responses of teams.
pub(super) fn recount(c: &mut Conversation, parts: &[Outline]) -> Vec<TeamResponse> {
    let mut fresh = Conversation {
        is_ticket: c.is_ticket,
        created_at: c.created_at,
        reply_times: "[]".to_owned(),
        team_response_times: "[]".to_owned(),
        ..Conversation::default()
    };
    let mut steps = steps(parts);
    if c.source_body.is_some() && c.source_author_type.is_contact() {
        steps.insert(0, (c.created_at, Step::Update(contact_wrote)));
    }
    // The sort is stable: parts of the same second stay in the order in which they were written.
    steps.sort_by_key(|(at, _)| *at);
    let mut responses = Vec::new();
    for (at, step) in steps {
        match step {
            Step::Update(update) => responses.extend(count_message(&mut fresh, update, at)),
            Step::Assigned(part) => {
                let team = part.assigned_type.is_some_and(AssignedType::is_team);
                match part.assigned_id {
                    Some(id) if team => fresh.team_assignee_id = Assigned(Some(TeamId::new(id))),
                    None if team => fresh.team_assigned_at = None,
                    _ => {}
                }
                if part.assigned_id.is_some() {
                    assigned(&mut fresh, at, team);
                }
            }
            Step::Closed(by) => closed(&mut fresh, at, by),
            Step::Reopened => reopened(&mut fresh),
        }
    }
    *c = Conversation {
        waiting_since: fresh.waiting_since,
        first_contact_reply_at: fresh.first_contact_reply_at,
        first_assignment_at: fresh.first_assignment_at,
        first_admin_reply_at: fresh.first_admin_reply_at,
        first_close_at: fresh.first_close_at,
        last_assignment_at: fresh.last_assignment_at,
        last_assignment_admin_reply_at: fresh.last_assignment_admin_reply_at,
        last_contact_reply_at: fresh.last_contact_reply_at,
        last_admin_reply_at: fresh.last_admin_reply_at,
        last_close_at: fresh.last_close_at,
        last_closed_by_id: fresh.last_closed_by_id,
        time_to_assignment: fresh.time_to_assignment,
        time_to_admin_reply: fresh.time_to_admin_reply,
        time_to_first_close: fresh.time_to_first_close,
        time_to_last_close: fresh.time_to_last_close,
        median_time_to_reply: fresh.median_time_to_reply,
        count_reopens: fresh.count_reopens,
        count_assignments: fresh.count_assignments,
        reply_times: fresh.reply_times,
        team_assigned_at: fresh.team_assigned_at,
        team_response_times: fresh.team_response_times,
        team_response_times_in_office_hours: None,
        ..std::mem::take(c)
    };
    responses
}

/// Returns the changes that the parts describe. A change of state counts at the time its part was written, even if the
/// part has an older time.
fn steps(parts: &[Outline]) -> Vec<(i64, Step<'_>)> {
    let mut steps = Vec::with_capacity(parts.len() + 1);
    let (mut state, mut moved) = (ConversationState::Open, i64::MIN);
    for part in parts {
        let closes = part.state == ConversationState::Closed
            && (state != ConversationState::Closed || part.part_type == PartType::Close);
        let opens = part.state != ConversationState::Closed && state == ConversationState::Closed;
        if closes || opens {
            moved = moved.max(part.created_at);
            let by = (part.author_type == AuthorType::Admin).then(|| AdminId::new(part.author_id));
            steps.push((moved, if closes { Step::Closed(by) } else { Step::Reopened }));
        }
        state = part.state;
        if part.assigned_type.is_some() {
            steps.push((part.created_at, Step::Assigned(part)));
        }
        if let Some(update) = update_of(part.part_type, part.author_type, part.speaks) {
            steps.push((part.created_at, Step::Update(update)));
        }
    }
    steps
}

/// Returns when the statistics start. `None` if they have not.
fn start(c: &Conversation) -> Option<i64> {
    c.first_contact_reply_at.or(c.is_ticket.then_some(c.created_at))
}

/// Counts a message of a contact.
pub(super) fn contact_wrote(c: &mut Conversation, at: i64) {
    c.first_contact_reply_at.get_or_insert(at);
    c.last_contact_reply_at = Some(at);
    c.waiting_since.get_or_insert(at);
}

/// Counts a message of a teammate.
pub(super) fn admin_wrote(c: &mut Conversation, at: i64) {
    c.last_admin_reply_at = Some(at);
    if c.last_assignment_at.is_some() {
        c.last_assignment_admin_reply_at.get_or_insert(at);
    }
    if let Some(first) = start(c)
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
        times.push(json!({"team_id": c.team_assignee_id.number(), "response_time": at - since}));
        c.team_response_times = Value::Array(times).to_string();
    }
}

fn answered(c: &mut Conversation, after: i64) {
    let mut times = list(&c.reply_times);
    times.push(after.into());
    let surplus = times.len().saturating_sub(MAX_REPLY_TIMES);
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

/// Counts an assignment to a teammate or a team.
pub(super) fn assigned(c: &mut Conversation, at: i64, team: bool) {
    if team {
        c.team_assigned_at = start(c).map(|_| at);
    }
    let Some(first) = start(c) else { return };
    c.count_assignments += 1;
    c.first_assignment_at.get_or_insert(at);
    c.last_assignment_at = Some(at);
    c.last_assignment_admin_reply_at = None;
    if c.first_admin_reply_at.is_none() {
        c.time_to_assignment = Some(at - first);
    }
}

/// Counts a close.
pub(super) fn closed(c: &mut Conversation, at: i64, by: Option<AdminId>) {
    c.waiting_since = None;
    c.last_closed_by_id = by;
    let Some(first) = start(c) else { return };
    c.last_close_at = Some(at);
    c.time_to_last_close = Some(at - first);
    if c.first_close_at.is_none() {
        c.first_close_at = Some(at);
        c.time_to_first_close = Some(at - first);
    }
}

/// Counts a reopening.
pub(super) fn reopened(c: &mut Conversation) {
    if start(c).is_some() {
        c.count_reopens += 1;
    }
}

/// Measures the handling time, from assignment to close, and the active handling time, without the time when the
/// conversation was snoozed or paused.
pub(super) fn clock(c: &mut Conversation, at: i64, paused: bool) {
    let handled = c.admin_assignee_id.0.is_some() && c.state != ConversationState::Closed;
    count(handled, &mut c.handling_since, &mut c.handling_time, at);
    let active = handled && c.state == ConversationState::Open && !paused;
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
