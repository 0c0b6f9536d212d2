//! Lists that teammates export. The activity log names who took which data.

use deskwire_store::text_enum;
use serde_json::{Value, json};

use crate::Cx;
use crate::activity;
use crate::error::Result;

text_enum! {
    /// A list of people that can be exported, by its name in the activity log and of the file.
    pub enum List {
        Contacts = "contacts",
        Companies = "companies",
    }
}

/// Logs that the acting teammate exports what matches this query.
pub fn record(cx: &mut Cx, list: List, query: &Value, ip: Option<&str>) -> Result<()> {
    let metadata = json!({"type": list.as_str(), "query": query});
    activity::log_action(cx, "bulk_export", &format!("exported {list}"), metadata, ip)
}
