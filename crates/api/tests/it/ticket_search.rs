//! `POST /tickets/search`

use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, user};
use crate::tickets::{attribute, state, ticket_type};

/// The titles of the tickets that a query finds.
async fn titles(app: &TestApp, query: Value) -> Vec<String> {
    let found = app
        .post("/tickets/search", json!({"query": query, "sort": {"field": "created_at", "order": "ascending"}}))
        .await
        .ok();
    let title = |t: &Value| t["ticket_attributes"]["_default_title_"].as_str().unwrap().to_owned();
    found["tickets"].as_array().unwrap().iter().map(title).collect()
}

fn test(field: &str, operator: &str, value: impl Into<Value>) -> Value {
    json!({"field": field, "operator": operator, "value": value.into()})
}

/// Three tickets, a second apart: `Alpha` of customers, `Beta` of the back office, `Gamma` a tracker.
async fn create_tickets(app: &TestApp) -> Vec<(String, String)> {
    let ada = user(app, "ada@acme.test").await;
    let mut made = Vec::new();
    for (title, category) in [("Alpha one", "Customer"), ("Beta two", "Back-office"), ("Gamma one", "Tracker")] {
        let of = ticket_type(app, title, category).await;
        let body = json!({"ticket_type_id": of, "contacts": [{"id": ada}], "ticket_attributes": {"_default_title_": title,
            "_default_description_": format!("About {title}"), "Count": title.len(), "Amount": 0.5, "Sure": category == "Tracker", "When": NOW, "Priority": "High"}});
        let ticket = app.post("/tickets", body).await.ok();
        made.push((id(&ticket), of));
        app.clock.advance(1);
    }
    made
}

#[both]
async fn tickets_are_found_by_every_field(app: TestApp) {
    let made = create_tickets(&app).await;
    let ada =
        app.post("/contacts/search", json!({"query": test("external_id", "=", "ada")})).await.ok()["data"][0]["id"]
            .clone();
    let resolved = state(&app, "resolved").await;
    app.put(
        &format!("/tickets/{}", made[0].0),
        json!({"ticket_state_id": resolved, "admin_id": app.admin_id.number(), "assignee_id": app.admin_id.to_string()}),
    )
    .await
    .ok();
    app.put(&format!("/tickets/{}", made[1].0), json!({"snoozed_until": NOW + 1000})).await.ok();
    let (a, b, c) = ("Alpha one", "Beta two", "Gamma one");
    let cases = [
        (test("id", "=", made[1].0.clone()), vec![b]),
        (test("title", "=", "ALPHA ONE"), vec![a]),
        (test("title", "~", "one"), vec![a, c]),
        (test("title", "^", "beta"), vec![b]),
        (test("title", "$", "one"), vec![a, c]),
        (test("title", "!=", "alpha one"), vec![b, c]),
        (test("description", "~", "about beta"), vec![b]),
        (test("category", "=", "request"), vec![a]),
        (test("category", "=", "Back-office"), vec![b]),
        (test("category", "IN", json!(["task", "tracker"])), vec![b, c]),
        (test("category", "!=", "tracker"), vec![a, b]),
        (test("ticket_type_id", "=", made[2].1.clone()), vec![c]),
        (test("contact_ids", "=", ada.as_str().unwrap()), vec![a, b, c]),
        (test("contact_ids", "=", crate::support::unknown_contact()), vec![]),
        (test("teammate_ids", "=", app.admin_id.to_string()), vec![a]),
        (test("admin_assignee_id", "=", app.admin_id.to_string()), vec![a]),
        (test("admin_assignee_id", "=", 0), vec![b, c]),
        (test("team_assignee_id", "=", 0), vec![a, b, c]),
        (test("open", "=", true), vec![b, c]),
        (test("open", "=", false), vec![a]),
        (test("state", "=", "resolved"), vec![a]),
        (test("state", "IN", json!(["resolved", "submitted"])), vec![a, b, c]),
        (test("state", "!=", "submitted"), vec![a]),
        (test("state", "=", "nothing"), vec![]),
        (test("state", "=", "Resolved"), vec![a]),
        (test("state", "NIN", json!(["resolved", "nothing"])), vec![b, c]),
        (test("state", "=", Value::Null), vec![]),
        (test("state", "!=", Value::Null), vec![a, b, c]),
        (test("state", "~", "SOLV"), vec![a]),
        (test("state", "!~", "solv"), vec![b, c]),
        (test("state", "^", "sub"), vec![b, c]),
        (test("state", "$", "ed"), vec![a, b, c]),
        (test("state", "$", "sub"), vec![]),
        (test("created_at", ">=", NOW + 1), vec![b, c]),
        (test("created_at", "<=", NOW + 1), vec![a, b]),
        (test("created_at", "IN", json!([NOW, NOW + 2])), vec![a, c]),
        (test("created_at", "NIN", json!([NOW, NOW + 2])), vec![b]),
        (test("snoozed_until", "NIN", json!([NOW + 1000])), vec![a, c]),
        (test("updated_at", ">", NOW + 2), vec![a, b]),
        (test("snoozed_until", "=", NOW + 1000), vec![b]),
        (json!({"operator": "AND", "value": [test("title", "~", "one"), test("category", "=", "tracker")]}), vec![c]),
        (
            json!({"operator": "OR", "value": [test("title", "~", "two"), json!({"operator": "AND", "value": [test("state", "=", "resolved"), test("open", "=", false)]})]}),
            vec![a, b],
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(titles(&app, query.clone()).await, expected, "{query}");
    }
}

#[both]
async fn tickets_are_found_by_their_attributes(app: TestApp) {
    let made = create_tickets(&app).await;
    let of = &made[0].1;
    let field = |name: &'static str| {
        let app = &app;
        async move { format!("ticket_attribute.{}", id(&attribute(app, of, name).await)) }
    };
    let priority = attribute(&app, of, "Priority").await;
    let high = priority["input_options"]["list_options"][1]["id"].as_str().unwrap().to_owned();
    let cases = [
        (test(&field("_default_title_").await, "~", "alpha"), true),
        (test(&field("Count").await, "=", 9), true),
        (test(&field("Count").await, ">", 9), false),
        (test(&field("Amount").await, "<", 0.75), true),
        (test(&field("Sure").await, "=", false), true),
        (test(&field("Sure").await, "=", true), false),
        (test(&field("When").await, "=", NOW), true),
        (test(&field("When").await, ">", NOW), false),
        (test(&field("When").await, "IN", json!([NOW, NOW + 1])), true),
        (test(&field("When").await, "IN", json!([NOW + 1])), false),
        // By the item's id as in requests, or its label as in answers.
        (test(&field("Priority").await, "=", high), true),
        (test(&field("Priority").await, "=", "High"), true),
        (test(&field("Priority").await, "IN", json!(["Low", "High"])), true),
        (test(&field("Priority").await, "=", "Low"), false),
    ];
    for (query, expected) in cases {
        assert_eq!(titles(&app, query.clone()).await.len(), usize::from(expected), "{query}");
    }
    let count = field("Count").await;
    app.put(&format!("/tickets/{}", made[0].0), json!({"ticket_attributes": {"Count": 70}})).await.ok();
    assert_eq!(titles(&app, test(&count, "=", 70)).await, ["Alpha one"]);
    app.put(&format!("/tickets/{}", made[0].0), json!({"ticket_attributes": {"Count": null}})).await.ok();
    assert!(titles(&app, test(&count, ">", 0)).await.is_empty());
    let message = app
        .post("/tickets/search", json!({"query": test("ticket_attribute.Priority", "=", "x")}))
        .await
        .refused(400, "field_not_found");
    assert_eq!(message, "The request ticket attribute ID is not a valid integer");
    app.post("/tickets/search", json!({"query": test("ticket_attribute.77", "=", "x")}))
        .await
        .refused(400, "invalid_field");
    app.post("/tickets/search", json!({"query": test("source.body", "=", "x")})).await.refused(400, "invalid_field");
    app.post("/tickets/search", json!({"query": test(&count, "=", "many")})).await.refused(400, "parameter_invalid");
    app.post("/tickets/search", json!({})).await.blames_the_caller();
}

#[both]
async fn pages_of_tickets(app: TestApp) {
    create_tickets(&app).await;
    let everything = test("created_at", ">", 0);
    let first = app.post("/tickets/search", json!({"query": everything, "pagination": {"per_page": 2}, "sort": {"field": "created_at", "order": "ascending"}})).await.ok();
    assert_eq!(
        (&first["type"], &first["total_count"], &first["pages"]["total_pages"]),
        (&json!("ticket.list"), &json!(3), &json!(2))
    );
    assert_eq!(first["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(first["tickets"][0]["ticket_parts"]["total_count"], 1);
    let one = app.get(&format!("/tickets/{}", id(&first["tickets"][0]))).await.ok();
    assert_eq!(first["tickets"][0], one);
    let after = first["pages"]["next"]["starting_after"].clone();
    let second = app.post("/tickets/search", json!({"query": everything, "pagination": {"per_page": 2, "starting_after": after}, "sort": {"field": "created_at", "order": "ascending"}})).await.ok();
    assert_eq!((second["tickets"].as_array().unwrap().len(), &second["pages"]["next"]), (1, &Value::Null));
    assert_eq!(
        app.other_workspace().await.post("/tickets/search", json!({"query": everything})).await.ok()["total_count"],
        0
    );
    // Conversations that are no tickets are never found.
    crate::conversations::started(&app, "bob@acme.test").await;
    assert_eq!(app.post("/tickets/search", json!({"query": everything})).await.ok()["total_count"], 3);
}

#[both]
async fn states_of_tickets_have_no_order(app: TestApp) {
    for (query, message) in [
        (test("state", ">", "resolved"), "Operator '>' is not valid for field 'state'"),
        (test("state", "=", true), "Value true is not valid for field 'state': it must be a string"),
    ] {
        let refused = app.post("/tickets/search", json!({"query": query})).await.refused(400, "parameter_invalid");
        assert_eq!(refused, message);
    }
    let body = json!({"query": test("state", "=", "resolved"), "sort": {"field": "state"}});
    let refused = app.post("/tickets/search", body).await.refused(400, "invalid_field");
    assert_eq!(refused, "state is not a valid sort field");
}
