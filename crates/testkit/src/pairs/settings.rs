//! Verbs on the settings of a workspace: types, attributes, teammates, segments.

use deskwire_domain::segments;
use serde_json::json;

use super::verbs::{APPLY, Call, Verb, call, contact, core, delete, manage, post, put, reply, verb};

pub(super) const SETTINGS: &[Verb] = &[
    core("ticket_types.archive", &["kind"], |f| {
        put(format!("/ticket_types/{}", f.id("kind")), json!({"archived": true}))
    }),
    verb("ticket_types.update category", &["kind"], |f| {
        put(format!("/ticket_types/{}", f.id("kind")), json!({"category": "Back-office"}))
    }),
    verb("ticket_types.archive second", &["kind2"], |f| {
        put(format!("/ticket_types/{}", f.id("kind2")), json!({"archived": true}))
    }),
    verb("ticket_types.add attribute", &["kind"], |f| {
        let body = json!({"name": "Colour", "description": "", "data_type": "string", "required_to_create": true});
        post(format!("/ticket_types/{}/attributes", f.id("kind")), body)
    }),
    verb("data_attributes.create", &["newcomer"], |f| {
        post("/data_attributes", json!({"name": format!("new {}", f.mark), "model": "contact", "data_type": "string"}))
    }),
    verb("data_attributes.archive", &["attribute"], |f| {
        put(format!("/data_attributes/{}", f.id("attribute")), json!({"archived": true}))
    }),
    verb("contacts.update attribute", &["attribute", "user"], |f| {
        put(contact(f, "user", ""), json!({"custom_attributes": {f.mark.clone(): "value"}}))
    }),
    verb("attributes.archive", &["field"], |f| delete(format!("/conversations/attributes/{}", f.id("field")))),
    verb("attributes.add option", &["field"], |f| {
        post(format!("/conversations/attributes/{}/options", f.id("field")), json!({"label": "d"}))
    }),
    verb("teams.update", &["team", "admin"], |f| {
        let admin: i64 = f.id("admin").parse().unwrap_or_default();
        put(format!("/teams/{}", f.id("team")), json!({"admin_ids": [admin]}))
    }),
    verb("teams.update to first", &["team"], |f| {
        let admin: i64 = f.world.admin.parse().unwrap_or_default();
        put(format!("/teams/{}", f.id("team")), json!({"admin_ids": [admin]}))
    }),
    verb("admins.away", &["admin"], |f| {
        put(format!("/admins/{}/away", f.id("admin")), json!({"away_mode_enabled": true, "away_mode_reassign": false}))
    }),
    verb("admins.away reassigning", &["admin"], |f| {
        put(format!("/admins/{}/away", f.id("admin")), json!({"away_mode_enabled": true, "away_mode_reassign": true}))
    }),
    verb("admins.remove", &["admin"], |_| apply("admin")),
    verb("admins.remove assigned", &["assigned"], |_| apply("admin")),
    verb("admins.away assigned", &["assigned"], |f| {
        put(format!("/admins/{}/away", f.id("admin")), json!({"away_mode_enabled": true, "away_mode_reassign": true}))
    }),
    verb("admins.back", &["away"], |f| {
        put(format!("/admins/{}/away", f.id("admin")), json!({"away_mode_enabled": false, "away_mode_reassign": false}))
    }),
    verb("conversations.reply assigned", &["assigned"], |f| reply(f, "talk", "user")),
    verb("conversations.reply away", &["away"], |f| reply(f, "talk", "user")),
    verb("conversations.unassign", &["assigned"], |f| {
        manage(f, &json!({"message_type": "assignment", "assignee_id": "0"}))
    }),
    verb("teams.prune", &["team"], |_| apply("team")),
    verb("teams.prune with work", &["with_team"], |_| apply("team")),
    verb("segments.change", &["segment"], |_| apply("segment to leads")),
    verb("segments.prune", &["segment"], |_| apply("segment")),
    verb("contacts.search segment", &["segment"], |f| {
        let query = json!({"query": {"field": "segment_id", "operator": "=", "value": f.id("segment")}});
        post("/contacts/search", query)
    }),
];

fn apply(what: &str) -> Call {
    call(APPLY, what.to_owned(), None)
}

/// The segment of a fixture: its contacts of one role.
pub(super) fn segment(name: &str, mark: &str, role: &str) -> segments::Declared {
    let filter =
        |field: &str, operator: &str, value: &str| json!({"field": field, "operator": operator, "value": value});
    let query = json!({"operator": "AND", "value": [filter("email", "~", mark), filter("role", "=", role)]});
    segments::Declared { name: name.to_owned(), person_type: "user".to_owned(), query }
}
