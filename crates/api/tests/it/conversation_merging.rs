//! Merged conversations: the primary takes the place of its secondaries.

use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::conversations::{parts, started};
use crate::support::id;

fn number(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

async fn merge(app: &TestApp, from: &str, into: &str) -> Value {
    let body = json!({"merge_into_conversation_id": number(into).parse::<i64>().unwrap()});
    app.post(&format!("{from}/merge"), body).await.ok()
}

/// Two conversations, of which the first was merged into the second: their paths, and the contact of the first.
async fn merged(app: &TestApp) -> (String, String, String) {
    let (secondary, ada) = started(app, "ada@a.test").await;
    let (primary, _) = started(app, "bob@a.test").await;
    merge(app, &secondary, &primary).await;
    (secondary, primary, ada)
}

#[both]
async fn writes_to_a_merged_conversation_reach_its_primary(app: TestApp) {
    let (secondary, primary, ada) = merged(&app).await;
    let before = app.get(&secondary).await.ok();
    let admin = app.admin_id.to_string();
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let eve = id(&app.post("/contacts", json!({"email": "eve@a.test"})).await.ok());
    let message = |who: Value, kind: &str, words: &str| {
        let mut body = json!({"message_type": kind, "body": words});
        body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
        body
    };
    let user = json!({"type": "user", "intercom_user_id": ada});
    let teammate = json!({"type": "admin", "admin_id": admin});
    let steps = [
        ("POST", "/reply", message(user, "comment", "from the user")),
        ("POST", "/reply", message(teammate.clone(), "comment", "from a teammate")),
        ("POST", "/reply", message(teammate, "note", "a note")),
        (
            "POST",
            "/parts",
            json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin}),
        ),
        ("POST", "/parts", json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": NOW + 60})),
        ("POST", "/parts", json!({"message_type": "open", "admin_id": admin})),
        ("POST", "/customers", json!({"admin_id": admin, "customer": {"intercom_user_id": eve}})),
        ("PUT", "", json!({"title": "Together", "priority": "high"})),
    ];
    for (method, end, body) in steps {
        let answer = app.client().call(method, &format!("{secondary}{end}"), Some(&body)).await.ok();
        assert_eq!(id(&answer), number(&primary), "{method} {end} {body}");
        assert_eq!(app.get(&secondary).await.ok(), before, "{method} {end} {body}");
    }
    app.post(&format!("{secondary}/tags"), json!({"id": tag, "admin_id": admin})).await.ok();
    let shown = app.get(&primary).await.ok();
    for words in ["from the user", "from a teammate", "a note"] {
        assert!(parts(&shown).iter().any(|part| part["body"] == format!("<p>{words}</p>")), "{words}");
    }
    assert_eq!(
        (&shown["title"], &shown["state"], &shown["tags"]["tags"][0]["name"]),
        (&json!("Together"), &json!("open"), &json!("VIP"))
    );
    assert_eq!(shown["admin_assignee_id"], app.admin_id.number());
    assert_eq!(shown["contacts"]["contacts"].as_array().unwrap().len(), 3);
    app.client().call("DELETE", &format!("{secondary}/tags/{tag}"), Some(&json!({"admin_id": admin}))).await.ok();
    app.client().call("DELETE", &format!("{secondary}/customers/{eve}"), Some(&json!({"admin_id": admin}))).await.ok();
    let shown = app.get(&primary).await.ok();
    assert_eq!(
        (shown["tags"]["tags"].as_array().unwrap().len(), shown["contacts"]["contacts"].as_array().unwrap().len()),
        (0, 2)
    );
    // A primary that is closed opens again, its secondary does not.
    app.post(&format!("{primary}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin}))
        .await
        .ok();
    let again = app
        .post(
            &format!("{secondary}/reply"),
            json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "again"}),
        )
        .await
        .ok();
    assert_eq!((&again["state"], &app.get(&secondary).await.ok()["state"]), (&json!("open"), &json!("closed")));
    // It is the last conversation of its participants.
    let last = app
        .post(
            "/conversations/last/reply",
            json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "last"}),
        )
        .await
        .ok();
    assert_eq!(id(&last), number(&primary));
}

#[both]
async fn merged_parts_keep_their_conversation(app: TestApp) {
    let (secondary, primary, _) = merged(&app).await;
    let source = app.get(&secondary).await.ok()["source"]["id"].clone();
    let redact = json!({"type": "source", "conversation_id": number(&secondary), "source_id": source});
    let redacted = app.post("/conversations/redact", redact).await.ok();
    assert_eq!(
        (id(&redacted).as_str(), &redacted["source"]["redacted"], &redacted["state"]),
        (number(&secondary), &json!(true), &json!("closed"))
    );
    let kind = app.post("/ticket_types", json!({"name": "Bug"})).await.ok();
    let words = app
        .post(&format!("{secondary}/convert"), json!({"ticket_type_id": kind["id"]}))
        .await
        .refused(422, "parameter_invalid");
    assert_eq!(words, format!("This was merged into conversation {}", number(&primary)));
    app.delete(&secondary).await.ok();
    app.get(&primary).await.ok();
}

#[both]
async fn merged_tickets_cannot_change(app: TestApp) {
    let ticket = crate::tickets::ticket(&app, "Customer").await;
    let (primary, _) = started(&app, "bob@a.test").await;
    let contact = ticket["contacts"]["contacts"][0]["id"].clone();
    merge(&app, &format!("/conversations/{}", id(&ticket)), &primary).await;
    let path = format!("/tickets/{}", id(&ticket));
    for body in
        [json!({"open": true}), json!({"state": "in_progress"}), json!({"ticket_attributes": {"_default_title_": "x"}})]
    {
        app.put(&path, body).await.refused(422, "parameter_invalid");
    }
    let reply =
        json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "by the ticket"});
    app.post(&format!("{path}/reply"), reply).await.ok();
    let shown = app.get(&primary).await.ok();
    assert_eq!(parts(&shown).last().unwrap()["body"], "<p>by the ticket</p>");
    assert_eq!(app.get(&path).await.ok()["open"], false);
}

#[both]
async fn merge_chains_are_flattened(app: TestApp) {
    let (a, b, ada) = merged(&app).await;
    let (c, _) = started(&app, "eve@a.test").await;
    let (d, _) = started(&app, "dan@a.test").await;
    merge(&app, &b, &c).await;
    // Into a secondary is into its primary.
    assert_eq!(id(&merge(&app, &d, &a).await), number(&c));
    let reply =
        |words: &str| json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": words});
    for path in [&a, &b] {
        assert_eq!(id(&app.post(&format!("{path}/reply"), reply("x")).await.ok()), number(&c));
    }
    for into in [&a, &b, &d] {
        let body = json!({"merge_into_conversation_id": number(into)});
        let words = app.post(&format!("{c}/merge"), body).await.refused(422, "merge_failed");
        assert_eq!(words, "Cannot merge a conversation into one that was merged into it");
    }
    // Without the primary, the others are on their own again.
    app.delete(&c).await.ok();
    let alone = app.post(&format!("{a}/reply"), reply("alone")).await.ok();
    assert_eq!((id(&alone).as_str(), &alone["state"]), (number(&a), &json!("open")));
}

#[both]
async fn merged_conversations_follow_their_primary_s_rules(app: TestApp) {
    let customer = crate::tickets::ticket(&app, "Customer").await;
    let back_office = crate::tickets::ticket(&app, "Back-office").await;
    let contact = customer["contacts"]["contacts"][0]["id"].clone();
    let [secondary, primary] = [&customer, &back_office].map(|ticket| format!("/conversations/{}", id(ticket)));
    merge(&app, &secondary, &primary).await;
    let reply = json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "x"});
    let path = format!("/tickets/{}/reply", id(&customer));
    app.post(&path, reply).await.refused(400, "parameter_mismatch");
    let note = json!({"message_type": "note", "type": "admin", "admin_id": app.admin_id.number(), "body": "seen"});
    app.post(&path, note).await.ok();
    assert_eq!(parts(&app.get(&primary).await.ok()).last().unwrap()["body"], "<p>seen</p>");
}
