//! Macros in the settings, and the activity log.

use deskwire_domain::ids::TeamId;
use deskwire_domain::macros::Action;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Where a macro can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum MacroPlace {
    Inbox,
    Messenger,
}

/// What a macro does. Teams and tags are named, and teammates by their email address, as workspace files have it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub enum MacroDoes {
    AssignTeam { team: String },
    AssignAdmin { admin: String },
    Tag { tag: String },
    Note { body: String },
    Snooze { seconds: i64 },
    Close,
}

impl MacroDoes {
    /// The action as the inbox is shown it.
    pub fn of(action: Action) -> Self {
        match action {
            Action::AssignTeam { team } => Self::AssignTeam { team },
            Action::AssignAdmin { admin } => Self::AssignAdmin { admin },
            Action::Tag { tag } => Self::Tag { tag },
            Action::Note { body } => Self::Note { body },
            Action::Snooze { seconds } => Self::Snooze { seconds },
            Action::Close => Self::Close,
        }
    }

    /// The action.
    pub fn action(self) -> Action {
        match self {
            Self::AssignTeam { team } => Action::AssignTeam { team },
            Self::AssignAdmin { admin } => Action::AssignAdmin { admin },
            Self::Tag { tag } => Action::Tag { tag },
            Self::Note { body } => Action::Note { body },
            Self::Snooze { seconds } => Action::Snooze { seconds },
            Self::Close => Action::Close,
        }
    }
}

/// A macro as a list shows it.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ListedMacro {
    pub id: String,
    pub name: String,
    /// The beginning of its text, with placeholders.
    pub excerpt: String,
    pub for_everyone: bool,
    /// The teams that have it, unless everyone does.
    pub team_ids: Vec<String>,
    pub available_on: Vec<MacroPlace>,
    pub actions: Vec<MacroDoes>,
    /// Those of the actions that are skipped, because what is named does not exist any more.
    pub missing: Vec<MacroDoes>,
    pub updated_at: i64,
}

/// A macro with its text.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsMacro {
    /// Its text, with placeholders.
    pub html: String,
    /// All else.
    #[serde(flatten)]
    pub listed: ListedMacro,
}

/// A window of the macros.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsMacros {
    /// The macros, by name.
    pub items: Vec<ListedMacro>,
    /// What `after` is for the next window, if there is more.
    pub next: Option<String>,
}

/// A macro that was written.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneMacro {
    /// The macro.
    pub r#macro: SettingsMacro,
}

/// A macro as it is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WriteMacro {
    /// Its name, which no other has.
    pub name: String,
    /// Its text, with placeholders; empty if it only acts.
    pub html: String,
    /// The teams that have it; none for everyone.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub team_ids: Vec<TeamId>,
    /// Where it can be used.
    pub available_on: Vec<MacroPlace>,
    /// What it does, in this order.
    pub actions: Vec<MacroDoes>,
}

/// An entry in the activity log.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActivityEntry {
    /// A UUID.
    pub id: String,
    /// When it was done.
    pub at: i64,
    /// What it is about: `sign_in`, `people`, `workspace`, `data`, `developers` or `exports`.
    pub area: &'static str,
    /// Its type.
    pub kind: String,
    /// What was done, in English.
    pub text: String,
    /// The teammate who did it, if one did.
    pub admin_id: Option<String>,
    /// Their email address at that time.
    pub email: Option<String>,
    /// The address it was asked from.
    pub ip: Option<String>,
    /// Details, which depend on the type.
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub metadata: Map<String, Value>,
}

/// A window of the activity log.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActivityEntries {
    /// The entries, newest first.
    pub items: Vec<ActivityEntry>,
    /// The cursor of the next window, if there is more.
    pub next: Option<String>,
}
