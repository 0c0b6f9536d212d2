//! The changes of 2.11.

use serde_json::{Value, json};

use super::v2_12::is_me;
use super::{Change, Feature, added, field, object, request, response};

pub(super) const CHANGES: &[Change] = &[
    request(&["POST /data_attributes"], "`messenger_writable` is false unless it is set", Feature::MessengerOptIn),
    added("conversation", &["ai_agent", "ai_agent_participated"]),
    object("admin", "`avatar` is an object, not a URL", |admin| {
        if is_me(admin) {
            return;
        }
        if let Some(avatar) = admin.get_mut("avatar")
            && let Some(url) = avatar.get_mut("image_url").map(Value::take)
        {
            *avatar = url;
        }
    }),
    response("GET /ticket_types", "`type` is `ticket_type_attributes.list`, not `list`", |list| {
        list.insert("type".to_owned(), "list".into());
    }),
    field(
        "ticket_type",
        "ticket_type_attributes",
        "has the `type` `ticket_type_attributes.list`, not `list`",
        |list| {
            list["type"] = "list".into();
        },
    ),
    field("ticket_type_attribute", "input_options", "is an empty object where there are none, not null", |options| {
        if *options == json!({}) {
            *options = Value::Null;
        }
    }),
];
