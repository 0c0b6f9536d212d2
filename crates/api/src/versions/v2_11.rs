//! What 2.11 changed.

use super::v2_12::is_me;
use super::{Change, Feature, added, object, request};

pub(super) const CHANGES: &[Change] = &[
    request(&["POST /data_attributes"], "`messenger_writable` is false unless it is set", Feature::MessengerOptIn),
    added("conversation", &["ai_agent", "ai_agent_participated"]),
    object("admin", "`avatar` is an object, not a URL", |admin| {
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
