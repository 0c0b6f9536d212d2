//! What the scopes for tickets allow, and what is refused without them.

use deskwire_api::public;
use deskwire_api::routes::Route;
use deskwire_api::versions::Version;
use deskwire_testkit::{Answer, Client, NOW, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::id;
use crate::tickets::ticket;

/// The operations on one conversation: method, the end of the path, a body that does something, and whether it only reads.
fn operations(app: &TestApp, contact: &Value) -> Vec<(&'static str, &'static str, Value, bool)> {
    let admin = app.admin_id.to_string();
    vec![
        ("GET", "", Value::Null, true),
        ("PUT", "", json!({"read": true}), false),
        ("POST", "/reply", json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": "x"}), false),
        (
            "POST",
            "/reply",
            json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "x"}),
            false,
        ),
        ("POST", "/parts", json!({"message_type": "open", "admin_id": admin}), false),
        ("POST", "/parts", json!({"message_type": "close", "type": "admin", "admin_id": admin}), false),
        ("POST", "/parts", json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": NOW + 9}), false),
        (
            "POST",
            "/parts",
            json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin}),
            false,
        ),
    ]
}

async fn call(
    client: &Client,
    (method, end, body, _): &(&'static str, &'static str, Value, bool),
    of: &str,
) -> deskwire_testkit::Answer {
    client.call(method, &format!("/conversations/{of}{end}"), Some(body).filter(|b| !b.is_null())).await
}

/// The body that brings an operation as far as to look at the conversation.
fn body(route: &Route, app: &TestApp, of: &str, tag: &str, contact: &Value) -> Value {
    let admin = app.admin_id.to_string();
    match route.operation {
        "POST /conversations/{id}/reply" => {
            json!({"type": "admin", "admin_id": admin, "message_type": "note", "body": "x"})
        }
        "POST /conversations/{id}/parts" => json!({"message_type": "close", "type": "admin", "admin_id": admin}),
        "POST /conversations/{id}/merge" => json!({"merge_into_conversation_id": of}),
        "POST /conversations/{id}/tags" => json!({"id": tag, "admin_id": admin}),
        "POST /conversations/{id}/customers" => json!({"admin_id": admin, "customer": {"intercom_user_id": contact}}),
        "POST /conversations/{id}/convert" => json!({"ticket_type_id": "1"}),
        "PUT /conversations/{id}" => json!({"read": true}),
        "PUT /conversations/{id}/conversation_parts/{part_id}" => {
            json!({"send_state": "sent", "experimental": true, "secret": "x"})
        }
        _ => json!({"admin_id": admin}),
    }
}

#[both]
async fn operations_on_tickets_as_conversations_need_ticket_scopes(app: TestApp) {
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    let base = ticket(&app, "Customer").await;
    let contact = base["contacts"]["contacts"][0]["id"].clone();
    let new = json!({"ticket_type_id": base["ticket_type"]["id"], "contacts": [{"id": contact}]});
    let plain = started(&app, "bob@acme.test").await.0.rsplit('/').next().unwrap().to_owned();
    let own = "read_conversations write_conversations write_tags read_tags delete_conversations_and_metrics";
    let [without, readers, writers] = [
        app.scoped(own).await,
        app.scoped(&format!("{own} read_tickets")).await,
        app.scoped(&format!("{own} write_tickets")).await,
    ];
    let mut seen = 0;
    for route in public::table().rows().iter().filter(|r| r.path.starts_with("/conversations/{id}")) {
        let made = app.post("/tickets", new.clone()).await.ok();
        let part = made["ticket_parts"]["ticket_parts"][0]["id"].as_str().unwrap();
        let path = route
            .path
            .replace("{id}", &id(&made))
            .replace("{tag_id}", &tag)
            .replace("{contact_id}", contact.as_str().unwrap())
            .replace("{part_id}", part);
        let method = route.method.as_str();
        let version = if route.window.contains(Version::Unstable) { "Unstable" } else { "2.11" };
        let body = body(route, &app, &plain, &tag, &contact);
        let body = Some(&body).filter(|_| method != "GET");
        let call = |client: &Client| {
            let client = client.clone().with_version(version).off_the_record();
            let path = path.clone();
            async move { client.call(method, &path, body).await }
        };
        // A wrong secret is forbidden too, with the message of a merge without the scope.
        let merge = route.path.ends_with("/merge");
        let refused = |answer: &Answer| {
            let error = &answer.body["errors"][0];
            let named = merge || error["message"].as_str().unwrap_or("").contains("required scope");
            error["code"] == "token_unauthorized" || (error["code"] == "forbidden" && named)
        };
        // Without any permission for tickets there is none, reading needs the one and writing the other.
        let answer = call(&without).await;
        let converts = route.path.ends_with("/convert");
        assert!(if converts { refused(&answer) } else { answer.status == 404 }, "{}: {}", route.operation, answer.body);
        let answer = call(&readers).await;
        assert_eq!(refused(&answer), method != "GET", "{}: {}", route.operation, answer.body);
        let answer = call(&writers).await;
        assert!(!refused(&answer), "{}: {}", route.operation, answer.body);
        seen += 1;
    }
    assert!(seen >= 15, "{seen}");
}

#[both]
async fn tickets_appear_as_conversations_with_ticket_scopes(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let contact = made["contacts"]["contacts"][0]["id"].clone();
    let plain = started(&app, "bob@acme.test").await.0.rsplit('/').next().unwrap().to_owned();
    let conversations = app.scoped("read_conversations write_conversations").await;
    let readers = app.scoped("read_conversations write_conversations read_tickets").await;
    let writers = app.scoped("read_conversations write_conversations write_tickets").await;
    for operation in &operations(&app, &contact) {
        // Without any permission for tickets there is no such conversation, read or write ...
        let hidden = call(&conversations, operation, &id(&made)).await.refused(404, "not_found");
        assert_eq!(hidden, call(&conversations, operation, "123456789").await.refused(404, "not_found"));
        // ... reading needs Read tickets, writing Write tickets ...
        let read = call(&readers, operation, &id(&made)).await;
        if operation.3 {
            read.ok()
        } else {
            Value::String(read.refused(401, "token_unauthorized"))
        };
        call(&writers, operation, &id(&made)).await.ok();
    }
    // ... and the scope for conversations is needed all the same.
    let tickets = app.scoped("read_tickets write_tickets").await;
    for operation in &operations(&app, &contact) {
        call(&tickets, operation, &id(&made)).await.refused(401, "token_unauthorized");
    }
    // The refused requests changed nothing.
    assert_eq!(app.get(&format!("/tickets/{}", id(&made))).await.ok()["ticket_parts"]["total_count"], 7);
    // Conversations that are no tickets need no more than before.
    conversations.get(&format!("/conversations/{plain}")).await.ok();
    conversations
        .post(
            &format!("/conversations/{plain}/parts"),
            json!({"message_type": "open", "admin_id": app.admin_id.number()}),
        )
        .await
        .ok();
}

#[both]
async fn lists_and_searches_leave_tickets_out(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let plain = started(&app, "bob@acme.test").await.0.rsplit('/').next().unwrap().to_owned();
    let query = json!({"query": {"field": "created_at", "operator": ">", "value": 0}});
    for (scopes, expected) in [
        ("read_conversations", vec![plain.clone()]),
        ("read_conversations read_tickets", vec![plain.clone(), id(&made)]),
        ("read_conversations write_tickets", vec![plain.clone(), id(&made)]),
    ] {
        let client = app.scoped(scopes).await;
        for answer in
            [client.get("/conversations").await.ok(), client.post("/conversations/search", query.clone()).await.ok()]
        {
            let found: Vec<_> = answer["conversations"].as_array().unwrap().iter().map(id).collect();
            assert_eq!((&found, &answer["total_count"]), (&expected, &json!(expected.len())), "{scopes}");
        }
        let by_id = json!({"query": {"field": "id", "operator": "=", "value": made["id"]}});
        assert_eq!(client.post("/conversations/search", by_id).await.ok()["total_count"], expected.len() - 1);
    }
    // The contact's last conversation is the one that may be seen.
    let reply = |of: &str| json!({"message_type": "comment", "type": "user", "user_id": of, "body": "x"});
    app.scoped("write_conversations")
        .await
        .post("/conversations/last/reply", reply("customer"))
        .await
        .refused(404, "not_found");
    app.scoped("write_conversations write_tickets")
        .await
        .post("/conversations/last/reply", reply("customer"))
        .await
        .ok();
}

#[both]
async fn linked_tickets_need_ticket_scopes(app: TestApp) {
    let tracker = ticket(&app, "Tracker").await;
    let (at, _) = started(&app, "bob@acme.test").await;
    app.post(
        &format!("/tickets/{}/linked_conversations", id(&tracker)),
        json!({"conversation_id": at.rsplit('/').next()}),
    )
    .await
    .ok();
    let links = |found: Value| {
        (found["linked_objects"]["data"].as_array().unwrap().len(), found["linked_objects"]["total_count"].clone())
    };
    assert_eq!(links(app.scoped("read_conversations").await.get(&at).await.ok()), (0, json!(0)));
    assert_eq!(links(app.scoped("read_conversations read_tickets").await.get(&at).await.ok()), (1, json!(1)));
}

#[both]
async fn the_operations_on_tickets_need_their_own_scopes(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let at = format!("/tickets/{}", id(&made));
    let reader = app.scoped("read_tickets").await;
    reader.get(&at).await.ok();
    reader.post("/tickets/search", json!({"query": {"field": "id", "operator": "=", "value": made["id"]}})).await.ok();
    reader.put(&at, json!({"open": false})).await.refused(401, "token_unauthorized");
    reader.delete(&at).await.refused(401, "token_unauthorized");
    let reader = app.scoped("read_conversations write_conversations read_users").await;
    reader.get(&at).await.refused(401, "token_unauthorized");
    // Since 2.16 a missing scope is named.
    let message = reader.post(&format!("{at}/change_type"), json!({})).await.refused(403, "forbidden");
    assert_eq!(message, "You do not have the required scope (write_tickets) to access this resource");
}
