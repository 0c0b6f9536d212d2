//! Lists that teammates export. The activity log names who took which data.

use serde_json::{Value, json};

use crate::Cx;
use crate::activity;
use crate::error::Result;

/// A list of people that can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// The contacts.
    Contacts,
    /// The companies.
    Companies,
}

impl List {
    /// Its name in the activity log, and of the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
        }
    }
}

/// Logs that the acting teammate exports what matches this query.
pub fn record(cx: &mut Cx, list: List, query: &Value, ip: Option<&str>) -> Result<()> {
    let metadata = json!({"type": list.as_str(), "query": query});
    activity::log_action(cx, "bulk_export", &format!("exported {}", list.as_str()), metadata, ip)
}
