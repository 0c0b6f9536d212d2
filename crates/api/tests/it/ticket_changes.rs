//! `/tickets/{id}`: changing tickets and replying to them.

use deskwire_domain::Cx;
use deskwire_testkit::{NOW, TestApp, both, json};

use crate::support::id;
use crate::tickets::{kinds, last, path, since_last, state, ticket, ticket_type};

#[both]
async fn a_ticket_is_changed_part_by_part(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let path = path(&made);
    let mut seen = app.topics().await.len();
    app.clock.advance(10);
    let in_progress = state(&app, "in_progress").await;
    let body = json!({"ticket_attributes": {"_default_title_": "Fixed", "Count": 5}, "ticket_state_id": in_progress, "is_shared": false,
        "admin_id": app.admin_id.number(), "assignee_id": app.admin_id.to_string(), "open": true, "snoozed_until": NOW + 100});
    let after = app.put(&path, body).await.ok();
    assert_eq!(
        after["ticket_attributes"],
        json!({"_default_title_": "Fixed", "_default_description_": null, "Count": 5})
    );
    assert_eq!(
        (&after["ticket_state"]["category"], &after["previous_ticket_state_id"]),
        (&json!("in_progress"), &made["ticket_state"]["id"])
    );
    assert_eq!(
        (&after["is_shared"], &after["admin_assignee_id"], &after["snoozed_until"]),
        (&json!(false), &json!(app.admin_id.number()), &json!(NOW + 100))
    );
    assert_eq!((&after["open"], &after["updated_at"]), (&json!(true), &json!(NOW + 10)));
    let attribute = "ticket_attribute_updated_by_admin";
    assert_eq!(
        kinds(&after),
        [
            "ticket_state_updated_by_admin",
            attribute,
            attribute,
            "ticket_state_updated_by_admin",
            "ticket_unshared",
            "assignment",
            "snoozed"
        ]
    );
    let parts = &after["ticket_parts"]["ticket_parts"];
    assert_eq!(
        parts[2]["updated_attribute_data"],
        json!({
            "attribute": {"type": "attribute", "id": parts[2]["updated_attribute_data"]["attribute"]["id"], "label": "Count"},
            "value": {"type": "value", "id": "5", "label": "5"},
        })
    );
    assert_eq!(
        (&parts[3]["ticket_state"], &parts[3]["previous_ticket_state"]),
        (&json!("in_progress"), &json!("submitted"))
    );
    assert_eq!(
        (&parts[3]["author"]["type"], &parts[3]["author"]["id"]),
        (&json!("admin"), &json!(app.admin_id.to_string()))
    );
    assert_eq!(parts[5]["assigned_to"], json!({"type": "admin", "id": app.admin_id.to_string()}));
    assert_eq!(
        since_last(&app, &mut seen).await,
        ["ticket.attribute.updated", "ticket.attribute.updated", "ticket.state.updated", "ticket.admin.assigned"]
    );
    // The same again changes nothing.
    let again = app
        .put(&path, json!({"ticket_attributes": {"Count": 5}, "ticket_state_id": in_progress, "is_shared": false}))
        .await
        .ok();
    assert_eq!(kinds(&again).len(), 7);
    let cleared = app.put(&path, json!({"ticket_attributes": {"Count": null}, "assignee_id": "0"})).await.ok();
    assert_eq!(cleared["ticket_attributes"], json!({"_default_title_": "Fixed", "_default_description_": null}));
    assert_eq!(
        (&cleared["admin_assignee_id"], &cleared["ticket_parts"]["ticket_parts"][7]["author"]["type"]),
        (&json!(0), &json!("bot"))
    );
}

#[both]
async fn update_errors_are_specific(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let path = path(&made);
    let other = ticket_type(&app, "Other", "Customer").await;
    let actor = app.actor();
    app.write(move |tx| {
        let state = json!({"category": "resolved", "internal_label": "Won't fix", "external_label": "Closed", "ticket_types": ["Other"]});
        deskwire_domain::ticket_states::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(state).unwrap())
    }).await;
    let all = app.get("/ticket_states").await.ok();
    let foreign = id(all["data"].as_array().unwrap().iter().find(|s| s["internal_label"] == "Won't fix").unwrap());
    let invalid = "Ticket state id is not valid or is not associated with the ticket type";
    for id in [foreign.as_str(), "77", "x"] {
        assert_eq!(
            app.put(&path, json!({"ticket_state_id": id})).await.refused(400, "ticket_state_id_invalid"),
            invalid
        );
    }
    assert_eq!(app.put(&path, json!({"admin_id": 77})).await.refused(404, "assignee_not_found"), "Assignee not found");
    app.put(&path, json!({"assignee_id": "77"})).await.refused(404, "assignee_not_found");
    app.put(&path, json!({"company_id": "77"})).await.refused(404, "company_not_found");
    app.put(&path, json!({"snoozed_until": NOW})).await.refused(400, "parameter_invalid");
    app.put(&path, json!({"snoozed_until": NOW + 9, "open": false})).await.refused(400, "parameter_invalid");
    let message = app.put(&path, json!({"ticket_attributes": {"Colour": 1}})).await.refused(400, "parameter_invalid");
    assert_eq!(message, "Extra attributes provided that are not found on ticket type: Colour");
    // Nothing of a refused change is kept.
    app.put(&path, json!({"is_shared": false, "assignee_id": "77"})).await.refused(404, "assignee_not_found");
    assert_eq!(app.get(&path).await.ok(), made);
    let plain = crate::conversations::started(&app, "bob@acme.test").await.0.replace("conversations", "tickets");
    for lost in ["/tickets/77", "/tickets/x", &plain, &format!("/tickets/{}", made["ticket_id"].as_str().unwrap())] {
        assert_eq!(app.get(lost).await.refused(404, "ticket_not_found"), "Ticket not found");
        app.put(lost, json!({"open": false})).await.refused(404, "ticket_not_found");
    }
    app.other_workspace().await.get(&path).await.refused(404, "ticket_not_found");
    app.post("/tickets", json!({"ticket_type_id": other, "contacts": [{"external_id": "customer"}]})).await.ok();
}

#[both]
async fn resolving_closes_and_reopening_opens(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let path = path(&made);
    let (resolved, submitted) = (state(&app, "resolved").await, state(&app, "submitted").await);
    let mut seen = app.topics().await.len();
    let after = app.put(&path, json!({"ticket_state_id": resolved})).await.ok();
    assert_eq!((&after["open"], last(&after)["part_type"].as_str().unwrap()), (&json!(false), "close"));
    assert_eq!(since_last(&app, &mut seen).await, ["ticket.state.updated", "ticket.resolved", "ticket.closed"]);
    let after = app.put(&path, json!({"ticket_state_id": submitted})).await.ok();
    assert_eq!((&after["open"], last(&after)["part_type"].as_str().unwrap()), (&json!(true), "open"));
    assert_eq!(after["previous_ticket_state_id"], json!(resolved));
    // Unless the request says otherwise.
    assert_eq!(app.put(&path, json!({"ticket_state_id": resolved, "open": true})).await.ok()["open"], true);
    assert_eq!(app.put(&path, json!({"open": false})).await.ok()["open"], false);
    assert_eq!(app.put(&path, json!({"open": true})).await.ok()["open"], true);
    let snoozed = app.put(&path, json!({"snoozed_until": NOW + 50})).await.ok();
    assert_eq!((&snoozed["open"], &snoozed["snoozed_until"]), (&json!(true), &json!(NOW + 50)));
    let closed = app.put(&path, json!({"open": false})).await.ok();
    assert_eq!((&closed["open"], closed.get("snoozed_until")), (&json!(false), None));
}

#[both]
async fn a_conversation_s_company_is_set_and_removed(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let company = app.post("/companies", json!({"company_id": "acme", "name": "Acme"})).await.ok();
    let mut seen = app.topics().await.len();
    let after = app.put(&path(&made), json!({"company_id": company["id"]})).await.ok();
    assert_eq!(last(&after)["part_type"], "company_updated");
    app.put(&path(&made), json!({"company_id": null})).await.ok();
    assert_eq!(since_last(&app, &mut seen).await, ["conversation.company.updated", "conversation.company.updated"]);
    let after = app.put(&path(&made), json!({"company_id": null})).await.ok();
    assert_eq!(kinds(&after).len(), 3);
}

#[both]
async fn replies_become_parts(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let at = format!("{}/reply", path(&made));
    let admin = app.admin_id.to_string();
    let mut seen = app.topics().await.len();
    app.clock.advance(5);
    let note = app
        .post(&at, json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": "<b>inside</b>"}))
        .await
        .ok();
    assert_eq!(
        note,
        json!({"type": "ticket_part", "id": note["id"], "part_type": "note", "body": "<p><b>inside</b></p>", "created_at": NOW + 5,
        "updated_at": NOW + 5, "author": {"id": admin, "type": "admin", "name": "Ada Lovelace", "email": "ada@acme.test"}, "attachments": [], "redacted": false})
    );
    let comment = app.post(&at, json!({"message_type": "comment", "type": "admin", "admin_id": admin, "body": "Hello", "attachment_urls": ["https://a.test/x.png"]})).await.ok();
    assert_eq!((&comment["part_type"], &comment["attachments"][0]["name"]), (&json!("comment"), &json!("x.png")));
    let user = made["contacts"]["contacts"][0]["id"].clone();
    let reply = app
        .post(&at, json!({"message_type": "comment", "type": "user", "intercom_user_id": user, "body": "Thanks"}))
        .await
        .ok();
    assert_eq!((&reply["author"]["type"], &reply["body"]), (&json!("user"), &json!("<p>Thanks</p>")));
    assert_eq!(
        since_last(&app, &mut seen).await,
        ["ticket.note.created", "ticket.admin.replied", "ticket.contact.replied"]
    );
    // A reply to a closed ticket opens it, and is still called a comment.
    app.put(&path(&made), json!({"open": false})).await.ok();
    let reply = app
        .post(&at, json!({"message_type": "comment", "type": "user", "email": "customer@acme.test", "body": "Again"}))
        .await
        .ok();
    assert_eq!(reply["part_type"], "comment");
    let after = app.get(&path(&made)).await.ok();
    assert_eq!((&after["open"], &after["ticket_parts"]["total_count"]), (&json!(true), &json!(6)));
    let quick = json!({"message_type": "quick_reply", "type": "admin", "admin_id": admin, "reply_options": [{"text": "Yes", "uuid": "1"}]});
    assert_eq!(app.post(&at, quick).await.ok()["part_type"], "quick_reply");
    app.post("/tickets/77/reply", json!({"message_type": "note", "type": "admin", "admin_id": admin, "body": "x"}))
        .await
        .refused(404, "ticket_not_found");
    app.post(&at, json!({"message_type": "note", "type": "admin", "admin_id": "77", "body": "x"}))
        .await
        .refused(404, "admin_not_found");
}

#[both]
async fn users_do_not_reply_to_back_office_tickets(app: TestApp) {
    let made = ticket(&app, "Back-office").await;
    let at = format!("{}/reply", path(&made));
    let user = made["contacts"]["contacts"][0]["id"].clone();
    let message = app
        .post(&at, json!({"message_type": "comment", "type": "user", "intercom_user_id": user, "body": "x"}))
        .await
        .refused(400, "parameter_mismatch");
    assert_eq!(message, "User replies are not allowed on Backoffice tickets");
    assert_eq!(made["is_shared"], false);
    let (conversation, _) = crate::conversations::started(&app, "bob@acme.test").await;
    let linked = conversation.rsplit('/').next().unwrap();
    let of = id(&made["ticket_type"]);
    let made = app
        .post("/tickets", json!({"ticket_type_id": of, "contacts": [{"id": user}], "conversation_to_link_id": linked}))
        .await
        .ok();
    let note = json!({"message_type": "note", "type": "admin", "admin_id": app.admin_id.number(), "body": "Both", "cross_post": true});
    app.post(&format!("{}/reply", path(&made)), note.clone()).await.ok();
    let found = app.get(&conversation).await.ok();
    let parts = found["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert_eq!(
        (&parts.last().unwrap()["part_type"], &parts.last().unwrap()["body"]),
        (&json!("note"), &json!("<p>Both</p>"))
    );
    let mut alone = note;
    alone["cross_post"] = json!(false);
    app.post(&format!("{}/reply", path(&made)), alone).await.ok();
    assert_eq!(
        app.get(&conversation).await.ok()["conversation_parts"]["total_count"],
        found["conversation_parts"]["total_count"]
    );
}
