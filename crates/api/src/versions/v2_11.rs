//! What 2.11 changed.

use super::v2_12::is_me;
use super::{Change, added, object};

pub(super) const CHANGES: &[Change] = &[
    added("conversation", &["ai_agent", "ai_agent_participated"], "conversations tell of the AI agent's part in them"),
    object("admin", "the `avatar` of an admin is an object", |admin| {
        if is_me(admin) {
            return;
        }
        if let Some(avatar) = admin.get_mut("avatar")
            && let Some(url) = avatar.get_mut("image_url").map(serde_json::Value::take)
        {
            *avatar = url;
        }
    }),
];
