//! `/tickets`: creating, reading and tagging.

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, since, user};

/// A ticket type of a category with attributes of every type of data: its id.
pub(crate) async fn ticket_type(app: &TestApp, name: &str, category: &str) -> String {
    let made = app.post("/ticket_types", json!({"name": name, "category": category})).await.ok();
    let at = format!("/ticket_types/{}/attributes", id(&made));
    for (name, data_type) in
        [("Note", "string"), ("Count", "integer"), ("Amount", "decimal"), ("Sure", "boolean"), ("When", "datetime")]
    {
        app.post(&at, json!({"name": name, "description": "", "data_type": data_type})).await.ok();
    }
    app.post(&at, json!({"name": "Priority", "description": "", "data_type": "list", "list_items": "Low,High"}))
        .await
        .ok();
    app.post(&at, json!({"name": "Files", "description": "", "data_type": "files", "allow_multiple_values": true}))
        .await
        .ok();
    id(&made)
}

/// The attribute of this name of a type.
pub(crate) async fn attribute(app: &TestApp, of: &str, name: &str) -> Value {
    let of = app.get(&format!("/ticket_types/{of}")).await.ok();
    of["ticket_type_attributes"]["data"].as_array().unwrap().iter().find(|a| a["name"] == name).unwrap().clone()
}

/// The id of the default state of a category.
pub(crate) async fn state(app: &TestApp, category: &str) -> String {
    let all = app.get("/ticket_states").await.ok();
    id(all["data"].as_array().unwrap().iter().find(|s| s["category"] == category).unwrap())
}

/// A new ticket of a category for a new user.
pub(crate) async fn ticket(app: &TestApp, category: &str) -> Value {
    let of = ticket_type(app, category, category).await;
    let email = format!("{}@acme.test", category.to_lowercase());
    let user = user(app, &email).await;
    app.post(
        "/tickets",
        json!({"ticket_type_id": of, "contacts": [{"id": user}], "ticket_attributes": {"_default_title_": "Broken"}}),
    )
    .await
    .ok()
}

pub(crate) fn path(ticket: &Value) -> String {
    format!("/tickets/{}", id(ticket))
}

/// The parts of a ticket: their types.
pub(crate) fn kinds(ticket: &Value) -> Vec<&str> {
    ticket["ticket_parts"]["ticket_parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["part_type"].as_str().unwrap())
        .collect()
}

pub(crate) fn last(ticket: &Value) -> &Value {
    ticket["ticket_parts"]["ticket_parts"].as_array().unwrap().last().unwrap()
}

pub(crate) async fn since_last(app: &TestApp, seen: &mut usize) -> Vec<String> {
    let topics = app.topics().await;
    let new = topics[*seen..].to_vec();
    *seen = topics.len();
    new
}

#[both]
async fn a_ticket_is_made(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let user = user(&app, "ada@acme.test").await;
    let body = json!({"ticket_type_id": of, "contacts": [{"id": user}],
        "ticket_attributes": {"_default_title_": "example", "_default_description_": "there is a problem"}});
    let made = app.post("/tickets", body).await.ok();
    let part = &made["ticket_parts"]["ticket_parts"][0];
    let submitted = state(&app, "submitted").await;
    assert_eq!(
        made,
        json!({
            "type": "ticket", "id": made["id"], "ticket_id": "1",
            "ticket_attributes": {"_default_title_": "example", "_default_description_": "there is a problem"},
            "ticket_state": {"type": "ticket_state", "id": submitted, "category": "submitted", "internal_label": "Submitted", "external_label": "Submitted"},
            "ticket_type": app.get(&format!("/ticket_types/{of}")).await.ok(),
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": user, "external_id": "ada"}]},
            "admin_assignee_id": 0, "team_assignee_id": 0, "created_at": NOW, "updated_at": NOW,
            "ticket_parts": {"type": "ticket_part.list", "total_count": 1, "ticket_parts": [{
                "type": "ticket_part", "id": part["id"], "part_type": "ticket_state_updated_by_admin", "ticket_state": "submitted",
                "previous_ticket_state": "submitted", "created_at": NOW, "updated_at": NOW, "author": part["author"],
                "attachments": [], "redacted": false,
            }]},
            "open": true, "linked_objects": {"type": "list", "data": [], "total_count": 0, "has_more": false},
            "category": "Customer", "is_shared": true,
        })
    );
    assert_eq!(part["author"]["type"], "bot");
    assert_eq!(app.get(&path(&made)).await.ok(), made);
    assert_eq!(app.topics().await.last().unwrap(), "ticket.created");
    // It is a conversation too.
    let conversation = app.get(&format!("/conversations/{}", id(&made))).await.ok();
    assert_eq!((&conversation["ticket"]["ticket_id"], &conversation["title"]), (&json!("1"), &json!("example")));
    let second = app
        .post("/tickets", json!({"ticket_type_id": of.parse::<i64>().unwrap(), "contacts": [{"external_id": "ada"}]}))
        .await
        .ok();
    assert_eq!(second["ticket_id"], "2");
    assert_eq!(second["ticket_attributes"], json!({"_default_title_": null, "_default_description_": null}));
    // Each workspace counts for itself.
    let other = app.other_workspace().await;
    let foreign_type = other.post("/ticket_types", json!({"name": "x"})).await.ok();
    let body = json!({"ticket_type_id": foreign_type["id"], "contacts": [{"email": "eve@other.test"}]});
    assert_eq!(other.post("/tickets", body).await.ok()["ticket_id"], "1");
}

#[both]
async fn tickets_accept_every_contact_identifier(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let ada = user(&app, "ada@acme.test").await;
    let make = |contacts: Value| app.post("/tickets", json!({"ticket_type_id": of, "contacts": contacts}));
    for contact in [json!({"id": ada}), json!({"external_id": "ada"}), json!({"email": "ADA@acme.test"})] {
        assert_eq!(make(json!([contact])).await.ok()["contacts"]["contacts"][0]["id"], json!(ada));
    }
    // An unknown email address creates one lead.
    let first = make(json!([{"email": "new@acme.test"}])).await.ok();
    let lead = first["contacts"]["contacts"][0]["id"].as_str().unwrap().to_owned();
    let found = app.get(&format!("/contacts/{lead}")).await.ok();
    assert_eq!((&found["role"], &found["email"]), (&json!("lead"), &json!("new@acme.test")));
    assert_eq!(make(json!([{"email": "new@acme.test"}])).await.ok()["contacts"]["contacts"][0]["id"], json!(lead));
    make(json!([{"id": crate::support::unknown_contact()}])).await.refused(404, "not_found");
    make(json!([{"external_id": "nobody"}])).await.refused(404, "not_found");
    make(json!([{"email": "no email"}])).await.refused(400, "parameter_invalid");
    make(json!([{}])).await.refused(400, "parameter_not_found");
    assert_eq!(make(json!([])).await.refused(400, "parameter_invalid"), "contacts must hold exactly one contact");
    make(json!([{"id": ada}, {"id": lead}])).await.refused(400, "parameter_invalid");
    make(Value::Null).await.refused(400, "parameter_not_found");
}

#[both]
async fn tickets_accept_every_field_on_creation(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let ada = user(&app, "ada@acme.test").await;
    let company = app.post("/companies", json!({"company_id": "acme", "name": "Acme"})).await.ok();
    let team = {
        let actor = app.actor();
        app.write(move |tx| {
            deskwire_domain::teams::declare(
                &mut Cx::new(tx, &actor),
                &serde_json::from_value(json!({"name": "Support"})).unwrap(),
            )
        })
        .await;
        id(&app.get("/teams").await.ok()["teams"][0])
    };
    let full = json!({"ticket_type_id": of, "contacts": [{"id": ada}], "company_id": company["id"], "created_at": NOW - 100,
        "assignment": {"admin_assignee_id": app.admin_id.to_string(), "team_assignee_id": team}});
    let made = app.post("/tickets", full.clone()).await.ok();
    assert_eq!(
        (&made["admin_assignee_id"], &made["team_assignee_id"]),
        (&json!(app.admin_id.number()), &json!(team.parse::<i64>().unwrap()))
    );
    assert_eq!(made["created_at"], NOW - 100);
    assert_eq!(kinds(&made), ["ticket_state_updated_by_admin", "assignment", "assignment"]);
    let with = |key: &str, value: Value| {
        let mut body = full.clone();
        body[key] = value;
        body
    };
    app.post("/tickets", with("company_id", json!("acme"))).await.ok();
    app.post("/tickets", with("company_id", json!("nothing"))).await.refused(404, "company_not_found");
    app.post("/tickets", with("created_at", json!(NOW + 100))).await.refused(400, "parameter_invalid");
    app.post("/tickets", with("assignment", json!({"admin_assignee_id": "77"})))
        .await
        .refused(404, "assignee_not_found");
    app.post("/tickets", with("assignment", json!({"team_assignee_id": "77"})))
        .await
        .refused(404, "assignee_not_found");
    app.post("/tickets", with("ticket_type_id", json!("77"))).await.refused(404, "not_found");
    app.post("/tickets", with("ticket_type_id", Value::Null)).await.refused(400, "parameter_not_found");
    // Assignments at once are newer than 2.13.
    assert_eq!(app.version("2.13").post("/tickets", full.clone()).await.ok()["admin_assignee_id"], "0");
    app.put(&format!("/ticket_types/{of}"), json!({"archived": true})).await.ok();
    assert_eq!(app.post("/tickets", full).await.refused(400, "parameter_invalid"), "Ticket type is archived");
}

#[both]
async fn attributes_are_typed_and_required(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let ada = user(&app, "ada@acme.test").await;
    let low = attribute(&app, &of, "Priority").await["input_options"]["list_options"][0]["id"].clone();
    let make = |attributes: Value| {
        app.post("/tickets", json!({"ticket_type_id": of, "contacts": [{"id": ada}], "ticket_attributes": attributes}))
    };
    let good = json!({"_default_title_": "t", "Note": "n", "Count": 3, "Amount": 2.5, "Sure": true, "When": NOW, "Priority": low,
        "Files": [{"url": "https://files.test/a/photo.png", "content_type": "image/png"}]});
    let shown = make(good).await.ok()["ticket_attributes"].clone();
    assert_eq!(
        (&shown["Count"], &shown["Amount"], &shown["Sure"], &shown["When"]),
        (&json!(3), &json!(2.5), &json!(true), &json!(NOW))
    );
    // The request has the item's id, the answer its label.
    assert_eq!((&shown["Note"], &shown["Priority"]), (&json!("n"), &json!("Low")));
    assert_eq!((&shown["Files"][0]["type"], &shown["Files"][0]["name"]), (&json!("upload"), &json!("photo.png")));
    let texts =
        json!({"Count": "3", "Amount": "2.5", "Sure": "false", "When": "2026-03-01T12:00:00Z", "Priority": "High"});
    let shown = make(texts).await.ok()["ticket_attributes"].clone();
    assert_eq!(
        (&shown["Count"], &shown["Sure"], &shown["When"], &shown["Priority"]),
        (&json!(3), &json!(false), &json!(NOW), &json!("High"))
    );
    assert_eq!(make(json!({"When": "2026-03-01"})).await.ok()["ticket_attributes"]["When"], NOW - 12 * 3600);
    for (name, bad) in [
        ("Count", json!("x")),
        ("Count", json!(1.5)),
        ("Amount", json!("NaN")),
        ("Sure", json!("yes")),
        ("When", json!("soon")),
        ("When", json!(NOW * 1000)),
        ("Priority", json!("Urgent")),
        ("Files", json!("x")),
        ("Files", json!([{"url": "file:///etc/passwd"}])),
        ("Note", json!({})),
    ] {
        let message = make(json!({name: bad})).await.refused(400, "parameter_invalid");
        assert!(message.contains(name), "{message}");
    }
    let message = make(json!({"Colour": "red", "Note": "n", "Size": 1})).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Extra attributes provided that are not found on ticket type: Colour, Size");
    let at = format!("/ticket_types/{of}/attributes/{}", id(&attribute(&app, &of, "Note").await));
    app.put(&at, json!({"required_to_create": true})).await.ok();
    for missing in [json!({}), json!({"Note": null}), json!({"Note": "  "})] {
        assert_eq!(make(missing).await.refused(400, "parameter_invalid"), "Missing required ticket attributes");
    }
    make(json!({"Note": "n"})).await.ok();
    // An archived attribute is no longer required, and is unknown.
    app.put(&at, json!({"archived": true})).await.ok();
    make(json!({})).await.ok();
    make(json!({"Note": "n"})).await.refused(400, "parameter_invalid");
}

#[both]
async fn statistics_are_kept_for_tickets_too(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let at = format!("{}/reply", path(&made));
    let user = made["contacts"]["contacts"][0]["id"].clone();
    app.clock.advance(10);
    app.post(&at, json!({"message_type": "comment", "type": "user", "intercom_user_id": user, "body": "?"})).await.ok();
    app.clock.advance(20);
    app.post(&at, json!({"message_type": "comment", "type": "admin", "admin_id": app.admin_id.number(), "body": "!"}))
        .await
        .ok();
    app.clock.advance(5);
    app.put(&path(&made), json!({"ticket_state_id": state(&app, "resolved").await, "admin_id": app.admin_id.number()}))
        .await
        .ok();
    let statistics = app.get(&format!("/conversations/{}", id(&made))).await.ok()["statistics"].clone();
    assert_eq!(
        (&statistics["first_contact_reply_at"], &statistics["time_to_admin_reply"]),
        (&json!(NOW + 10), &json!(20))
    );
    assert_eq!(
        (&statistics["time_to_first_close"], &statistics["last_closed_by_id"]),
        (&json!(25), &json!(app.admin_id.to_string()))
    );
    assert_eq!(statistics["count_conversation_parts"], 5);
}

#[both]
async fn tags_are_added_and_removed(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let at = format!("{}/tags", path(&made));
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok();
    let admin = app.admin_id.to_string();
    let body = json!({"id": tag["id"], "admin_id": admin});
    let applied = app.post(&at, body.clone()).await.ok();
    assert_eq!(
        applied,
        json!({"type": "tag", "id": tag["id"], "name": "VIP", "applied_at": NOW, "applied_by": {"type": "admin", "id": admin}})
    );
    app.clock.advance(9);
    assert_eq!(app.post(&at, body.clone()).await.ok(), applied);
    assert_eq!(app.get(&format!("/conversations/{}", id(&made))).await.ok()["tags"]["tags"], json!([applied]));
    let one = format!("{at}/{}", id(&tag));
    assert_eq!(app.client().call("DELETE", &one, Some(&json!({"admin_id": admin}))).await.ok(), applied);
    assert_eq!(app.delete(&one).await.refused(404, "tag_not_found"), "Tag not found");
    assert_eq!(
        app.post(&at, json!({"id": "77", "admin_id": admin})).await.refused(404, "tag_not_found"),
        "Tag not found"
    );
    assert_eq!(app.post("/tickets/77/tags", body.clone()).await.refused(404, "ticket_not_found"), "Ticket not found");
    app.delete(&format!("/tickets/77/tags/{}", id(&tag))).await.refused(404, "ticket_not_found");
    app.post(&at, json!({"id": tag["id"]})).await.refused(400, "parameter_not_found");
    app.post(&at, json!({"id": tag["id"], "admin_id": "77"})).await.refused(404, "admin_not_found");
    assert_eq!(app.get(&format!("/conversations/{}", id(&made))).await.ok()["tags"]["tags"], json!([]));
}

#[both]
async fn every_version_that_has_tickets(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let other = ticket_type(&app, "Wish", "Customer").await;
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok();
    let ada = user(&app, "ada@acme.test").await;
    let tracked = ticket_type(&app, "Fault", "Tracker").await;
    let tracker = app.post("/tickets", json!({"ticket_type_id": tracked, "contacts": [{"id": ada}]})).await.ok();
    let tracker = id(&tracker);
    let admin = app.admin_id.to_string();
    for version in since(Version::V2_9) {
        let client = app.version(version);
        let at_least = |first: Version| Version::parse(version).unwrap() >= first;
        let made = client
            .post(
                "/tickets",
                json!({"ticket_type_id": of, "contacts": [{"id": ada}], "ticket_attributes": {"_default_title_": "t"}}),
            )
            .await
            .ok();
        let path = path(&made);
        let change = if at_least(Version::V2_12) {
            json!({"ticket_state_id": state(&app, "waiting_on_customer").await})
        } else {
            json!({"state": "waiting_on_customer"})
        };
        let after = client.put(&path, change).await.ok();
        if at_least(Version::V2_12) {
            assert_eq!(after["ticket_state"]["external_label"], "Waiting on you", "{version}");
        } else {
            assert_eq!(
                (&after["ticket_state"], &after["ticket_state_external_label"]),
                (&json!("waiting_on_customer"), &json!("Waiting on you"))
            );
        }
        let assignment = if at_least(Version::V2_14) {
            json!({"admin_id": app.admin_id.number(), "assignee_id": admin})
        } else {
            json!({"assignment": {"admin_id": admin, "assignee_id": admin}})
        };
        let after = client.put(&path, assignment).await.ok();
        let expected = if at_least(Version::V2_16) { json!(app.admin_id.number()) } else { json!(admin) };
        assert_eq!(after["admin_assignee_id"], expected, "{version}");
        assert_eq!(after.get("category").is_some(), at_least(Version::V2_10));
        assert_eq!(after.get("previous_ticket_state_id").is_some(), at_least(Version::V2_16));
        client.put(&path, json!({"ticket_attributes": {"Count": 3}, "snoozed_until": NOW + 60})).await.ok();
        client.get(&path).await.ok();
        client
            .post(
                &format!("{path}/reply"),
                json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": "x"}),
            )
            .await
            .ok();
        let comment = json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "x"});
        let answer = client.post(&format!("{path}/reply"), comment).await;
        if at_least(Version::V2_10) {
            answer.ok();
        } else {
            answer.refused(400, "parameter_invalid");
        }
        if at_least(Version::V2_10) {
            client.post(&format!("{path}/tags"), json!({"id": tag["id"], "admin_id": admin})).await.ok();
            client.call("DELETE", &format!("{path}/tags/{}", id(&tag)), Some(&json!({"admin_id": admin}))).await.ok();
            let found = client
                .post("/tickets/search", json!({"query": {"field": "created_at", "operator": ">", "value": 0}}))
                .await
                .ok();
            assert!(found["total_count"].as_i64().unwrap() >= 1);
        }
        client.get(&format!("/conversations/{}", id(&made))).await.ok();
        if at_least(Version::V2_16) {
            let links = format!("/tickets/{tracker}/linked_conversations");
            assert_eq!(
                client.post(&links, json!({"conversation_id": made["id"]})).await.ok()["linked_objects"]["total_count"],
                1
            );
            client.delete(&format!("{links}/{}", id(&made))).await.ok();
            let change = json!({"ticket_type_id": other, "ticket_state_id": state(&app, "submitted").await});
            assert_eq!(
                client.post(&format!("{path}/change_type"), change).await.ok()["ticket_type"]["id"],
                json!(other)
            );
        }
        if at_least(Version::V2_13) {
            assert_eq!(client.delete(&path).await.ok(), json!({"id": made["id"], "object": "ticket", "deleted": true}));
        }
    }
    // Fields that are newer than the caller's version have no effect.
    let made = app.post("/tickets", json!({"ticket_type_id": of, "contacts": [{"id": ada}]})).await.ok();
    assert_eq!(
        app.put(&path(&made), json!({"state": "resolved", "assignment": {"assignee_id": admin}})).await.ok()["ticket_state"]
            ["category"],
        "submitted"
    );
    let resolved = state(&app, "resolved").await;
    assert_eq!(
        app.version("2.11").put(&path(&made), json!({"ticket_state_id": resolved, "assignee_id": admin})).await.ok()["ticket_state"],
        "submitted"
    );
    app.version("2.11").put(&path(&made), json!({"state": "done"})).await.refused(400, "parameter_invalid");
}
