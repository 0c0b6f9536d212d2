//! Conversations: starting, reading, replying, managing.

use deskwire_api::versions::Version;
use deskwire_testkit::{TestApp, Value, both, json};

use crate::support::{id, since, user};

/// A conversation that a new user started: its path, and the user's id.
pub(crate) async fn started(app: &TestApp, email: &str) -> (String, String) {
    let user = user(app, email).await;
    let made = app.post("/conversations", json!({"from": {"type": "user", "id": user}, "body": "Help!"})).await.ok();
    (format!("/conversations/{}", made["conversation_id"].as_str().unwrap()), user)
}

pub(crate) fn parts(conversation: &Value) -> &Vec<Value> {
    conversation["conversation_parts"]["conversation_parts"].as_array().expect("a conversation shows its parts")
}

#[both]
async fn a_contact_starts_a_conversation(app: TestApp) {
    let user = user(&app, "ada@a.test").await;
    let made = app
        .post("/conversations", json!({"from": {"type": "user", "id": user}, "body": "1 < 2 & <b>so</b>"}))
        .await
        .ok();
    assert_eq!((&made["type"], &made["message_type"]), (&json!("user_message"), &json!("inapp")));
    assert_eq!(made["body"], "1 < 2 & <b>so</b>");
    let path = format!("/conversations/{}", made["conversation_id"].as_str().unwrap());
    let found = app.get(&path).await.ok();
    assert_eq!(found["source"]["id"], made["id"]);
    assert_eq!(found["source"]["body"], "<p>1 &lt; 2 &amp; &lt;b&gt;so&lt;/b&gt;</p>");
    assert_eq!(found["source"]["author"]["id"], json!(user));
    assert_eq!((&found["state"], &found["open"], &found["read"]), (&json!("open"), &json!(true), &json!(false)));
    assert_eq!(found["contacts"]["contacts"][0]["id"], json!(user));
    assert_eq!(found["waiting_since"], found["created_at"]);
    assert_eq!(found["first_contact_reply"]["created_at"], found["created_at"]);
    assert_eq!(app.topics().await.last().unwrap(), "conversation.user.created");
    let plain = app.get(&format!("{path}?display_as=plaintext")).await.ok();
    assert_eq!(plain["source"]["body"], "1 < 2 & <b>so</b>");
    app.post("/conversations", json!({"from": {"type": "user", "id": "123_doesnt_exist"}, "body": "Hello"}))
        .await
        .refused(404, "not_found");
    app.post("/conversations", json!({"from": {"type": "user", "id": user}})).await.refused(400, "parameter_not_found");
}

#[both]
async fn every_version_shows_conversations_its_own_way(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let admin = app.admin_id.to_string();
        client
            .post(
                &format!("{path}/reply"),
                json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "Hi"}),
            )
            .await
            .ok();
        client
            .post(
                &format!("{path}/reply"),
                json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "Hi"}),
            )
            .await
            .ok();
        client
            .post(
                &format!("{path}/parts"),
                json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin}),
            )
            .await
            .ok();
        client
            .post(
                &format!("{path}/parts"),
                json!({"message_type": "close", "type": "admin", "admin_id": admin, "body": "Bye"}),
            )
            .await
            .ok();
        client.post(&format!("{path}/parts"), json!({"message_type": "open", "admin_id": admin})).await.ok();
        client
            .post(
                &format!("{path}/parts"),
                json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": deskwire_testkit::NOW + 60}),
            )
            .await
            .ok();
        let found = client.get(&path).await.ok();
        assert_eq!(found["state"], "snoozed", "{version}");
        if Version::parse(version) <= Some(Version::V2_11) {
            let ruled = client.post(&format!("{path}/run_assignment_rules"), json!({})).await.ok();
            assert_eq!(
                (&ruled["admin_assignee_id"], &parts(&ruled).last().unwrap()["part_type"]),
                (&Value::Null, &json!("default_assignment"))
            );
            // The path of older official clients, which is in no description.
            let old = app
                .version(version)
                .off_the_record()
                .post(&format!("{path}/run_assignment_rules/parts"), json!({}))
                .await
                .ok();
            assert_eq!(old["id"], ruled["id"]);
        } else {
            app.version(version)
                .off_the_record()
                .post(&format!("{path}/run_assignment_rules"), json!({}))
                .await
                .refused(400, "intercom_version_invalid");
        }
        client.post("/conversations", json!({"from": {"type": "user", "id": user}, "body": "Hello"})).await.ok();
    }
}

#[both]
async fn imported_parts_keep_order_and_statistics(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    app.clock.advance(10);
    let assigned = app
        .post(
            &format!("{path}/parts"),
            json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin}),
        )
        .await
        .ok();
    assert_eq!(assigned["admin_assignee_id"], json!(app.admin_id.number()));
    assert_eq!(assigned["statistics"]["time_to_assignment"], 10);
    app.clock.advance(20);
    let replied = app
        .post(
            &format!("{path}/reply"),
            json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "<b>Hi</b>"}),
        )
        .await
        .ok();
    assert_eq!(replied["waiting_since"], Value::Null);
    assert_eq!(replied["statistics"]["time_to_admin_reply"], 30);
    app.clock.advance(5);
    app.post(&format!("{path}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin})).await.ok();
    app.clock.advance(5);
    let opened = app
        .post(
            &format!("{path}/reply"),
            json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "Again"}),
        )
        .await
        .ok();
    let kinds: Vec<_> = parts(&opened).iter().map(|p| p["part_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["assignment", "comment", "close", "open"]);
    assert_eq!(parts(&opened)[1]["body"], "<p><b>Hi</b></p>");
    assert_eq!(parts(&opened)[0]["assigned_to"], json!({"type": "admin", "id": admin}));
    assert_eq!(parts(&opened)[3]["author"]["id"], json!(user));
    let statistics = &opened["statistics"];
    assert_eq!(
        (&statistics["count_reopens"], &statistics["count_assignments"], &statistics["count_conversation_parts"]),
        (&json!(1), &json!(1), &json!(4))
    );
    assert_eq!((&statistics["time_to_first_close"], &statistics["handling_time"]), (&json!(35), &json!(25)));
    assert_eq!(id(&opened["teammates"]["teammates"][0]), admin);
}

#[both]
async fn old_clients_manage_conversations_by_replying(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    let until = app.clock.now() + 3600;
    // As the Ruby SDK and the fourth Node SDK do it.
    for (body, state, kind) in [
        (json!({"message_type": "assignment", "type": "admin", "assignee_id": admin}), "open", "assignment"),
        (json!({"message_type": "snoozed", "snoozed_until": until}), "snoozed", "snoozed"),
        (json!({"message_type": "open", "type": "admin", "conversation_id": "x"}), "open", "open"),
        (json!({"message_type": "close", "type": "admin", "body": "Bye"}), "closed", "close"),
    ] {
        let mut body = body;
        body["admin_id"] = json!(admin);
        let changed = app.post(&format!("{path}/reply"), body).await.ok();
        assert_eq!((&changed["state"], &parts(&changed).last().unwrap()["part_type"]), (&json!(state), &json!(kind)));
    }
    app.post(&format!("{path}/reply"), json!({"message_type": "close", "type": "admin"}))
        .await
        .refused(400, "parameter_not_found");
}
