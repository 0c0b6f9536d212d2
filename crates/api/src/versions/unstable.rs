//! The changes of the newest version since 2.16.

use serde_json::Value;

use super::{Change, Feature, added, added_again, answer, answer_again, field, request, response};
use crate::versions::Version;

pub(super) const CHANGES: &[Change] = &[
    request(
        &["POST /contacts/search"],
        "times are compared to the second, not by whole days of the workspace's time zone",
        Feature::ExactTimes,
    ),
    request(&["POST /fin/start", "POST /fin/reply"], "accepts `settings`", Feature::FinSettings),
    request(&["PUT /conversations/{id}"], "accepts `priority` and `admin_id`", Feature::ConversationPriority),
    field("conversation_part", "event_details", "shows which tags were added and removed, and priorities", |details| {
        if ["tags_added", "current_priority"].iter().any(|name| details.get(name).is_some()) {
            *details = Value::Null;
        }
    }),
    request(&["POST /articles", "PUT /articles/{id}"], "accepts `parent_ids` and `folder_id`", Feature::ArticleParents),
    added("article", &["folder_id"]),
    request(
        &["POST /internal_articles", "PUT /internal_articles/{id}"],
        "accepts `folder_id`",
        Feature::InternalArticleFolders,
    ),
    added("internal_article", &["folder_id", "tags"]),
    added("conversation", &["ai_topics"]),
    added("call", &["duration", "talk_time", "queue_time", "hold_time"]),
    field("company", "notes", "has `data`, `url`, `total_count` and `has_more`", |notes| {
        if let Value::Object(notes) = notes {
            for key in ["data", "url", "total_count", "has_more"] {
                notes.shift_remove(key);
            }
        }
    }),
    response("GET /contacts/{id}/companies", "companies show their `notes`", |list| {
        for company in list.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
            if let Value::Object(company) = company {
                company.shift_remove("notes");
            }
        }
    }),
    added_again("contact", &["formatted_phone"], &[Version::V2_11, Version::V2_13]),
    response("GET /me", "has `role`", |me| {
        me.shift_remove("role");
    }),
    field("data_attribute", "data_type", "of the standard times is `datetime`, not `date`", |data_type| {
        if data_type == "datetime" {
            *data_type = "date".into();
        }
    }),
    answer(
        &["GET /teams", "GET /teams/{id}"],
        "only teams that balance work have `admin_priority_level`",
        Feature::BalancedPriorities,
    ),
    answer(
        &["GET /admins/activity_log_event_types"],
        "lists `customer_facing_name_change` and `inbox_bulk_action`",
        Feature::ActivityTypes,
    ),
    answer_again(
        &[
            "POST /export/content/data",
            "GET /export/content/data/{job_identifier}",
            "POST /export/cancel/{job_identifier}",
        ],
        "show the `job_identifier` as `job_identfier`, too",
        Feature::MisspelledExports,
        &[Version::V2_7, Version::V2_8, Version::V2_9, Version::V2_10, Version::V2_12, Version::V2_13],
    ),
    request(
        &["POST /export/reporting_data/enqueue"],
        "the dataset `conversation` includes conversations in which no contact wrote",
        Feature::UnansweredConversations,
    ),
];
