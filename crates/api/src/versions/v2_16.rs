//! The changes of 2.16.

use serde_json::Value;

use super::{ANY, Change, Feature, Object, added, answer, errors, field, request, response};

pub(super) const CHANGES: &[Change] = &[
    request(
        &["POST /companies", "PUT /companies/{id}"],
        "accepts `update_last_request_at`, which sets `last_request_at` to now",
        Feature::CompanyActivity,
    ),
    request(
        &["POST /contacts/merge"],
        "merges only duplicates (same email, phone or external id) unless `skip_duplicate_validation` is set",
        Feature::MergeDuplicatesOnly,
    ),
    request(
        &["GET /custom_object_instances/{type}"],
        "lists the instances of the type when `external_id` is missing",
        Feature::InstanceLists,
    ),
    request(
        &["DELETE /conversations/{id}"],
        "accepts `retain_metrics`; `false` deletes the statistics as well",
        Feature::MetricsDeletion,
    ),
    request(
        &["POST /articles", "PUT /articles/{id}"],
        "accepts `body_markdown`, `audience_ids`, what AI may use, and times to publish and unpublish at",
        Feature::ArticleDrafts,
    ),
    request(
        &["POST /internal_articles", "PUT /internal_articles/{id}"],
        "accepts `body_markdown`, `audience_ids` and what AI may use",
        Feature::InternalArticleAvailability,
    ),
    added(
        "internal_article",
        &[
            "body_markdown",
            "audience_ids",
            "ai_chatbot_availability",
            "ai_copilot_availability",
            "ai_sales_agent_availability",
        ],
    ),
    answer(
        &["POST /fin/start", "POST /fin/reply"],
        "Fin reports replies as `replying`, and then `awaiting_user_reply` in an event of its own",
        Feature::FinReplying,
    ),
    request(&["POST /conversations/{id}/convert"], "accepts `ticket_state_id`", Feature::ConversionState),
    request(
        &["POST /tags"],
        "ignores people and companies that do not exist instead of refusing them",
        Feature::TaggingSkipsUnknown,
    ),
    field("contact", "owner_id", "is a string, not a number", |id| {
        if let Some(number) = id.as_str().and_then(|s| s.parse::<i64>().ok()) {
            *id = number.into();
        }
    }),
    field("conversation", "admin_assignee_id", UNASSIGNED, null_for_nobody),
    field("conversation", "team_assignee_id", UNASSIGNED, null_for_nobody),
    field("conversation", "priority", "is one of five priorities, not of two", |priority| {
        let high = priority == "high" || priority == "urgent";
        *priority = if high { "priority" } else { "not_priority" }.into();
    }),
    added(
        "conversation",
        &[
            "channel",
            "external_references",
            "monitor_evaluations",
            "sales_agent",
            "sales_agent_participated",
            "scorecards",
        ],
    ),
    added("ticket", &["previous_ticket_state_id"]),
    field("ticket", "admin_assignee_id", ASSIGNEES, as_text),
    field("ticket", "team_assignee_id", ASSIGNEES, as_text),
    added("contact", &["merge_history"]),
    added("admin", &["role"]),
    added("note", &["company"]),
    added("company", &["notes"]),
    response("POST /tags", "lists what was tagged in `users` and `companies`", |tag| {
        tag.shift_remove("users");
        tag.shift_remove("companies");
    }),
    response("GET /export/reporting_data/get_datasets", "attributes have a `qualified_id`", |list| {
        for dataset in list.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten() {
            for attribute in dataset.get_mut("attributes").and_then(Value::as_array_mut).into_iter().flatten() {
                if let Value::Object(attribute) = attribute {
                    attribute.shift_remove("qualified_id");
                }
            }
        }
    }),
    answer(
        &["GET /articles", "POST /articles", "GET /articles/{id}", "PUT /articles/{id}", "GET /articles/search"],
        "`parent_ids` takes the place of `parent_id` and `parent_type`",
        Feature::ParentLists,
    ),
    added(
        "article",
        &[
            "body_markdown",
            "has_unpublished_changes",
            "draft_updated_at",
            "ai_chatbot_availability",
            "ai_copilot_availability",
            "ai_sales_agent_availability",
            "created_by_id",
            "updated_by_id",
            "exclude_from_article_suggestions",
            "help_center_audience",
            "scheduled_publish_at",
            "scheduled_unpublish_at",
        ],
    ),
    added(
        "article_content",
        &[
            "audience_ids",
            "body_markdown",
            "has_unpublished_changes",
            "draft_updated_at",
            "ai_chatbot_availability",
            "ai_copilot_availability",
            "ai_sales_agent_availability",
            "created_by_id",
            "updated_by_id",
        ],
    ),
    response("GET /help_center/help_centers/{id}", "has `default` and `locales`", without_languages),
    response("GET /help_center/help_centers", "help centers have `default` and `locales`", |list| {
        let centers = list.get_mut("data").and_then(Value::as_array_mut).into_iter().flatten();
        centers.filter_map(Value::as_object_mut).for_each(without_languages);
    }),
    errors(
        ANY,
        "a merged contact is refused with 410 and a link to the contact that it is part of, not with 404",
        Feature::MergedContactsGone,
    ),
    errors(
        &["GET /data_attributes"],
        "`model=conversation` is refused; `GET /conversations/attributes` takes its place",
        Feature::ConversationAttributes,
    ),
    errors(
        &["POST /contacts/search", "POST /conversations/search", "POST /tickets/search"],
        "a sort order other than `ascending` and `descending` is refused",
        Feature::SortOrderChecked,
    ),
];

const UNASSIGNED: &str = "is 0, not null, when the conversation is unassigned";

const ASSIGNEES: &str = "is a number, not a string";

fn without_languages(center: &mut Object) {
    for field in ["default", "locales"] {
        center.shift_remove(field);
    }
}

fn as_text(id: &mut Value) {
    *id = id.to_string().into();
}

fn null_for_nobody(id: &mut Value) {
    if *id == 0 {
        *id = Value::Null;
    }
}
