//! What 2.12 changed.

use serde_json::{Value, json};

use super::{Change, added, object};

pub(super) const CHANGES: &[Change] = &[
    added("conversation_statistics", &["assigned_team_first_response_time"], "statistics tell of teams' first answers"),
    added("contact", &["enabled_push_messaging"], "contacts say whether push messages reach them"),
    object("admin", "the `avatar` of an admin is a URL again", |admin| {
        if let Some(avatar) = admin.get_mut("avatar").filter(|a| a.is_string()) {
            *avatar = json!({"image_url": avatar.take()});
        }
    }),
];

/// Whether this is the answer of `GET /me`, whose avatar has always been an object.
pub(super) fn is_me(admin: &serde_json::Map<String, Value>) -> bool {
    admin.contains_key("app")
}
