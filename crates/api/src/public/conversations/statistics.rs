//! The statistics of a conversation as the API shows them. What has not happened yet is null: clients read
//! every key.

use deskwire_domain::conversations::Conversation;
use deskwire_domain::error::Result;
use deskwire_domain::ids::AdminId;
use serde::Serialize;
use serde_json::value::RawValue;

use super::view::raw;

macro_rules! statistics {
    ($($field:ident),+ $(,)?) => {
        /// The statistics of a conversation. Times are unix seconds, durations seconds.
        #[derive(Serialize)]
        pub(super) struct Statistics<'a> {
            r#type: &'static str,
            $($field: Option<i64>,)+
            last_closed_by_id: Option<AdminId>,
            count_reopens: i64,
            count_assignments: i64,
            count_conversation_parts: i64,
            assigned_team_first_response_time: &'a RawValue,
            assigned_team_first_response_time_in_office_hours: &'a RawValue,
        }

        impl<'a> Statistics<'a> {
            pub(super) fn of(c: &'a Conversation) -> Result<Self> {
                let times = raw(&c.team_response_times)?;
                let in_office_hours = c.team_response_times_in_office_hours.as_deref().map(raw).transpose()?;
                Ok(Self {
                    r#type: "conversation_statistics",
                    $($field: c.$field,)+
                    last_closed_by_id: c.last_closed_by_id,
                    count_reopens: c.count_reopens,
                    count_assignments: c.count_assignments,
                    count_conversation_parts: c.count_parts,
                    assigned_team_first_response_time: times,
                    assigned_team_first_response_time_in_office_hours: in_office_hours.unwrap_or(times),
                })
            }
        }
    };
}

statistics! {
    time_to_assignment,
    time_to_admin_reply,
    time_to_first_close,
    time_to_last_close,
    median_time_to_reply,
    first_contact_reply_at,
    first_assignment_at,
    first_admin_reply_at,
    first_close_at,
    last_assignment_at,
    last_assignment_admin_reply_at,
    last_contact_reply_at,
    last_admin_reply_at,
    last_close_at,
    handling_time,
    adjusted_handling_time,
}
