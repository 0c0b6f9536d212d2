//! `/tickets`: links, types that change, conversations that become tickets, tickets that are made later or deleted.

use deskwire_api::versions::Version;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::{id, since, user};
use crate::tickets::{attribute, state, ticket, ticket_type};

/// The id of a new conversation.
async fn conversation(app: &TestApp, email: &str) -> String {
    started(app, email).await.0.rsplit('/').next().unwrap().to_owned()
}

fn path(ticket: &Value) -> String {
    format!("/tickets/{}", id(ticket))
}

/// The `notify` flag of each event after this many.
async fn notified(app: &TestApp, after: usize) -> Vec<bool> {
    let workspace = app.workspace_id.clone();
    let all: Vec<bool> = app
        .write(move |tx| {
            let sql = "SELECT notify FROM events WHERE workspace_id = $1 ORDER BY id";
            Ok(tx.query_all(sql, &[(&*workspace).into()], |row| row.get(0))?)
        })
        .await;
    all[after..].to_vec()
}

async fn count_found(app: &TestApp, query: Value) -> i64 {
    app.post("/tickets/search", json!({"query": query})).await.ok()["total_count"].as_i64().unwrap()
}

fn test(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "operator": operator, "value": value.into()})
}

#[both]
async fn tracker_tickets_link_conversations(app: TestApp) {
    let tracker = ticket(&app, "Tracker").await;
    let customer = ticket(&app, "Customer").await;
    let plain = conversation(&app, "bob@acme.test").await;
    let at = format!("{}/linked_conversations", path(&tracker));
    app.clock.advance(5);
    let linked = app.post(&at, json!({"conversation_id": plain})).await.ok();
    assert_eq!(
        (&linked["type"], &linked["id"], &linked["updated_at"]),
        (&json!("conversation"), &json!(plain), &json!(NOW + 5))
    );
    let list = |data: Value| json!({"type": "list", "data": data, "total_count": data.as_array().unwrap().len(), "has_more": false});
    assert_eq!(linked["linked_objects"], list(json!([{"type": "ticket", "id": tracker["id"], "category": "Tracker"}])));
    assert_eq!(linked["conversation_parts"]["conversation_parts"][0]["part_type"], "entity_linked");
    app.post(&at, json!({"conversation_id": customer["id"]})).await.ok();
    let after = app.get(&path(&tracker)).await.ok();
    let mut ends = [
        json!({"type": "conversation", "id": plain, "category": null}),
        json!({"type": "ticket", "id": customer["id"], "category": "Customer"}),
    ];
    ends.sort_by_key(|end| end["id"].as_str().unwrap().parse::<i64>().unwrap());
    assert_eq!(after["linked_objects"], list(json!(ends)));
    assert_eq!(after["updated_at"], NOW + 5);
    let already = "A conversation can only have one tracker ticket";
    assert_eq!(
        app.post(&at, json!({"conversation_id": plain})).await.refused(400, "already_linked_to_tracker"),
        already
    );
    let second = app
        .post(
            "/tickets",
            json!({"ticket_type_id": tracker["ticket_type"]["id"], "contacts": [{"external_id": "tracker"}]}),
        )
        .await
        .ok();
    let other = format!("{}/linked_conversations", path(&second));
    assert_eq!(
        app.post(&other, json!({"conversation_id": plain})).await.refused(400, "already_linked_to_tracker"),
        already
    );
    let unlinked = app.delete(&format!("{at}/{plain}")).await.ok();
    assert_eq!((&unlinked["id"], &unlinked["linked_objects"]), (&json!(plain), &list(json!([]))));
    let parts = unlinked["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!(parts.last().unwrap()["part_type"], "entity_unlinked");
    let message = app.delete(&format!("{at}/{plain}")).await.refused(404, "conversation_not_found");
    assert_eq!(message, "Conversation is not linked to this ticket");
    app.post(&other, json!({"conversation_id": plain})).await.ok();
}

#[both]
async fn invalid_ticket_links_are_rejected(app: TestApp) {
    let (tracker, back) = (ticket(&app, "Tracker").await, ticket(&app, "Back-office").await);
    let plain = conversation(&app, "bob@acme.test").await;
    let at = format!("{}/linked_conversations", path(&tracker));
    let wrong = format!("{}/linked_conversations", path(&back));
    let message = app.post(&wrong, json!({"conversation_id": plain})).await.refused(400, "invalid_ticket_type");
    assert_eq!(message, "Only tracker tickets support linking conversations");
    let message = app.delete(&format!("{wrong}/{plain}")).await.refused(400, "invalid_ticket_type");
    assert_eq!(message, "Only tracker tickets support unlinking conversations");
    assert_eq!(app.post(&at, json!({})).await.refused(400, "parameter_not_found"), "conversation_id not specified");
    for lost in ["77", "x"] {
        assert_eq!(
            app.post(&at, json!({"conversation_id": lost})).await.refused(404, "conversation_not_found"),
            "Conversation not found"
        );
    }
    app.post("/tickets/77/linked_conversations", json!({"conversation_id": plain}))
        .await
        .refused(404, "ticket_not_found");
    app.delete(&format!("/tickets/77/linked_conversations/{plain}")).await.refused(404, "ticket_not_found");
    app.post(&at, json!({"conversation_id": back["id"]})).await.refused(400, "parameter_invalid");
    app.post(&at, json!({"conversation_id": tracker["id"]})).await.refused(400, "parameter_invalid");
    let (workspace, ticket) =
        (app.workspace_id.clone(), deskwire_domain::ids::ConversationId::parse(&id(&tracker)).unwrap());
    app.write(move |tx| {
        for object in 1..=2500 {
            deskwire_store::ticket_links::insert(
                &mut tx.within(&workspace),
                ticket,
                deskwire_domain::ids::ConversationId::new(object),
            )?;
        }
        Ok(())
    })
    .await;
    let message =
        app.post(&at, json!({"conversation_id": plain})).await.refused(400, "linked_conversation_limit_exceeded");
    assert_eq!(message, "Ticket has reached the maximum number of conversations that can be linked");
}

#[both]
async fn a_ticket_is_linked_when_it_is_made(app: TestApp) {
    let types = [
        ticket_type(&app, "C", "Customer").await,
        ticket_type(&app, "B", "Back-office").await,
        ticket_type(&app, "T", "Tracker").await,
    ];
    let ada = user(&app, "ada@acme.test").await;
    let make = |of: &str, to: &str| {
        let body = json!({"ticket_type_id": of, "contacts": [{"id": ada}], "conversation_to_link_id": to});
        let client = app.client();
        async move { client.post("/tickets", body).await }
    };
    let plain = conversation(&app, "bob@acme.test").await;
    let customer = app.post("/tickets", json!({"ticket_type_id": types[0], "contacts": [{"id": ada}]})).await.ok();
    // conversation | Back-office, customer ticket | Back-office, conversation | Tracker, customer ticket | Tracker
    for of in [&types[1], &types[2]] {
        for to in [&plain, &id(&customer)] {
            let made = make(of, to).await.ok();
            assert_eq!(
                (&made["linked_objects"]["total_count"], &made["linked_objects"]["data"][0]["id"]),
                (&json!(1), &json!(to))
            );
        }
    }
    assert_eq!(app.get(&format!("/conversations/{plain}")).await.ok()["linked_objects"]["total_count"], 2);
    let back = make(&types[1], &plain).await.ok();
    make(&types[0], &plain).await.refused(400, "parameter_invalid");
    make(&types[1], &id(&back)).await.refused(400, "parameter_invalid");
    make(&types[2], &id(&back)).await.refused(400, "parameter_invalid");
    make(&types[2], &plain).await.refused(400, "already_linked_to_tracker");
    make(&types[1], "77").await.refused(404, "conversation_not_found");
    // It is newer than 2.13.
    let body = json!({"ticket_type_id": types[0], "contacts": [{"id": ada}], "conversation_to_link_id": plain});
    assert_eq!(app.version("2.13").post("/tickets", body).await.ok()["linked_objects"]["total_count"], 0);
}

#[both]
async fn tickets_change_type(app: TestApp) {
    let (one, two) = (ticket_type(&app, "One", "Customer").await, ticket_type(&app, "Two", "Customer").await);
    app.post(
        &format!("/ticket_types/{one}/attributes"),
        json!({"name": "Old", "description": "", "data_type": "string"}),
    )
    .await
    .ok();
    app.post(
        &format!("/ticket_types/{one}/attributes"),
        json!({"name": "Same", "description": "", "data_type": "string"}),
    )
    .await
    .ok();
    app.post(
        &format!("/ticket_types/{two}/attributes"),
        json!({"name": "Same", "description": "", "data_type": "integer"}),
    )
    .await
    .ok();
    user(&app, "ada@acme.test").await;
    let values = json!({"_default_title_": "t", "Note": "n", "Count": 3, "Priority": "High", "Old": "o", "Same": "s"});
    let made = app
        .post(
            "/tickets",
            json!({"ticket_type_id": one, "contacts": [{"external_id": "ada"}], "ticket_attributes": values}),
        )
        .await
        .ok();
    let at = format!("{}/change_type", path(&made));
    let (submitted, in_progress) = (state(&app, "submitted").await, state(&app, "in_progress").await);
    let body = |of: &str, state: &str| json!({"ticket_type_id": of, "ticket_state_id": state});
    assert_eq!(
        app.post(&at, json!({"ticket_state_id": submitted})).await.refused(400, "parameter_not_found"),
        "ticket_type_id is a required parameter"
    );
    assert_eq!(
        app.post(&at, json!({"ticket_type_id": two})).await.refused(400, "parameter_not_found"),
        "ticket_state_id is a required parameter"
    );
    assert_eq!(
        app.post(&at, body(&one, &submitted)).await.refused(400, "parameter_invalid"),
        "Cannot change to the same ticket type"
    );
    let state_message = "Ticket custom state doesn't belong to the new ticket type";
    assert_eq!(app.post(&at, body(&two, "77")).await.refused(400, "parameter_invalid"), state_message);
    let tracker = ticket_type(&app, "Three", "Tracker").await;
    app.post(&at, body(&tracker, &submitted)).await.refused(400, "parameter_invalid");
    let mut extra = body(&two, &submitted);
    extra["ticket_attributes"] = json!({"Colour": 1});
    let message = app.post(&at, extra).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Extra attributes provided that are not found on ticket type: Colour");
    assert_eq!(
        app.post("/tickets/77/change_type", body(&two, &submitted)).await.refused(404, "not_found"),
        "Resource Not Found"
    );
    app.post(&at, body("77", &submitted)).await.refused(404, "not_found");
    let mut change = body(&two, &in_progress);
    change["ticket_attributes"] = json!({"Count": 4});
    let after = app.post(&at, change).await.ok();
    assert_eq!(
        (&after["ticket_type"]["name"], &after["ticket_state"]["category"]),
        (&json!("Two"), &json!("in_progress"))
    );
    assert_eq!(
        after["ticket_attributes"],
        json!({"_default_title_": "t", "_default_description_": null, "Note": "n", "Count": 4, "Priority": "High"})
    );
    let kinds: Vec<_> = after["ticket_parts"]["ticket_parts"]
        .as_array()
        .unwrap()
        .iter()
        .skip(1)
        .map(|p| p["part_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["ticket_type_updated", "ticket_attribute_updated_by_admin", "ticket_state_updated_by_admin"]);
    // The search values are updated as well.
    let priority = id(&attribute(&app, &two, "Priority").await);
    assert_eq!(count_found(&app, test(&format!("ticket_attribute.{priority}"), "=", "High")).await, 1);
    let before = id(&attribute(&app, &one, "Priority").await);
    assert_eq!(count_found(&app, test(&format!("ticket_attribute.{before}"), "=", "High")).await, 0);
}

#[both]
async fn a_conversation_becomes_a_ticket(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let (at, ada) = started(&app, "ada@acme.test").await;
    app.post(
        &format!("{at}/reply"),
        json!({"message_type": "comment", "type": "admin", "admin_id": app.admin_id.number(), "body": "Hi"}),
    )
    .await
    .ok();
    let before = app.topics().await.len();
    let resolved = state(&app, "in_progress").await;
    let made = app.post(&format!("{at}/convert"), json!({"ticket_type_id": of, "ticket_state_id": resolved, "attributes": {"_default_title_": "Help", "Count": 2}})).await.ok();
    assert_eq!((&made["type"], format!("/conversations/{}", id(&made))), (&json!("ticket"), at.clone()));
    assert_eq!(
        (&made["category"], &made["is_shared"], &made["ticket_id"]),
        (&json!("Customer"), &json!(true), &json!("1"))
    );
    assert_eq!(
        (&made["ticket_state"]["category"], &made["ticket_attributes"]["Count"]),
        (&json!("in_progress"), &json!(2))
    );
    assert_eq!(made["previous_ticket_state_id"], json!(state(&app, "submitted").await));
    let parts = made["ticket_parts"]["ticket_parts"].as_array().unwrap();
    let kinds: Vec<_> = parts.iter().map(|p| p["part_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["comment", "comment", "ticket_state_updated_by_admin", "ticket_state_updated_by_admin"]);
    assert_eq!(
        (&parts[0]["body"], &parts[0]["author"]["id"], &made["ticket_parts"]["total_count"]),
        (&json!("<p>Help!</p>"), &json!(ada), &json!(4))
    );
    assert_eq!(app.topics().await[before..], ["ticket.created", "ticket.state.updated"]);
    app.get(&path(&made)).await.ok();
    assert_eq!(count_found(&app, test("title", "~", "help")).await, 1);
    app.post(&format!("{at}/convert"), json!({"ticket_type_id": of})).await.refused(400, "parameter_invalid");
    let (other, _) = started(&app, "bob@acme.test").await;
    let back = ticket_type(&app, "Back", "Back-office").await;
    let message =
        app.post(&format!("{other}/convert"), json!({"ticket_type_id": back})).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Ticket type is not a customer ticket type");
    app.post(&format!("{other}/convert"), json!({})).await.refused(400, "parameter_not_found");
    app.post(&format!("{other}/convert"), json!({"ticket_type_id": "77"})).await.refused(404, "not_found");
    app.post("/conversations/77/convert", json!({"ticket_type_id": of})).await.refused(404, "not_found");
    app.post(&format!("{other}/convert"), json!({"ticket_type_id": of, "ticket_state_id": "77"}))
        .await
        .refused(400, "ticket_state_id_invalid");
    // Converting creates a ticket, so it needs the permission to write tickets.
    app.scoped("write_conversations")
        .await
        .post(&format!("{other}/convert"), json!({"ticket_type_id": of}))
        .await
        .refused(401, "token_unauthorized");
    assert_eq!(app.get(&other).await.ok()["ticket"], Value::Null);
    for version in since(Version::V2_10) {
        let (path, _) = started(&app, &format!("v{version}@acme.test")).await;
        let made = app.version(version).post(&format!("{path}/convert"), json!({"ticket_type_id": of})).await.ok();
        assert_eq!(made["type"], "ticket");
    }
}

#[both]
async fn tickets_are_created_by_a_job(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let body = json!({"ticket_type_id": of, "contacts": [{"email": "new@acme.test"}], "ticket_attributes": {"_default_title_": "later"}});
    let job = app.post("/tickets/enqueue", body.clone()).await.ok();
    let at = format!("/jobs/status/{}", id(&job));
    assert_eq!(
        job,
        json!({"type": "job", "id": job["id"], "status": "pending", "url": format!("http://deskwire.test{at}"),
        "resource_type": "ticket", "resource_id": null, "resource_url": null})
    );
    assert_eq!(app.get(&at).await.ok(), job);
    assert_eq!(count_found(&app, test("created_at", ">", 0)).await, 0);
    app.run_jobs().await;
    let done = app.get(&at).await.ok();
    let made = done["resource_id"].as_str().unwrap();
    assert_eq!(
        (&done["status"], &done["resource_url"]),
        (&json!("success"), &json!(format!("http://deskwire.test/tickets/{made}")))
    );
    assert_eq!(app.get(&format!("/tickets/{made}")).await.ok()["ticket_attributes"]["_default_title_"], "later");
    let topics = app.topics().await;
    assert!(
        topics.contains(&"ticket.created".to_owned()) && topics.contains(&"job.completed".to_owned()),
        "{topics:?}"
    );
    // Invalid requests are rejected at once ...
    let mut required = body.clone();
    let title = id(&attribute(&app, &of, "_default_title_").await);
    app.put(&format!("/ticket_types/{of}/attributes/{title}"), json!({"required_to_create": true})).await.ok();
    required["ticket_attributes"] = json!({});
    assert_eq!(
        app.post("/tickets/enqueue", required).await.refused(400, "parameter_invalid"),
        "Missing required ticket attributes"
    );
    app.post("/tickets/enqueue", json!({"ticket_type_id": "77", "contacts": [{"email": "a@b.test"}]}))
        .await
        .refused(404, "not_found");
    // ... and requests that become invalid meanwhile, by the job.
    let job = app.post("/tickets/enqueue", body.clone()).await.ok();
    app.put(&format!("/ticket_types/{of}"), json!({"archived": true})).await.ok();
    app.run_jobs().await;
    let failed = app.get(&format!("/jobs/status/{}", id(&job))).await.ok();
    assert_eq!((&failed["status"], &failed["resource_id"]), (&json!("failed"), &Value::Null));
    app.get("/jobs/status/77").await.refused(404, "job_not_found");
    app.other_workspace().await.get(&at).await.refused(404, "job_not_found");
    app.put(&format!("/ticket_types/{of}"), json!({"archived": false})).await.ok();
    for version in since(Version::V2_14) {
        let job = app.version(version).post("/tickets/enqueue", body.clone()).await.ok();
        app.version(version).get(&format!("/jobs/status/{}", id(&job))).await.ok();
        app.run_jobs().await;
        app.version(version).get(&format!("/jobs/status/{}", id(&job))).await.ok();
    }
}

#[both]
async fn notifications_can_be_skipped(app: TestApp) {
    let of = ticket_type(&app, "Bug", "Customer").await;
    let ada = user(&app, "ada@acme.test").await;
    let resolved = state(&app, "resolved").await;
    for skip in [true, false] {
        let seen = app.topics().await.len();
        let with = |mut body: Value| {
            body["skip_notifications"] = json!(skip);
            body
        };
        let new = json!({"ticket_type_id": of, "contacts": [{"id": ada}], "assignment": {"admin_assignee_id": app.admin_id.to_string()}});
        let made = app.post("/tickets", with(new.clone())).await.ok();
        app.put(&path(&made), with(json!({"ticket_state_id": resolved, "ticket_attributes": {"Count": 1}}))).await.ok();
        app.post(
            &format!("{}/reply", path(&made)),
            with(json!({"message_type": "comment", "type": "admin", "admin_id": app.admin_id.number(), "body": "x"})),
        )
        .await
        .ok();
        app.post(
            &format!("{}/reply", path(&made)),
            with(json!({"message_type": "note", "type": "admin", "admin_id": app.admin_id.number(), "body": "x"})),
        )
        .await
        .ok();
        let notify_flags = notified(&app, seen).await;
        assert!(notify_flags.len() >= 8, "{:?}", app.topics().await);
        assert!(notify_flags.iter().all(|notify| *notify != skip), "skip_notifications {skip}: {notify_flags:?}");
        let seen = app.topics().await.len();
        app.post("/tickets/enqueue", with(new)).await.ok();
        app.run_jobs().await;
        let (topics, notify_flags) = (app.topics().await[seen..].to_vec(), notified(&app, seen).await);
        for (topic, notify) in topics.iter().zip(notify_flags).filter(|(topic, _)| topic.starts_with("ticket.")) {
            assert_eq!(notify, !skip, "{topic}");
        }
    }
    // By default they are.
    let seen = app.topics().await.len();
    app.post("/tickets", json!({"ticket_type_id": of, "contacts": [{"id": ada}]})).await.ok();
    assert_eq!(notified(&app, seen).await, [true]);
    let bad = json!({"ticket_type_id": of, "contacts": [{"id": ada}], "skip_notifications": "maybe"});
    app.post("/tickets", bad).await.refused(400, "parameter_invalid");
}

#[both]
async fn deleted_tickets_are_removed_everywhere(app: TestApp) {
    let tracker = ticket(&app, "Tracker").await;
    let made = ticket(&app, "Customer").await;
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok();
    app.post(&format!("{}/tags", path(&made)), json!({"id": tag["id"], "admin_id": app.admin_id.number()})).await.ok();
    let reply = json!({"message_type": "comment", "type": "admin", "admin_id": app.admin_id.number(), "body": "x", "attachment_urls": ["https://a.test/secret.png"]});
    app.post(&format!("{}/reply", path(&made)), reply.clone()).await.ok();
    app.post(&format!("{}/linked_conversations", path(&tracker)), json!({"conversation_id": made["id"]})).await.ok();
    assert_eq!(app.get(&path(&tracker)).await.ok()["linked_objects"]["total_count"], 1);
    // The short number is no way to it.
    app.delete(&format!("/tickets/{}", made["ticket_id"].as_str().unwrap())).await.refused(404, "ticket_not_found");
    app.other_workspace().await.delete(&path(&made)).await.refused(404, "ticket_not_found");
    app.scoped("read_tickets").await.delete(&path(&made)).await.refused(401, "token_unauthorized");
    let deleted = app.delete(&path(&made)).await.ok();
    assert_eq!(deleted, json!({"id": made["id"], "object": "ticket", "deleted": true}));
    assert_eq!(app.topics().await.last().unwrap(), "ticket.deleted");
    let (ticket, conversation) = (path(&made), format!("/conversations/{}", id(&made)));
    assert_eq!(app.delete(&ticket).await.refused(404, "ticket_not_found"), "Ticket not found");
    app.get(&ticket).await.refused(404, "ticket_not_found");
    app.put(&ticket, json!({"open": false})).await.refused(404, "ticket_not_found");
    app.post(&format!("{ticket}/reply"), reply.clone()).await.refused(404, "ticket_not_found");
    app.post(&format!("{ticket}/tags"), json!({"id": tag["id"], "admin_id": app.admin_id.number()}))
        .await
        .refused(404, "ticket_not_found");
    app.post(&format!("{ticket}/change_type"), json!({"ticket_type_id": "1", "ticket_state_id": "1"}))
        .await
        .refused(404, "not_found");
    app.get(&conversation).await.refused(404, "not_found");
    app.post(&format!("{conversation}/reply"), reply).await.refused(404, "not_found");
    app.post(&format!("{}/linked_conversations", path(&tracker)), json!({"conversation_id": made["id"]}))
        .await
        .refused(404, "conversation_not_found");
    assert_eq!(
        app.get(&path(&tracker)).await.ok()["linked_objects"],
        json!({"type": "list", "data": [], "total_count": 0, "has_more": false})
    );
    assert_eq!(count_found(&app, test("id", "=", id(&made))).await, 0);
    assert_eq!(count_found(&app, test("title", "~", "broken")).await, 1);
    let list = app.get("/conversations").await.ok();
    assert!(list["conversations"].as_array().unwrap().iter().all(|c| c["id"] != made["id"]));
    let workspace = app.workspace_id.clone();
    let gone = id(&made).parse::<i64>().unwrap();
    let left: i64 = app
        .write(move |tx| {
            let sql = "SELECT count(*) FROM attachments WHERE workspace_id = $1";
            let files: i64 = tx.query_one(sql, &[(&*workspace).into()], |row| row.get(0))?;
            let sql = "SELECT count(*) FROM conversation_parts WHERE workspace_id = $1 AND conversation_id = $2";
            let parts: i64 = tx.query_one(sql, &[(&*workspace).into(), gone.into()], |row| row.get(0))?;
            Ok(files + parts)
        })
        .await;
    assert_eq!(left, 0);
    // Tags are free to go, and before 2.13 there is no such operation.
    app.delete(&format!("/tags/{}", id(&tag))).await.ok();
    app.version("2.12").off_the_record().delete(&path(&tracker)).await.refused(400, "intercom_version_invalid");
    // A conversation that is no ticket is not deleted this way.
    let plain = self::conversation(&app, "bob@acme.test").await;
    app.delete(&format!("/tickets/{plain}")).await.refused(404, "ticket_not_found");
}

#[both]
async fn newer_operations_are_not_found_in_older_versions(app: TestApp) {
    let made = ticket(&app, "Tracker").await;
    for (method, end, before) in [
        ("POST", "/tags", "2.9"),
        ("DELETE", "", "2.12"),
        ("POST", "/change_type", "2.15"),
        ("POST", "/linked_conversations", "2.15"),
        ("DELETE", "/linked_conversations/1", "2.15"),
    ] {
        let answer =
            app.version(before).off_the_record().call(method, &format!("{}{end}", path(&made)), Some(&json!({}))).await;
        answer.refused(400, "intercom_version_invalid");
    }
    for (operation, before) in [("/tickets/search", "2.9"), ("/tickets/enqueue", "2.13")] {
        app.version(before).off_the_record().post(operation, json!({})).await.refused(400, "intercom_version_invalid");
    }
    app.version("2.8").off_the_record().get(&path(&made)).await.refused(400, "intercom_version_invalid");
    // `Unstable` and `Preview` are one and the same.
    for name in ["Unstable", "preview"] {
        app.version(name).get(&path(&made)).await.ok();
    }
}
