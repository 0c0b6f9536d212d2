//! Macros in the settings, and the activity log.

use deskwire_domain::ids::{AdminId, MacroId, TeamId};
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

/// An action of a macro. Teams and tags are identified by name, and teammates by email address, as in workspace files.
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
    /// The inbox's form of an action.
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

    /// The action of the domain.
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

/// A macro in a list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[expect(missing_docs, reason = "the names say it")]
pub struct ListedMacro {
    #[cfg_attr(test, ts(as = "String"))]
    pub id: MacroId,
    pub name: String,
    /// The beginning of the text, with placeholders.
    pub excerpt: String,
    pub for_everyone: bool,
    /// The teams that can use it, unless everyone can.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub team_ids: Vec<TeamId>,
    pub available_on: Vec<MacroPlace>,
    pub actions: Vec<MacroDoes>,
    /// The actions that are skipped because their object no longer exists.
    pub missing: Vec<MacroDoes>,
    pub updated_at: i64,
}

/// A macro with its text.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsMacro {
    /// The text, with placeholders.
    pub html: String,
    /// The other fields.
    #[serde(flatten)]
    pub listed: ListedMacro,
}

/// A window of the macros.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SettingsMacros {
    /// The macros, by name.
    pub items: Vec<ListedMacro>,
    /// The `after` of the next window, if there is one.
    pub next: Option<String>,
}

/// A macro that was created or changed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OneMacro {
    /// The macro.
    pub r#macro: SettingsMacro,
}

/// A macro to be created or changed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WriteMacro {
    /// The name, which is unique.
    pub name: String,
    /// The text, with placeholders; empty if the macro has only actions.
    pub html: String,
    /// The teams that can use it; empty for everyone.
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub team_ids: Vec<TeamId>,
    /// Where it can be used.
    pub available_on: Vec<MacroPlace>,
    /// The actions, in order.
    pub actions: Vec<MacroDoes>,
}

/// An entry in the activity log.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ActivityEntry {
    /// A UUID.
    pub id: String,
    /// When the action happened.
    pub at: i64,
    /// The area: `sign_in`, `people`, `workspace`, `data`, `developers` or `exports`.
    pub area: &'static str,
    /// The type.
    pub kind: String,
    /// The description of the action, in English.
    pub text: String,
    /// The teammate who performed it, if any.
    #[cfg_attr(test, ts(as = "Option<String>"))]
    pub admin_id: Option<AdminId>,
    /// The teammate's email address at that time.
    pub email: Option<String>,
    /// The IP address of the request.
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
    /// The cursor of the next window, if there is one.
    pub next: Option<String>,
}
