//! What 2.11 changed.

use super::v2_12::is_me;
use super::{Change, object};

pub(super) const CHANGES: &[Change] = &[object("admin", "the `avatar` of an admin is an object", |admin| {
    if is_me(admin) {
        return;
    }
    if let Some(avatar) = admin.get_mut("avatar")
        && let Some(url) = avatar.get_mut("image_url").map(serde_json::Value::take)
    {
        *avatar = url;
    }
})];
