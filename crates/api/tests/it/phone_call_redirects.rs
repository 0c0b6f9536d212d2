//! `/phone_call_redirects`, and the page behind the links.

use std::sync::Arc;

use deskwire_api::Config;
use deskwire_testkit::{Answer, Client, Database, NOW, Sink, SinkReply, TestApp, Value, json};
use deskwire_worker::outbound::Outbound;
use deskwire_worker::texts::Gateway;

use crate::support::{id, main_of, snapshot};

const PHONE: &str = "+353832345678";

/// A server with a gateway for text messages.
async fn server(database: Database) -> (TestApp, Sink) {
    let sink = Sink::start().await;
    let outbound = Outbound::new("127.0.0.1".parse().unwrap());
    let gateway = Gateway::new(outbound, sink.url("/send"), Some("gateway-secret")).unwrap();
    let config = Config { rate_limit: None, texts: Some(Arc::new(gateway)), ..Config::default() };
    (TestApp::start_with(database, config).await, sink)
}

/// Asks for a link: its path.
async fn link(app: &TestApp, body: Value) -> String {
    let made = app.post("/phone_call_redirects", body).await.ok();
    let url = made["url"].as_str().unwrap();
    url[url.find("/msgr/").unwrap()..].to_owned()
}

async fn write(app: &TestApp, path: &str, message: &str) -> Answer {
    let form = form_urlencoded::Serializer::new(String::new()).append_pair("message", message).finish();
    app.anonymous().raw("POST", path, &[("content-type", "application/x-www-form-urlencoded")], form).await
}

async fn a_caller_writes_instead(database: Database) {
    let (app, sink) = server(database).await;
    for attribute in ["issue_type", "plan"] {
        app.post("/data_attributes", json!({"model": "contact", "name": attribute, "data_type": "string"})).await.ok();
    }
    app.post("/conversations/attributes", json!({"name": "queue", "data_type": "string"})).await.ok();
    let attributes = json!({"issue_type": "Billing", "plan": 5, "queue": "north", "priority": "high"});
    let made =
        app.post("/phone_call_redirects", json!({"phone": "+353 83 234 5678", "custom_attributes": attributes})).await;
    let made = made.ok();
    let url = made["url"].as_str().unwrap().to_owned();
    assert_eq!(made, json!({"type": "phone_call_redirect", "url": url, "phone": PHONE}));
    let sent = sink.received();
    assert_eq!(
        sent[0].json(),
        json!({"to": PHONE, "text": format!("Acme: write to us here instead of waiting on the phone: {url}")})
    );
    assert_eq!((sent[0].method.as_str(), sent[0].header("authorization")), ("POST", Some("Bearer gateway-secret")));
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0, "a link alone creates no contact");

    let path = url[url.find("/msgr/").unwrap()..].to_owned();
    let page = app.anonymous().get(&path).await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    snapshot("msgr", main_of(&page.text), &[]);
    let empty = write(&app, &path, " ").await;
    assert_eq!(empty.status, 400);
    assert!(empty.text.contains("Please write a message"), "{}", empty.text);
    let long = write(&app, &path, &"x".repeat(10_001)).await;
    assert!(long.status == 400 && long.text.contains("too long"), "{}", long.status);
    for _ in 0..2 {
        let done = write(&app, &path, "My bill is <wrong>").await;
        assert!(done.status == 200 && done.text.contains("has your message"), "{}", done.text);
    }
    snapshot("msgr_sent", main_of(&app.anonymous().get(&path).await.text), &[]);

    let list = app.get("/conversations").await.ok();
    assert_eq!(list["total_count"], 1, "a link starts one conversation");
    let conversation = app.get(&format!("/conversations/{}", id(&list["conversations"][0]))).await.ok();
    assert_eq!(conversation["source"]["body"], "<p>My bill is &lt;wrong&gt;</p>");
    assert_eq!(
        (&conversation["state"], &conversation["custom_attributes"]["queue"]),
        (&json!("open"), &json!("north"))
    );
    let parts = conversation["conversation_parts"]["conversation_parts"].as_array().unwrap();
    let note = parts.iter().find(|part| part["part_type"] == "note").unwrap();
    assert_eq!(note["body"], "<p>priority: high</p>");
    let contact = app.get(&format!("/contacts/{}", id(&conversation["contacts"]["contacts"][0]))).await.ok();
    assert_eq!((&contact["role"], &contact["phone"]), (&json!("lead"), &json!(PHONE)));
    assert_eq!(contact["custom_attributes"]["issue_type"], "Billing");
    assert!(contact["custom_attributes"]["plan"] == "5" || contact["custom_attributes"]["plan"] == 5, "{contact}");
    assert!(app.topics().await.contains(&"conversation.user.created".to_owned()));

    // The next one is of the same contact.
    let second = link(&app, json!({"phone": PHONE})).await;
    assert_eq!(write(&app, &second, "Me again").await.status, 200);
    let found = json!({"query": {"field": "contact_ids", "operator": "=", "value": id(&contact)}});
    assert_eq!(app.post("/conversations/search", found).await.ok()["total_count"], 2);
}

async fn links_end_and_are_limited(database: Database) {
    let (app, sink) = server(database).await;
    let path = link(&app, json!({"phone": PHONE})).await;
    let unknown = app.anonymous().get("/msgr/00000000-0000-4000-8000-000000000000").await;
    assert!(unknown.status == 404 && unknown.text.contains("not valid any more"), "{}", unknown.text);
    let form = app.anonymous().raw("POST", &path, &[("content-type", "application/json")], "{}").await;
    assert_eq!(form.status, 415);
    assert_eq!(app.anonymous().raw("PUT", &path, &[], "").await.status, 405);
    app.clock.advance(86_399);
    assert_eq!(app.anonymous().get(&path).await.status, 200);
    app.clock.advance(1);
    assert_eq!((app.anonymous().get(&path).await.status, write(&app, &path, "Hello").await.status), (404, 404));
    for _ in 0..5 {
        link(&app, json!({"phone": PHONE})).await;
    }
    let words = app.post("/phone_call_redirects", json!({"phone": PHONE})).await.refused(429, "rate_limit_exceeded");
    assert_eq!(words, "A phone number is sent 5 links an hour at most");
    link(&app, json!({"phone": "+353832345679"})).await;
    assert_eq!(sink.received().len(), 7);
    app.clock.advance(3_601);
    let path = link(&app, json!({"phone": PHONE})).await;
    // A network may look so often.
    let far: Vec<u16> = many(&app.anonymous().at("198.51.100.7"), &path, 21).await;
    assert_eq!((far[19], far[20]), (200, 429));
    assert_eq!(app.anonymous().at("198.51.100.8").get(&path).await.status, 200);
    let neighbour = app.other_workspace().await;
    assert_eq!(neighbour.get("/conversations").await.ok()["total_count"], 0);
}

async fn many(client: &Client, path: &str, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(client.get(path).await.status);
    }
    statuses
}

async fn unsent_messages_are_discarded(database: Database) {
    let (app, sink) = server(database).await;
    let ask = |body: Value| app.post("/phone_call_redirects", body);
    for _ in 0..6 {
        sink.next([SinkReply::status(503)]);
        let refused = ask(json!({"phone": PHONE})).await.with(400);
        let words = "SMS was not sent due to an unknown error";
        assert_eq!(refused, json!({"error_key": "sms_failed", "message": words}));
    }
    let count =
        app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM phone_call_redirects", &[], |row| row.get::<i64>(0))?));
    assert_eq!(count.await, 0, "it does not count against the limit");
    ask(json!({"phone": PHONE})).await.ok();
    for (body, key, words) in [
        (json!({"phone": "12"}), "invalid_phone_number", "Invalid phone number"),
        (json!({}), "invalid_phone_number", "Invalid phone number"),
        (json!({"phone": PHONE, "custom_attributes": []}), "parameter_invalid", "custom_attributes must be an object"),
        (
            json!({"phone": PHONE, "custom_attributes": {"a": "x".repeat(10_000)}}),
            "parameter_invalid",
            "custom_attributes are too long (maximum is 10000 bytes)",
        ),
        (
            json!({"phone": PHONE, "custom_attributes": (0..11).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>()}),
            "parameter_invalid",
            "Cannot update more than 10 attributes at once.",
        ),
    ] {
        assert_eq!(ask(body).await.with(400), json!({"error_key": key, "message": words}));
    }
    assert_eq!(sink.received().len(), 7, "nothing is sent for invalid requests");
    assert_eq!(app.clock.now(), NOW);
    app.scoped("write_conversations").await.post("/phone_call_redirects", json!({"phone": PHONE})).await.with(401);
}

macro_rules! both {
    ($($test:ident => $sqlite:ident, $postgres:ident;)+) => {$(
        #[tokio::test]
        async fn $sqlite() {
            $test(Database::Sqlite).await;
        }

        #[tokio::test]
        async fn $postgres() {
            $test(Database::Postgres).await;
        }
    )+};
}

both! {
    a_caller_writes_instead => a_caller_writes_instead_on_sqlite, a_caller_writes_instead_on_postgres;
    links_end_and_are_limited => links_end_and_are_limited_on_sqlite, links_end_and_are_limited_on_postgres;
    unsent_messages_are_discarded => unsent_messages_are_discarded_on_sqlite, unsent_messages_are_discarded_on_postgres;
}
