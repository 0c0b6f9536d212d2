//! Closing conversations: the attributes that it requires, and macros that do it.

use deskwire_domain::inbox::replies::UNDO;
use deskwire_domain::teams;
use deskwire_testkit::{Browser, TestApp, Value, both, json};

use super::lists::{act, conversation};
use crate::support::id;
use crate::tickets::ticket_type;

/// Requires an attribute of conversations.
async fn require(browser: &Browser, name: &str) {
    let made = json!({"on": "conversation", "name": name, "data_type": "string", "required": true, "team_ids": []});
    browser.post("/app/v1/settings/attributes", made).await.ok();
}

/// A macro that adds a note and closes: its id.
async fn closing_macro(browser: &Browser) -> String {
    let actions = json!([{"type": "note", "body": "Done"}, {"type": "close"}]);
    let made = json!({"name": "Done", "html": "<p>Bye</p>", "team_ids": [], "available_on": ["inbox"],
        "actions": actions});
    id(&browser.post("/app/v1/settings/macros", made).await.ok()["macro"])
}

/// The state of a conversation, and its parts of one kind.
async fn state_and(app: &TestApp, number: &str, kind: &str) -> (String, usize) {
    let shown = app.get(&format!("/conversations/{number}")).await.ok();
    let parts = shown["conversation_parts"]["conversation_parts"].as_array().unwrap();
    let count = parts.iter().filter(|part| part["part_type"] == kind).count();
    (shown["state"].as_str().unwrap().to_owned(), count)
}

#[both]
async fn a_teammate_fills_in_what_is_required_before_closing(app: TestApp) {
    let ada = app.browser().await;
    let [first, second] = [conversation(&app, "ada").await, conversation(&app, "bob").await];
    let team = crate::teams::team(&app, "Two", &[], teams::Distribution::LoadBalanced).await;
    let team = team.strip_prefix("/teams/").unwrap().to_owned();
    for (name, team_ids) in [("Reason", json!([])), ("Hidden", json!([team]))] {
        let made = json!({"on": "conversation", "name": name, "data_type": "string", "required": true,
                          "team_ids": team_ids});
        ada.post("/app/v1/settings/attributes", made).await.ok();
    }
    // Ada is in no team, so she neither sees nor fills in the other one.
    let start = ada.get("/app/v1/start").await.ok();
    let seen: Vec<&Value> = start["attributes"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(seen, [&json!("Reason")]);
    assert_eq!(start["attributes"][0]["required"], true);
    let close = json!({"type": "close"});
    let refused = ada.post(&format!("/app/v1/conversations/{first}/actions"), close.clone()).await;
    let refused = refused.declined(422, "attributes_missing");
    assert_eq!(refused["error"]["message"], "Required before closing: Reason");
    for kind in ["reply", "note"] {
        let closing = json!({"kind": kind, "html": "<p>Bye</p>", "then": "close"});
        let path = format!("/app/v1/conversations/{first}/reply");
        ada.post(&path, closing).await.declined(422, "attributes_missing");
    }
    act(&ada, &first, json!({"type": "attribute", "name": "Reason", "value": "Lost"})).await;
    let many = json!({"ids": [first, second], "action": close});
    let done = ada.post("/app/v1/conversations/actions", many).await.ok();
    assert_eq!(
        (&done["results"][0]["row"]["state"], &done["results"][1]["error"]["code"]),
        (&json!("closed"), &json!("attributes_missing"))
    );
    // What shows nothing fills in nothing.
    let path = format!("/app/v1/conversations/{second}/actions");
    for blank in [" \t", "\u{200b}\u{feff}", "\u{3164}"] {
        act(&ada, &second, json!({"type": "attribute", "name": "Reason", "value": blank})).await;
        ada.post(&path, json!({"type": "close"})).await.declined(422, "attributes_missing");
    }
    // Programs close without them.
    let closed = json!({"message_type": "close", "type": "admin", "admin_id": app.admin_id.to_string()});
    app.post(&format!("/conversations/{second}/parts"), closed).await.ok();
}

#[both]
async fn what_nobody_can_fill_in_is_not_required(app: TestApp) {
    let ada = app.browser().await;
    let number = conversation(&app, "ada").await;
    let public = json!({"name": "Files", "data_type": "files", "required": true});
    let made = app.post("/conversations/attributes", public).await.ok();
    assert_eq!(made["required"], true, "as the API shows it");
    // No value is accepted for one of two with the same name.
    require(&ada, "Reason").await;
    require(&ada, "Reason").await;
    let start = ada.get("/app/v1/start").await.ok();
    let required: Vec<&Value> = start["attributes"].as_array().unwrap().iter().map(|one| &one["required"]).collect();
    assert_eq!(required, [&json!(false), &json!(false), &json!(false)]);
    assert_eq!(act(&ada, &number, json!({"type": "close"})).await["row"]["state"], "closed");
}

#[both]
async fn a_macro_closes_nothing_whose_attributes_are_missing(app: TestApp) {
    let ada = app.browser().await;
    let number = conversation(&app, "ada").await;
    require(&ada, "Reason").await;
    let done = closing_macro(&ada).await;
    let filled = ada.get(&format!("/app/v1/macros/{done}?conversation={number}")).await.ok();
    assert_eq!(
        (filled["actions"].as_array().unwrap().len(), &filled["missing"]),
        (1, &json!([{"type": "close"}])),
        "{filled}"
    );
    let path = format!("/app/v1/conversations/{number}");
    let refused = ada.post(&format!("{path}/macro"), json!({"macro_id": done})).await;
    refused.declined(422, "attributes_missing");
    assert_eq!(state_and(&app, &number, "note").await, ("open".to_owned(), 0));

    // After a reply, the other actions run.
    let reply = json!({"kind": "reply", "html": "<p>Bye</p>", "macro_ids": [done]});
    ada.post(&format!("{path}/reply"), reply.clone()).await.ok();
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(state_and(&app, &number, "note").await, ("open".to_owned(), 1));

    act(&ada, &number, json!({"type": "attribute", "name": "Reason", "value": "Lost"})).await;
    ada.post(&format!("{path}/reply"), reply).await.ok();
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(state_and(&app, &number, "close").await, ("closed".to_owned(), 1));
}

#[both]
async fn a_macro_closes_a_conversation_once(app: TestApp) {
    let ada = app.browser().await;
    let number = conversation(&app, "ada").await;
    let done = closing_macro(&ada).await;
    let path = format!("/app/v1/conversations/{number}/macro");
    for _ in 0..3 {
        let answer = ada.post(&path, json!({"macro_id": done})).await.ok();
        assert_eq!((&answer["row"]["state"], &answer["skipped"]), (&json!("closed"), &json!([])));
    }
    assert_eq!(state_and(&app, &number, "close").await, ("closed".to_owned(), 1));
    let closed = app.topics().await.into_iter().filter(|topic| *topic == "conversation.admin.closed").count();
    assert_eq!(closed, 1);
}

#[both]
async fn a_ticket_is_not_resolved_without_what_is_required(app: TestApp) {
    let ada = app.browser().await;
    let number = conversation(&app, "ada").await;
    let kind = ticket_type(&app, "Bug", "Customer").await;
    act(&ada, &number, json!({"type": "convert", "ticket_type_id": kind})).await;
    require(&ada, "Reason").await;
    let states = app.get("/ticket_states").await.ok();
    let of = |category: &str| -> String {
        id(states["data"].as_array().unwrap().iter().find(|state| state["category"] == category).unwrap())
    };
    let path = format!("/app/v1/conversations/{number}/actions");
    let resolve = json!({"type": "ticket_state", "state_id": of("resolved")});
    ada.post(&path, resolve.clone()).await.declined(422, "attributes_missing");
    // Other states do not close it.
    act(&ada, &number, json!({"type": "ticket_state", "state_id": of("in_progress")})).await;
    act(&ada, &number, json!({"type": "attribute", "name": "Reason", "value": "Lost"})).await;
    assert_eq!(act(&ada, &number, resolve).await["row"]["state"], "closed");
}

#[both]
async fn a_held_reply_is_sent_and_leaves_open_what_may_not_be_closed(app: TestApp) {
    let ada = app.browser().await;
    let number = conversation(&app, "ada").await;
    let reply = json!({"kind": "reply", "html": "<p>Bye</p>", "then": "close"});
    ada.post(&format!("/app/v1/conversations/{number}/reply"), reply).await.ok();
    require(&ada, "Reason").await;
    app.clock.advance(UNDO);
    app.run_jobs().await;
    app.run_jobs().await;
    assert_eq!(state_and(&app, &number, "comment").await, ("open".to_owned(), 1));
    // Its writer has left it, and learns why it is still open.
    let thread = ada.get(&format!("/app/v1/conversations/{number}")).await.ok();
    let note = thread["parts"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(note["html"], "<p>The conversation was not closed. Required before closing: Reason</p>");
    let notified = ada.get("/app/v1/notifications").await.ok();
    let texts: Vec<&Value> = notified["items"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert!(texts.contains(&&json!("Operator mentioned you in a note")), "{notified}");
}

#[both]
async fn closing_what_is_closed_needs_nothing(app: TestApp) {
    let ada = app.browser().await;
    let number = conversation(&app, "ada").await;
    let done = closing_macro(&ada).await;
    act(&ada, &number, json!({"type": "close"})).await;
    require(&ada, "Reason").await;
    let path = format!("/app/v1/conversations/{number}");
    assert_eq!(act(&ada, &number, json!({"type": "close"})).await["row"]["state"], "closed");
    let filled = ada.get(&format!("/app/v1/macros/{done}?conversation={number}")).await.ok();
    assert_eq!((filled["actions"].as_array().unwrap().len(), &filled["missing"]), (2, &json!([])), "{filled}");
    let applied = ada.post(&format!("{path}/macro"), json!({"macro_id": done})).await.ok();
    assert_eq!((&applied["row"]["state"], &applied["skipped"]), (&json!("closed"), &json!([])));
    for kind in ["note", "reply"] {
        let closing = json!({"kind": kind, "html": "<p>Bye</p>", "then": "close"});
        ada.post(&format!("{path}/reply"), closing).await.ok();
    }
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(state_and(&app, &number, "close").await, ("closed".to_owned(), 1));
}
