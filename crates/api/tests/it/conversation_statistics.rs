//! Statistics follow the times of messages, in whatever order they arrive.

use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::conversations::{parts, started};
use crate::support::{id, user};

const DAY: i64 = 86_400;

/// Adds a message with a given time.
async fn say(app: &TestApp, path: &str, by: Option<&str>, at: i64) -> Value {
    let who = match by {
        Some(contact) => {
            json!({"type": "user", "intercom_user_id": contact, "message_type": "comment", "body": "x", "created_at": at})
        }
        None => {
            json!({"type": "admin", "admin_id": app.admin_id.number(), "message_type": "comment", "body": "x", "created_at": at})
        }
    };
    app.post(&format!("{path}/reply"), who).await.ok()
}

/// A conversation that this contact started then: its path.
async fn start_conversation(app: &TestApp, contact: &str, at: i64) -> String {
    let new = json!({"from": {"type": "user", "id": contact}, "body": "Help!", "created_at": at});
    let made = app.post("/conversations", new).await.ok();
    format!("/conversations/{}", made["conversation_id"].as_str().unwrap())
}

#[both]
async fn statistics_ignore_import_order(app: TestApp) {
    let contact = user(&app, "ada@a.test").await;
    let path = start_conversation(&app, &contact, NOW - 10 * DAY).await;
    say(&app, &path, None, NOW - DAY).await;
    say(&app, &path, Some(&contact), NOW - 3 * DAY).await;
    let shown = say(&app, &path, None, NOW - 9 * DAY).await;
    let statistics = &shown["statistics"];
    for (name, value) in [
        ("time_to_admin_reply", DAY),
        ("first_contact_reply_at", NOW - 10 * DAY),
        ("first_admin_reply_at", NOW - 9 * DAY),
        ("last_contact_reply_at", NOW - 3 * DAY),
        ("last_admin_reply_at", NOW - DAY),
        ("median_time_to_reply", DAY * 3 / 2),
        ("count_conversation_parts", 3),
    ] {
        assert_eq!(statistics[name], value, "{name}: {statistics}");
    }
    assert_eq!(shown["waiting_since"], Value::Null);
    assert_eq!(app.get(&format!("/contacts/{contact}")).await.ok()["last_replied_at"], NOW - 3 * DAY);
    let shown = say(&app, &path, Some(&contact), NOW - DAY / 2).await;
    assert_eq!(shown["waiting_since"], NOW - DAY / 2);
}

#[both]
async fn import_order_does_not_change_statistics(app: TestApp) {
    let contact = user(&app, "ada@a.test").await;
    let messages = [(true, 8), (false, 7), (false, 6), (true, 5), (true, 4), (false, 2)];
    let mut expected = None;
    for order in [[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0], [3, 0, 5, 1, 4, 2], [1, 3, 5, 0, 2, 4], [4, 5, 2, 0, 3, 1]] {
        let path = start_conversation(&app, &contact, NOW - 10 * DAY).await;
        let mut shown = Value::Null;
        for place in order {
            let (by_contact, days) = messages[place];
            shown = say(&app, &path, Some(contact.as_str()).filter(|_| by_contact), NOW - days * DAY).await;
        }
        assert_eq!(parts(&shown).len(), messages.len());
        let outcome = (shown["statistics"].clone(), shown["waiting_since"].clone());
        assert_eq!(*expected.get_or_insert_with(|| outcome.clone()), outcome, "{order:?}");
    }
}

#[both]
async fn older_imports_do_not_move_times(app: TestApp) {
    let admin = app.admin_id.to_string();
    let (path, contact) = started(&app, "ada@a.test").await;
    app.clock.advance(100);
    let assign = json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin});
    app.post(&format!("{path}/parts"), assign).await.ok();
    app.clock.advance(100);
    let closed = app
        .post(&format!("{path}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin}))
        .await
        .ok();
    app.clock.advance(100);
    app.post(&format!("{path}/parts"), json!({"message_type": "open", "admin_id": admin})).await.ok();
    let before = app.get(&path).await.ok()["statistics"].clone();
    assert_eq!(before["first_close_at"], closed["statistics"]["first_close_at"]);
    // A note counts for nothing; a reply between the assignment and the close is the first one.
    let note = json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "x", "created_at": NOW + 50});
    assert_eq!(app.post(&format!("{path}/reply"), note).await.ok()["statistics"]["time_to_admin_reply"], Value::Null);
    let after = say(&app, &path, None, NOW + 150).await["statistics"].clone();
    for name in [
        "first_assignment_at",
        "first_close_at",
        "last_close_at",
        "last_closed_by_id",
        "count_reopens",
        "count_assignments",
        "time_to_first_close",
        "handling_time",
    ] {
        assert_eq!(after[name], before[name], "{name}");
    }
    assert_eq!(
        (&after["time_to_admin_reply"], &after["last_assignment_admin_reply_at"]),
        (&json!(150), &json!(NOW + 150))
    );
    // The contact turns out to have written earlier: all that starts with their first message starts earlier.
    let after = say(&app, &path, Some(&contact), NOW - 1_000).await["statistics"].clone();
    assert_eq!((&after["first_contact_reply_at"], &after["time_to_first_close"]), (&json!(NOW - 1_000), &json!(1_200)));
    assert_eq!((&after["time_to_admin_reply"], &after["last_contact_reply_at"]), (&json!(1_150), &json!(NOW)));
}

#[both]
async fn a_teammate_replies_in_the_last_conversation_of_a_contact(app: TestApp) {
    let (_, contact) = started(&app, "ada@a.test").await;
    let said = json!({"from": {"type": "user", "id": contact}, "body": "Again"});
    let last = app.post("/conversations", said).await.ok()["conversation_id"].clone();
    started(&app, "bob@a.test").await;
    for named in [json!({"intercom_user_id": contact}), json!({"email": "ada@a.test"}), json!({"user_id": "ada"})] {
        for by in [json!({"type": "admin", "admin_id": app.admin_id.number()}), json!({"type": "user"})] {
            let mut body = json!({"message_type": "comment", "body": "Hello"});
            for fields in [&named, &by] {
                body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
            }
            let shown = app.post("/conversations/last/reply", body.clone()).await.ok();
            assert_eq!(json!(id(&shown)), last, "{body}");
            assert_eq!(parts(&shown).last().unwrap()["author"]["type"], body["type"]);
        }
    }
    let body = json!({"message_type": "comment", "body": "Hello", "type": "admin", "admin_id": app.admin_id.number()});
    app.post("/conversations/last/reply", body.clone()).await.refused(400, "parameter_not_found");
    let mut unknown = body;
    unknown["email"] = "nobody@a.test".into();
    app.post("/conversations/last/reply", unknown).await.refused(404, "not_found");
}

#[both]
async fn bodies_are_escaped_exactly_once(app: TestApp) {
    let (path, contact) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    let text = "A &amp; B & C <img src=\"/oauth/sign_out\"><a href=\"//evil.test\">x</a>";
    let html = "<p>A &amp; B &amp; C <a rel=\"nofollow noopener noreferrer\">x</a></p>";
    for (given, kept) in [("A &amp; B & C", "<p>A &amp; B &amp; C</p>"), (text, html)] {
        for body in [
            json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": given}),
            json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": given}),
            json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": given}),
        ] {
            let shown = app.post(&format!("{path}/reply"), body).await.ok();
            assert_eq!(parts(&shown).last().unwrap()["body"], kept);
        }
        let note = app.post(&format!("/contacts/{contact}/notes"), json!({"body": given})).await.ok();
        assert_eq!(note["body"], kept);
        let message = json!({"message_type": "in_app", "body": given, "from": {"type": "admin", "id": admin},
            "to": {"type": "user", "id": contact}, "create_conversation_without_contact_reply": true});
        let sent = app.post("/messages", message).await.ok();
        let shown = app.get(&format!("/conversations/{}", sent["conversation_id"].as_str().unwrap())).await.ok();
        assert_eq!(shown["source"]["body"], kept);
    }
}

#[both]
async fn imported_conversations_are_updated_at_import(app: TestApp) {
    let contact = user(&app, "ada@a.test").await;
    let path = start_conversation(&app, &contact, NOW - 10 * DAY).await;
    let conversation = app.get(&path).await.ok();
    let of = crate::tickets::ticket_type(&app, "Bug", "Customer").await;
    let new = json!({"ticket_type_id": of, "contacts": [{"id": contact}], "created_at": NOW - 10 * DAY});
    let ticket = app.post("/tickets", new).await.ok();
    for made in [&conversation, &ticket] {
        assert_eq!((&made["created_at"], &made["updated_at"]), (&json!(NOW - 10 * DAY), &json!(NOW)));
    }
    // A client that polls for changes since its last request finds it.
    let recent = json!({"query": {"field": "updated_at", "operator": ">", "value": NOW - 1}});
    let found = app.post("/conversations/search", recent).await.ok();
    assert!(found["conversations"].as_array().unwrap().iter().any(|c| c["id"] == conversation["id"]), "{found}");
}

#[both]
async fn imported_messages_do_not_reopen_conversations_closed_later(app: TestApp) {
    let contact = user(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    let path = start_conversation(&app, &contact, NOW - 10 * DAY).await;
    for (part, state) in [
        (json!({"message_type": "close", "type": "admin", "admin_id": admin}), "closed"),
        (json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": NOW + DAY}), "snoozed"),
    ] {
        app.post(&format!("{path}/parts"), part).await.ok();
        let earlier = say(&app, &path, Some(&contact), NOW - DAY).await;
        let last = parts(&earlier).last().unwrap();
        assert_eq!((&earlier["state"], &last["part_type"]), (&json!(state), &json!("comment")));
        assert_eq!(say(&app, &path, None, NOW - DAY).await["state"], state);
        assert!(earlier["waiting_since"].is_null() || state == "snoozed");
        app.clock.advance(10);
        let now = json!({"type": "user", "intercom_user_id": contact, "message_type": "comment", "body": "x"});
        assert_eq!(app.post(&format!("{path}/reply"), now).await.ok()["state"], "open");
    }
}
