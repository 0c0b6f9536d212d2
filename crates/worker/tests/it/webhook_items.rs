//! Webhook items of conversations and tickets.

use deskwire_testkit::{TestApp, Value, both, json};

use crate::webhooks::{items, live, user};

#[both]
async fn conversation_items_show_the_part_of_their_event(app: TestApp) {
    let topics = [
        "conversation.user.created",
        "conversation.admin.replied",
        "conversation.admin.closed",
        "conversation.user.replied",
    ];
    let new = live(&app, "read_conversations", "2.16", &topics).await;
    let old = live(&app, "read_conversations", "2.14", &topics).await;
    let blind = live(&app, "read_users", "2.16", &topics).await;
    let ada = user(&app, "ada@acme.test").await["id"].clone();
    let started = app.post("/conversations", json!({"from": {"type": "user", "id": ada}, "body": "hello"})).await.ok();
    let id = started["conversation_id"].as_str().unwrap().to_owned();
    let reply = json!({"message_type": "comment", "type": "admin", "admin_id": app.admin_id.number(), "body": "<p><b>hi</b></p>"});
    app.post(&format!("/conversations/{id}/reply"), reply).await.ok();
    let close = json!({"message_type": "close", "type": "admin", "admin_id": app.admin_id.number()});
    app.post(&format!("/conversations/{id}/parts"), close).await.ok();
    app.run_jobs().await;
    assert!(blind.sink.take().is_empty());
    let (new, old) = (items(&new.sink.take()), items(&old.sink.take()));
    let names: Vec<&str> = new.iter().map(|(t, _)| t.as_str()).collect();
    assert_eq!(names, ["conversation.user.created", "conversation.admin.replied", "conversation.admin.closed"]);
    let (created, replied) = (&new[0].1, &new[1].1);
    assert_eq!(
        (&created["type"], &created["id"], &created["source"]["body"]),
        (&json!("conversation"), &json!(id), &json!("hello"))
    );
    let parts = &replied["conversation_parts"];
    assert_eq!((&parts["total_count"], parts["conversation_parts"].as_array().unwrap().len()), (&json!(1), 1));
    assert_eq!(parts["conversation_parts"][0]["body"], "hi");
    assert!(replied["statistics"]["first_admin_reply_at"].is_i64());
    let replied = &old[1].1;
    assert_eq!(replied["conversation_parts"]["conversation_parts"][0]["body"], "<p><b>hi</b></p>");
    assert!(replied["statistics"]["first_admin_reply_at"].as_str().unwrap().starts_with("2026-03-01T"));
    assert_eq!(new[2].1["conversation_parts"]["conversation_parts"][0]["part_type"], "close");
}

#[both]
async fn ticket_events_need_a_scope_that_reads_tickets(app: TestApp) {
    let topics: Vec<&str> = deskwire_api::topics::Topic::ALL
        .iter()
        .map(|t| t.name)
        .filter(|n| n.starts_with("ticket.") || n.starts_with("conversation"))
        .collect();
    let all = live(&app, "read_tickets read_conversations", "2.16", &topics).await;
    let old = live(&app, "read_tickets read_conversations", "2.14", &topics).await;
    let blind = live(&app, "read_conversations", "2.16", &topics).await;
    let of = app.post("/ticket_types", json!({"name": "Bug", "category": "Customer"})).await.ok()["id"].clone();
    let ada = user(&app, "ada@acme.test").await["id"].clone();
    let made =
        json!({"ticket_type_id": of, "contacts": [{"id": ada}], "ticket_attributes": {"_default_title_": "Broken"}});
    let id = app.post("/tickets", made).await.ok()["id"].as_str().unwrap().to_owned();
    let reply =
        json!({"message_type": "comment", "type": "admin", "admin_id": app.admin_id.number(), "body": "<p>hi</p>"});
    app.post(&format!("/tickets/{id}/reply"), reply).await.ok();
    let states = app.get("/ticket_states").await.ok();
    let resolved =
        states["data"].as_array().unwrap().iter().find(|s| s["category"] == "resolved").unwrap()["id"].clone();
    app.put(&format!("/tickets/{id}"), json!({"ticket_state_id": resolved, "admin_id": app.admin_id.to_string()}))
        .await
        .ok();
    app.run_jobs().await;
    assert!(blind.sink.take().is_empty());
    let (all, old) = (items(&all.sink.take()), items(&old.sink.take()));
    let of = |all: &[(String, Value)], topic: &str| all.iter().find(|(t, _)| t == topic).map(|(_, item)| item.clone());
    let created = of(&all, "ticket.created").unwrap();
    assert_eq!((&created["type"], &created["id"]), (&json!("ticket"), &json!(id)));
    let replied = of(&all, "ticket.admin.replied").unwrap();
    assert_eq!(replied["ticket_parts"]["total_count"], 1);
    assert_eq!(of(&all, "ticket.resolved").unwrap()["id"], id);
    assert_eq!(of(&all, "ticket.closed").unwrap()["ticket"]["id"], id);
    assert_eq!(of(&old, "ticket.closed").unwrap()["id"], id);
    assert!(of(&old, "ticket.resolved").is_none());
    assert!(of(&all, "ticket.state.updated").is_some());
}
