//! The dataset of phone calls.

use super::Kind::{Contact, Flag, Number, Text};
use super::Shows::{Admins, Conversations, People};
use super::{Attribute, Dataset};

/// Phone calls.
pub(super) const CALLS: Dataset = Dataset {
    id: "call",
    name: "Call",
    description: "A phone call: who called whom, who talked, and how long it took.",
    time: "call_created_at",
    attributes: ATTRIBUTES,
    table: "calls",
    condition: "",
    member: "(t.id IS NOT NULL)",
    narrow: "(t.id IS NOT NULL)",
};

/// A column of the contact.
macro_rules! of_contact {
    ($column:literal) => {
        concat!("(SELECT c.", $column, " FROM contacts c WHERE c.workspace_id = $1 AND c.id = t.contact_id)")
    };
}

const STATE: &str = "CASE WHEN t.ended_at IS NOT NULL THEN 'completed' WHEN t.answered_at IS NOT NULL THEN 'in-progress' \
    ELSE 'initiated' END";
/// The duration for the contact: from the start if it is inbound, else from the answer.
const DURATION: &str = "t.ended_at - CASE WHEN t.direction = 'inbound' THEN t.initiated_at ELSE t.answered_at END";
const TEAMMATE: &str = "(SELECT a.name FROM admins a WHERE a.workspace_id = $1 AND a.id = t.admin_id)";

#[rustfmt::skip]
const ATTRIBUTES: &[Attribute] = &[
    Attribute::new("system", "call_id", "Call ID", Number, "t.id"),
    Attribute::new("system", "conversation_id", "Conversation ID", Number, "t.conversation_id"),
    Attribute::new("system", "call_created_at", "Call created at", Number, "t.created_at"),
    Attribute::new("system", "call_initiated_at", "Call initiated at", Number, "t.initiated_at"),
    Attribute::new("system", "call_answered_at", "Call answered at", Number, "t.answered_at"),
    Attribute::new("system", "call_ended_at", "Call ended at", Number, "t.ended_at"),
    Attribute::new("system", "direction", "Direction", Text, "t.direction"),
    Attribute::new("system", "call_state", "Call state", Text, STATE),
    Attribute::new("system", "ended_reason", "Ended reason", Text, "t.ended_reason"),
    Attribute::new("system", "call_duration", "Call duration (seconds)", Number, DURATION),
    Attribute::new("system", "queue_time", "Queue time (seconds)", Number, "t.queue_time"),
    Attribute::new("system", "hold_time", "Hold time (seconds)", Number, "t.hold_time"),
    Attribute::new("system", "talk_time", "Talk time (seconds)", Number, "t.talk_time"),
    Attribute::new("system", "fin_involved", "Fin involved", Flag, "(t.fin_voice_id IS NOT NULL)"),
    Attribute::new("system", "fin_resolution", "Fin resolution", Text, "t.resolution"),
    Attribute::new("system", "teammate_id", "Teammate ID", Number, "t.admin_id"),
    Attribute::new("system", "teammate", "Teammate", Text, TEAMMATE).shows(Admins),
    Attribute::new("system", "has_transcript", "Has a transcript", Flag, "t.has_transcript"),
    Attribute::new("system", "has_recording", "Has a recording", Flag, "(t.recording_id IS NOT NULL)"),
    Attribute::new("system", "call_summary", "Call summary", Text, "t.summary").shows(Conversations),
    Attribute::new("people", "phone", "Phone number", Text, "t.phone").shows(People),
    Attribute::new("people", "user_id", "User ID", Contact, "t.contact_id").shows(People),
    Attribute::new("people", "user_external_id", "User external ID", Text, of_contact!("external_id")).shows(People),
    Attribute::new("people", "user_email", "User email", Text, of_contact!("email")).shows(People),
    Attribute::new("people", "user_name", "User name", Text, of_contact!("name")).shows(People),
];
