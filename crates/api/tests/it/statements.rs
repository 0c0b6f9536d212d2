//! How many statements the most used operations run, and in how many round trips to PostgreSQL.

use deskwire_testkit::{Database, NOW, TestApp, Value, both, json};

use crate::support::{company, id, user};
use crate::tickets::ticket_type;

/// An operation of the table.
struct Row {
    /// The method and path; `{name}` stands for the id of an object of the test.
    operation: &'static str,
    /// The body, in which `{name}` stands for an id too.
    body: &'static str,
    sqlite: u64,
    postgres: u64,
    /// With those that begin and end transactions, where an answer is waited for.
    round_trips: u64,
}

const fn row(operation: &'static str, body: &'static str, sqlite: u64, postgres: u64, round_trips: u64) -> Row {
    Row { operation, body, sqlite, postgres, round_trips }
}

/// The operations in the order in which they run. A number that falls is written down here, a number that grows is a
/// regression.
const ROWS: &[Row] = &[
    row("GET /me", "", 3, 3, 3),
    row("GET /admins", "", 2, 2, 2),
    row("GET /admins/{admin}", "", 2, 2, 2),
    row("GET /contacts", "", 4, 4, 5),
    row("GET /contacts/{contact}", "", 2, 2, 2),
    row("POST /contacts", r#"{"email": "new@acme.test", "name": "New"}"#, 3, 4, 3),
    row("PUT /contacts/{contact}", r#"{"name": "Ada"}"#, 4, 6, 3),
    row(
        "POST /contacts/search",
        r#"{"query": {"field": "email", "operator": "=", "value": "ada@acme.test"}}"#,
        3,
        3,
        3,
    ),
    row("GET /contacts/{contact}/companies", "", 7, 7, 7),
    row("GET /contacts/{contact}/tags", "", 1, 1, 1),
    row("POST /contacts/{contact}/tags", r#"{"id": "{tag}"}"#, 6, 6, 4),
    row("POST /contacts/{contact}/notes", r#"{"body": "<p>Called</p>"}"#, 7, 7, 5),
    row("GET /companies/{company}", "", 4, 4, 4),
    row("GET /companies/{company}/contacts", "", 7, 7, 7),
    row("POST /companies", r#"{"company_id": "acme", "name": "Acme"}"#, 6, 6, 5),
    row("GET /conversations", "", 7, 7, 8),
    row("GET /conversations/{conversation}", "", 2, 2, 2),
    row("POST /conversations", r#"{"from": {"type": "user", "id": "{contact}"}, "body": "Hello"}"#, 5, 6, 3),
    row("POST /conversations/search", r#"{"query": {"field": "state", "operator": "=", "value": "open"}}"#, 7, 7, 7),
    row(
        "POST /conversations/{conversation}/reply",
        r#"{"message_type": "comment", "type": "admin", "admin_id": "{admin}", "body": "Hello"}"#,
        8,
        9,
        6,
    ),
    row(
        "POST /conversations/{conversation}/parts",
        r#"{"message_type": "close", "type": "admin", "admin_id": "{admin}"}"#,
        8,
        8,
        6,
    ),
    row("GET /tickets/{ticket}", "", 6, 6, 6),
    row(
        "POST /tickets",
        r#"{"ticket_type_id": "{type}", "contacts": [{"id": "{contact}"}], "ticket_attributes": {"_default_title_": "Broken"}}"#,
        10,
        11,
        7,
    ),
    row("PUT /tickets/{ticket}", r#"{"ticket_attributes": {"_default_title_": "Mended"}}"#, 10, 12, 7),
    row("POST /tickets/search", r#"{"query": {"field": "open", "operator": "=", "value": "true"}}"#, 7, 8, 8),
    row("GET /tags", "", 1, 1, 1),
    row("GET /ticket_types", "", 3, 3, 3),
    row("POST /events", r#"{"event_name": "ordered", "created_at": NOW, "user_id": "ada"}"#, 5, 5, 4),
];

#[both]
async fn operations_run_as_many_statements_as_listed(app: TestApp) {
    let contact = app.post("/contacts", json!({"email": "ada@acme.test", "external_id": "ada"})).await.ok();
    let contact = id(&contact);
    let company = company(&app, "acme").await;
    app.post(&format!("/contacts/{contact}/companies"), json!({"id": company})).await.ok();
    let tag = id(&app.post("/tags", json!({"name": "vip"})).await.ok());
    let message = json!({"from": {"type": "user", "id": contact}, "body": "Help"});
    let conversation = app.post("/conversations", message).await.ok()["conversation_id"].as_str().unwrap().to_owned();
    let kind = ticket_type(&app, "Bug", "Customer").await;
    let made = json!({"ticket_type_id": kind, "contacts": [{"id": contact}],
        "ticket_attributes": {"_default_title_": "Broken"}});
    let ticket = id(&app.post("/tickets", made).await.ok());
    let other = user(&app, "grace@acme.test").await;
    app.post(&format!("/contacts/{other}/companies"), json!({"id": company})).await.ok();

    let admin = app.admin_id.to_string();
    let names = [
        ("{contact}", contact),
        ("{company}", company),
        ("{tag}", tag),
        ("{conversation}", conversation),
        ("{ticket}", ticket),
        ("{type}", kind),
        ("{admin}", admin),
        ("NOW", NOW.to_string()),
    ];
    let filled = |text: &str| names.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id));
    let mut wrong = Vec::new();
    for Row { operation, body, sqlite, postgres, round_trips } in ROWS {
        let (method, path) = operation.split_once(' ').unwrap();
        let body: Option<Value> = (!body.is_empty()).then(|| serde_json::from_str(&filled(body)).unwrap());
        let before = app.db().stats();
        let answer = app.client().call(method, &filled(path), body.as_ref()).await;
        assert!(answer.status < 300, "{operation}: {answer:?}");
        let after = app.db().stats();
        let ran = [after.statements - before.statements, after.round_trips - before.round_trips];
        let listed = match app.database {
            Database::Sqlite => [*sqlite, 0],
            Database::Postgres => [*postgres, *round_trips],
        };
        if ran != listed {
            wrong.push(format!("{operation}: {ran:?} statements and round trips, {listed:?} listed"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
