//! Two verbs at once have the outcome of one order of the two: the short form of `cargo xtask pairs`; and whatever is
//! made when a look finds none is made once, however many look.

use std::time::Duration;

use deskwire_testkit::pairs::{self, Plan};
use deskwire_testkit::{Answer, Database, TestApp, Value, json};
use tokio::task::JoinSet;

use crate::support::{id, user};

/// A few rounds of the verbs where most can go wrong.
const fn core(rounds: usize) -> Plan {
    Plan { rounds, beside: rounds, lanes: 4, only: None, core: true, seed: 17 }
}

/// Runs at least so many pairs.
async fn judged(database: Database, plan: &Plan, least: usize) {
    let mut wrong = Vec::new();
    let count = pairs::run(database, plan, |outcome| {
        for (fault, times) in &outcome.faults {
            wrong.push(format!("{} ({times} of {}): {fault}", outcome.pair, outcome.rounds));
        }
    })
    .await;
    assert!(count >= least, "only {count} pairs were run");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_pair_has_the_outcome_of_an_order_on_sqlite() {
    judged(Database::Sqlite, &core(1), 80).await;
}

#[tokio::test]
async fn a_pair_has_the_outcome_of_an_order_on_postgres() {
    judged(Database::Postgres, &core(3), 80).await;
}

/// The worker writes notifications and mails of a ticket while it is deleted.
#[tokio::test]
async fn nothing_refers_to_a_deleted_ticket_on_postgres() {
    let only = Some("worker.run | tickets.delete".to_owned());
    judged(Database::Postgres, &Plan { rounds: 40, beside: 10, lanes: 1, only, core: false, seed: 23 }, 1).await;
}

/// Verbs that only the inbox has: undoing a merge, and taking back a reply.
#[tokio::test]
async fn a_pair_of_the_inbox_has_the_outcome_of_an_order_on_postgres() {
    for pair in [
        "inbox.unmerge | conversations.delete primary",
        "inbox.unmerge | conversations.reply merged",
        "conversations.merge | inbox.withdraw",
        "inbox.title | inbox.convert",
    ] {
        let plan = Plan { rounds: 12, beside: 6, lanes: 1, only: Some(pair.to_owned()), core: false, seed: 29 };
        judged(Database::Postgres, &plan, 1).await;
    }
}

/// The answers to requests that are made at once.
async fn at_once(app: &TestApp, requests: Vec<(&'static str, String, Value)>) -> Vec<Answer> {
    let mut running = JoinSet::new();
    for (method, path, body) in requests {
        let client = app.client().off_the_record();
        running.spawn(async move { client.call(method, &path, Some(&body)).await });
    }
    running.join_all().await
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    let mut statuses: Vec<u16> = answers.iter().map(|a| a.status).collect();
    statuses.sort_unstable();
    statuses
}

async fn count_contacts(app: &TestApp, email: &str) -> u64 {
    let query = json!({"query": {"field": "email", "operator": "=", "value": email}});
    app.post("/contacts/search", query).await.ok()["total_count"].as_u64().unwrap()
}

/// Eight at once of each verb that makes what it does not find.
async fn crowds(database: Database) {
    let app = TestApp::start_slowed(database, Duration::from_millis(2)).await;
    let kind = id(&app.post("/ticket_types", json!({"name": "Bug"})).await.ok());
    let post = |path: &str, body: Value| ("POST", path.to_owned(), body);

    let ticket = json!({"ticket_type_id": kind, "contacts": [{"email": "ticket@new.test"}]});
    let made = at_once(&app, vec![post("/tickets", ticket); 8]).await;
    assert_eq!((statuses(&made), count_contacts(&app, "ticket@new.test").await), (vec![200; 8], 1));

    let ada = user(&app, "ada@acme.test").await;
    let mut requests = Vec::new();
    for _ in 0..8 {
        let message = json!({"from": {"type": "user", "id": ada}, "body": "Hello"});
        let message = app.post("/conversations", message).await.ok();
        let conversation = message["conversation_id"].as_str().unwrap();
        let add = json!({"admin_id": app.admin_id.number(), "customer": {"email": "guest@new.test"}});
        requests.push(post(&format!("/conversations/{conversation}/customers"), add));
    }
    let made = at_once(&app, requests).await;
    assert_eq!((statuses(&made), count_contacts(&app, "guest@new.test").await), (vec![200; 8], 1));

    let contact = json!({"role": "user", "email": "user@new.test"});
    let made = at_once(&app, vec![post("/contacts", contact); 8]).await;
    assert_eq!((statuses(&made)[..2].to_vec(), statuses(&made)[7]), (vec![200, 409], 409));
    assert_eq!(count_contacts(&app, "user@new.test").await, 1);

    // Fin finds its user by the client's id.
    let request = |n: usize| crate::fin::start(&format!("crowd-{n}"), "Hello");
    let made = at_once(&app, (0..8).map(|n| post("/fin/start", request(n))).collect()).await;
    assert_eq!(statuses(&made), vec![200; 8]);
    let query = json!({"query": {"field": "external_id", "operator": "=", "value": "u1"}});
    assert_eq!(app.post("/contacts/search", query).await.ok()["total_count"], 1);

    let browser = app.browser().await;
    let mut running = JoinSet::new();
    for _ in 0..4 {
        let browser = browser.clone();
        running.spawn(async move {
            browser.post("/app/v1/settings/brands", json!({"name": "Acme Pro", "help_center": ""})).await
        });
    }
    assert_eq!(statuses(&running.join_all().await), [200, 409, 409, 409]);

    // One export of message data may be pending.
    let period = json!({"created_at_after": 1, "created_at_before": 2});
    let made = at_once(&app, vec![post("/export/content/data", period); 8]).await;
    assert_eq!(statuses(&made), [200, 429, 429, 429, 429, 429, 429, 429]);

    for (path, body) in
        [("/companies", json!({"company_id": "new", "name": "New", "plan": "Gold"})), ("/tags", json!({"name": "New"}))]
    {
        let mut made: Vec<String> =
            at_once(&app, vec![post(path, body); 8]).await.into_iter().map(|a| id(&a.ok())).collect();
        made.dedup();
        assert_eq!(made.len(), 1, "{path} makes one");
    }
    let claims = (0..8).map(|n| format!("claim{n}@acme.test"));
    let mut requests = Vec::new();
    for email in claims {
        let contact = user(&app, &email).await;
        requests.push(("PUT", format!("/contacts/{contact}"), json!({"email": "claimed@new.test"})));
    }
    let made = at_once(&app, requests).await;
    assert_eq!(statuses(&made), [200, 409, 409, 409, 409, 409, 409, 409]);
    for refused in made.into_iter().filter(|a| a.status == 409) {
        let message = refused.refused(409, "conflict");
        assert!(message.starts_with("A contact matching those details already exists with id="), "{message}");
    }
}

/// Concurrent changes of the audiences of one content add up: each is based on the result of the previous one.
async fn audiences_add_up(database: Database) {
    let app = TestApp::start_slowed(database, Duration::from_millis(2)).await;
    let snippet = json!({"title": "Refunds", "body_markdown": "Within 14 days"});
    let snippet = id(&app.post("/content_snippets", snippet).await.with(201));
    let mut expected = Vec::new();
    let mut requests = Vec::new();
    for n in 0..6 {
        let audience = app.post("/audiences", json!({"name": format!("Audience {n}")})).await.with(201);
        let audience: i64 = id(&audience).parse().unwrap();
        expected.push(audience);
        let content = json!([{"type": "content_snippet", "id": snippet}]);
        let body =
            json!({"action": "set_audience", "content_ids": content, "audience": {"add_segment_ids": [audience]}});
        requests.push(("POST", "/content/bulk_actions".to_owned(), body));
    }
    assert_eq!(statuses(&at_once(&app, requests).await), vec![202; 6]);
    // Several workers claim them.
    let app = std::sync::Arc::new(app);
    let mut workers = JoinSet::new();
    for _ in 0..3 {
        let app = std::sync::Arc::clone(&app);
        workers.spawn(async move { app.run_jobs().await });
    }
    workers.join_all().await;
    let shown = app.get(&format!("/content_snippets/{snippet}")).await.ok();
    assert_eq!(shown["audience_ids"], json!(expected));
}

/// Of two collections that are put into each other at once, one stays where it was.
async fn collections_do_not_become_a_circle(database: Database) {
    let app = TestApp::start_slowed(database, Duration::from_millis(2)).await;
    let path = |id: &str| format!("/help_center/collections/{id}");
    for round in 0..5 {
        let mut made = Vec::new();
        for side in ["left", "right"] {
            let body = json!({"name": format!("{side} {round}")});
            made.push(id(&app.post("/help_center/collections", body).await.ok()));
        }
        let into = |from: &str, to: &str| ("PUT", path(from), json!({"parent_id": to}));
        let moved = at_once(&app, vec![into(&made[0], &made[1]), into(&made[1], &made[0])]).await;
        assert_eq!(statuses(&moved), [200, 400]);
        for id in &made {
            app.put(&path(id), json!({"parent_id": null})).await.ok();
        }
    }
}

#[tokio::test]
async fn collections_do_not_become_a_circle_on_sqlite() {
    collections_do_not_become_a_circle(Database::Sqlite).await;
}

#[tokio::test]
async fn collections_do_not_become_a_circle_on_postgres() {
    collections_do_not_become_a_circle(Database::Postgres).await;
}

#[tokio::test]
async fn audiences_add_up_on_sqlite() {
    audiences_add_up(Database::Sqlite).await;
}

#[tokio::test]
async fn audiences_add_up_on_postgres() {
    audiences_add_up(Database::Postgres).await;
}

#[tokio::test]
async fn a_crowd_makes_one_on_sqlite() {
    crowds(Database::Sqlite).await;
}

#[tokio::test]
async fn a_crowd_makes_one_on_postgres() {
    crowds(Database::Postgres).await;
}

/// Several workers share the outbox without waiting for each other: each event is fanned out once.
#[tokio::test]
async fn workers_share_the_outbox_on_postgres() {
    let app = std::sync::Arc::new(TestApp::start_slowed(Database::Postgres, Duration::from_millis(2)).await);
    let hooks = app.webhooks("all", "2.14", &["contact.user.created"]).await;
    for n in 0..40 {
        user(&app, &format!("told{n}@acme.test")).await;
    }
    for _ in 0..3 {
        let mut workers = JoinSet::new();
        for _ in 0..4 {
            let app = std::sync::Arc::clone(&app);
            workers.spawn(async move { app.run_jobs().await });
        }
        workers.join_all().await;
    }
    let received = hooks.sink.received();
    let created =
        received.iter().map(deskwire_testkit::Received::json).filter(|hook| hook["topic"] == "contact.user.created");
    let mut ids: Vec<String> = created.map(|hook| id(&hook["data"]["item"])).collect();
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!((count, ids.len()), (40, 40));
}
