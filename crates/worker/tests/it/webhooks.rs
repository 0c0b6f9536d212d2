//! Webhooks: endpoints, the form of notifications, and which apps receive them.

use deskwire_domain::Cx;
use deskwire_store::webhook_deliveries::DeliveryState;
use deskwire_store::webhook_subscriptions::WebhookState;
use std::sync::mpsc;
use std::time::Duration;

use deskwire_domain::webhooks::{self, Chosen, Declared, Delivery, Subscription};
use deskwire_store::global::workers::Claimant;
use deskwire_store::{params, webhook_deliveries, webhook_subscriptions as subscriptions};
use deskwire_testkit::{Received, SinkReply, TestApp, Value, both, json};
use hmac::{Hmac, KeyInit, Mac};

pub(crate) const MINUTE: i64 = 60;

pub(crate) async fn subscription(app: &TestApp, id: deskwire_domain::ids::WebhookSubscriptionId) -> Subscription {
    let actor = app.actor();
    let all = app.write(move |tx| webhooks::list(&mut Cx::new(tx, &actor))).await;
    all.into_iter().find(|(s, _)| s.id == id).expect("the subscription is there").0
}

pub(crate) async fn deliveries(app: &TestApp, chosen: Chosen) -> Vec<Delivery> {
    let actor = app.actor();
    let mut all = app.write(move |tx| webhooks::deliveries(&mut Cx::new(tx, &actor), &chosen, 10_000)).await;
    all.retain(|d| d.topic != "ping");
    all.reverse();
    all
}

pub(crate) async fn only(app: &TestApp) -> Delivery {
    let mut all = deliveries(app, Chosen::default()).await;
    assert_eq!(all.len(), 1, "{all:?}");
    all.remove(0)
}

pub(crate) fn log(delivery: &Delivery) -> Vec<Value> {
    serde_json::from_str(&delivery.log).unwrap()
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    format!("sha1={}", deskwire_domain::secrets::hex(&mac.finalize().into_bytes()))
}

pub(crate) async fn user(app: &TestApp, email: &str) -> Value {
    app.post("/contacts", json!({"email": email, "external_id": email, "owner_id": app.admin_id.number()})).await.ok()
}

pub(crate) fn items(received: &[Received]) -> Vec<(String, Value)> {
    let of = |r: &Received| (r.json()["topic"].as_str().unwrap().to_owned(), r.json()["data"]["item"].clone());
    received.iter().map(of).collect()
}

/// The sink of a live subscription, without its ping.
pub(crate) async fn live(app: &TestApp, scopes: &str, version: &str, topics: &[&str]) -> deskwire_testkit::Webhooks {
    let hooks = app.webhooks(scopes, version, topics).await;
    app.run_jobs().await;
    assert_eq!(hooks.sink.take().len(), 2, "HEAD and the ping");
    hooks
}

pub(crate) const CREATED: &[&str] = &["contact.user.created"];

#[both]
async fn verifies_and_pings_an_endpoint(app: TestApp) {
    let hooks = app.webhooks("all", "2.16", CREATED).await;
    assert_eq!(subscription(&app, hooks.id).await.state, WebhookState::Unverified);
    app.run_jobs().await;
    assert_eq!(subscription(&app, hooks.id).await.state, WebhookState::Live);
    let received = hooks.sink.take();
    assert_eq!((received[0].method.as_str(), received[0].path.as_str()), ("HEAD", "/hook"));
    let ping = &received[1];
    assert_eq!(ping.header("x-hub-signature").unwrap(), signature(&hooks.secret, &ping.body));
    let body = ping.json();
    assert_eq!((&body["topic"], &body["id"], &body["delivery_status"]), (&json!("ping"), &Value::Null, &Value::Null));
    assert_eq!(body["data"]["item"]["type"], "ping");
    assert_eq!(received.len(), 2);
    // Repeating it changes nothing; other topics do not change the endpoint; another URL does.
    let save = async |url: String, topics: &[&str]| {
        let (actor, topics) = (app.actor(), topics.iter().map(|t| (*t).to_owned()).collect());
        let declared = Declared { app: hooks.client_id.clone(), url, topics };
        let changed = app.write(move |tx| webhooks::declare(&mut Cx::new(tx, &actor), &declared)).await;
        app.run_jobs().await;
        (changed, hooks.sink.take().len())
    };
    assert_eq!(save(hooks.sink.url("/hook"), CREATED).await, (false, 0));
    assert_eq!(save(hooks.sink.url("/hook"), &["company.created"]).await, (true, 0));
    assert_eq!(save(hooks.sink.url("/other"), CREATED).await, (true, 2));
    assert_eq!(subscription(&app, hooks.id).await.topics, "contact.user.created");
}

#[both]
async fn rejects_invalid_endpoints(app: TestApp) {
    let hooks = app.webhooks("all", "2.16", CREATED).await;
    hooks.sink.head(SinkReply::status(405));
    user(&app, "a@acme.test").await;
    app.run_jobs().await;
    let refused = subscription(&app, hooks.id).await;
    assert_eq!(
        (refused.state.as_str(), refused.reason.as_deref()),
        ("refused", Some("the endpoint answered 405 to HEAD"))
    );
    assert_eq!(hooks.sink.take().len(), 1);
    user(&app, "b@acme.test").await;
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty());
    hooks.sink.head(SinkReply::status(204));
    let actor = app.actor();
    app.write(move |tx| webhooks::resume(&mut Cx::new(tx, &actor), hooks.id)).await;
    app.run_jobs().await;
    assert_eq!(subscription(&app, hooks.id).await.state, WebhookState::Live);
    assert_eq!(hooks.sink.take().len(), 2);
    user(&app, "c@acme.test").await;
    app.run_jobs().await;
    assert_eq!(items(&hooks.sink.take())[0].1["email"], "c@acme.test");
}

#[both]
async fn rejects_endpoints_with_private_addresses(app: TestApp) {
    let actor = app.actor();
    let made = app.write(move |tx| {
        let made = deskwire_domain::apps::create(&mut tx.within(actor.workspace()), "Inside", &[], "all")?;
        let url = "http://10.0.0.1/hook".to_owned();
        webhooks::save(
            &mut Cx::new(tx, &actor),
            &Declared { app: made.client_id, url, topics: vec!["company.created".to_owned()] },
        )
    });
    let (made, _) = made.await;
    app.run_jobs().await;
    let refused = subscription(&app, made.id).await;
    assert_eq!(refused.state, WebhookState::Refused);
    assert!(refused.reason.unwrap().contains("not a public address"));
}

#[both]
async fn a_notification_has_the_documented_form_and_is_signed(app: TestApp) {
    let hooks = live(&app, "read_users", "2.16", CREATED).await;
    let contact = user(&app, "ada@acme.test").await;
    app.clock.advance(5);
    app.run_jobs().await;
    let received = hooks.sink.take();
    assert_eq!(received.len(), 1);
    let request = &received[0];
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/hook"));
    for (name, value) in [("content-type", "application/json"), ("accept", "application/json")] {
        assert_eq!(request.header(name), Some(value));
    }
    assert_eq!(request.header("x-hub-signature").unwrap(), signature(&hooks.secret, &request.body));
    let body = request.json();
    let keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "type",
            "app_id",
            "id",
            "created_at",
            "topic",
            "delivery_attempts",
            "first_sent_at",
            "delivery_status",
            "delivered_at",
            "links",
            "self",
            "data",
        ]
    );
    assert_eq!(body["type"], "notification_event");
    assert_eq!(body["app_id"], app.workspace_id);
    assert_eq!((&body["topic"], &body["delivery_attempts"]), (&json!("contact.user.created"), &json!(1)));
    assert_eq!((&body["created_at"], &body["first_sent_at"]), (&contact["created_at"], &json!(app.clock.now())));
    assert!(body["id"].as_str().unwrap().starts_with("notif_"));
    assert_eq!(body["data"]["type"], "notification_event_data");
    let shown = app.version("2.16").get(&format!("/contacts/{}", contact["id"].as_str().unwrap())).await.ok();
    assert_eq!(body["data"]["item"], shown);
    let sent = only(&app).await;
    assert_eq!((sent.state.as_str(), sent.attempts), ("sent", 1));
    assert_eq!(log(&sent)[0]["status"], 200);
    app.clock.advance(MINUTE);
    app.run_jobs().await;
    assert!(hooks.sink.take().is_empty());
}

#[both]
async fn renders_events_in_the_version_and_scopes_of_each_app(app: TestApp) {
    let new =
        live(&app, "read_users read_jobs", "2.16", &["contact.user.created", "company.created", "job.completed"]).await;
    let old = live(&app, "read_users read_jobs", "2.13", &["contact.user.created", "job.completed"]).await;
    let none = live(&app, "read_tickets read_jobs", "2.16", &["contact.user.created", "job.completed"]).await;
    user(&app, "ada@acme.test").await;
    app.post("/contacts/bulk", json!({"contacts": [{"email": "bulk@acme.test"}]})).await.with(202);
    app.run_jobs().await;
    let topics = |all: &[(String, Value)]| all.iter().map(|(t, _)| t.clone()).collect::<Vec<_>>();
    let (new_items, old_items) = (items(&new.sink.take()), items(&old.sink.take()));
    assert_eq!(new_items[0].1["owner_id"], app.admin_id.to_string());
    assert_eq!(old_items[0].1["owner_id"], app.admin_id.number());
    assert!(topics(&new_items).contains(&"job.completed".to_owned()));
    assert_eq!(topics(&old_items), ["contact.user.created", "contact.user.created"], "jobs are received of since 2.14");
    assert_eq!(topics(&items(&none.sink.take())), ["job.completed"]);
    // Without the permission, the topic is no longer sent.
    let (workspace, id) = (app.workspace_id.clone(), new.app_id);
    app.write(move |tx| {
        tx.execute(
            "UPDATE apps SET scopes = 'read_jobs' WHERE workspace_id = $1 AND id = $2",
            params![&workspace, id],
        )?;
        Ok(())
    })
    .await;
    user(&app, "bob@acme.test").await;
    app.run_jobs().await;
    assert!(new.sink.take().is_empty());
    assert_eq!(old.sink.take().len(), 1);
}

#[both]
async fn each_topic_has_its_item(app: TestApp) {
    let topics: Vec<&str> = deskwire_api::topics::Topic::ALL.iter().map(|t| t.name).collect();
    let hooks = live(&app, "all", "Unstable", &topics).await;
    let ada = user(&app, "ada@acme.test").await["id"].as_str().unwrap().to_owned();
    let lead = app.post("/contacts", json!({"role": "lead", "email": "ada@acme.test"})).await.ok()["id"].clone();
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok()["id"].clone();
    app.post(&format!("/contacts/{ada}/tags"), json!({"id": tag})).await.ok();
    let company = app.post("/companies", json!({"company_id": "acme", "name": "Acme"})).await.ok()["id"].clone();
    app.post(&format!("/contacts/{ada}/companies"), json!({"id": company})).await.ok();
    app.post("/events", json!({"event_name": "ordered", "user_id": "ada@acme.test", "created_at": app.clock.now(), "metadata": {"n": 1}})).await;
    app.post("/contacts/merge", json!({"from": lead, "into": ada})).await.ok();
    app.post(&format!("/contacts/{ada}/notes"), json!({"body": "a note"})).await.ok();
    app.put(&format!("/admins/{}/away", app.admin_id), json!({"away_mode_enabled": true, "away_mode_reassign": false}))
        .await
        .ok();
    app.post(&format!("/contacts/{ada}/archive"), json!({})).await.ok();
    app.post(&format!("/contacts/{ada}/unarchive"), json!({})).await.ok();
    let snippet = json!({"title": "Hours", "body_markdown": "9 to 5"});
    let snippet = app.post("/content_snippets", snippet).await.with(201)["id"].clone();
    let path = format!("/content_snippets/{}", snippet.as_str().unwrap());
    app.run_jobs().await;
    app.put(&path, json!({"title": "Times"})).await.ok();
    app.run_jobs().await;
    app.delete(&path).await.with(204);
    let url = "https://docs.acme.test";
    let source = json!({"sync_behavior": "api", "url": url});
    let source = app.post("/ai/content_import_sources", source).await.ok()["id"].clone();
    let path = format!("/ai/content_import_sources/{source}");
    app.run_jobs().await;
    app.put(&path, json!({"status": "deactivated"})).await.ok();
    app.run_jobs().await;
    app.delete(&path).await.with(204);
    let audience = app.post("/audiences", json!({"name": "VIP"})).await.with(201)["id"].clone();
    let path = format!("/audiences/{}", audience.as_str().unwrap());
    app.run_jobs().await;
    app.put(&path, json!({"name": "Gold"})).await.ok();
    app.run_jobs().await;
    app.delete(&path).await.with(204);
    app.run_jobs().await;
    let received = items(&hooks.sink.take());
    let item = |topic: &str| {
        let found = received.iter().find(|(t, _)| t == topic);
        found.unwrap_or_else(|| panic!("no {topic} in {received:?}")).1.clone()
    };
    assert_eq!(item("contact.user.created")["id"], ada);
    assert_eq!(item("contact.lead.created")["role"], "lead");
    let tagged = item("contact.user.tag.created");
    assert_eq!(
        (&tagged["type"], &tagged["tag"]["name"], &tagged["contact"]["id"]),
        (&json!("contact_tag"), &json!("VIP"), &json!(ada))
    );
    let of_snippet = |what: &str| item(&format!("content_snippet.{what}"));
    assert_eq!((&of_snippet("created")["id"], &of_snippet("created")["title"]), (&snippet, &json!("Hours")));
    assert_eq!(of_snippet("updated")["title"], "Times");
    assert_eq!(of_snippet("deleted"), json!({"type": "content_snippet", "id": snippet, "deleted": true}));
    let of_source = |what: &str| item(&format!("content_import_source.{what}"));
    assert_eq!((&of_source("created")["id"], &of_source("created")["url"]), (&source, &json!(url)));
    assert_eq!(of_source("updated")["status"], "deactivated");
    assert_eq!(
        of_source("deleted"),
        json!({"type": "content_import_source", "id": source.to_string(), "deleted": true})
    );
    let names = ["created", "updated"].map(|what| item(&format!("audience.{what}"))["name"].clone());
    assert_eq!(names, [json!("VIP"), json!("Gold")]);
    assert_eq!(item("audience.deleted"), json!({"type": "audience", "id": audience, "deleted": true}));
    assert_eq!(item("company.created")["company_id"], "acme");
    let attached = item("company.contact.attached");
    assert_eq!((&attached["company"]["id"], &attached["contact"]["id"]), (&company, &json!(ada)));
    let event = item("event.created");
    assert_eq!(
        (&event["type"], &event["event_name"], &event["metadata"]["n"]),
        (&json!("event"), &json!("ordered"), &json!(1))
    );
    assert_eq!(event["intercom_user_id"], ada);
    let merged = item("contact.merged");
    assert_eq!((&merged["id"], &merged["merged_from"]), (&json!(ada), &json!({"type": "contact", "id": lead})));
    assert_eq!(item("contact.note.created")["type"], "note");
    assert_eq!(item("admin.away_mode_updated")["away_mode_enabled"], true);
    assert_eq!(item("contact.archived")["id"], ada);
    assert_eq!(item("contact.unarchive")["id"], ada);
    app.delete(&format!("/companies/{}", company.as_str().unwrap())).await;
    app.delete(&format!("/contacts/{ada}")).await.ok();
    app.run_jobs().await;
    let deleted = items(&hooks.sink.take());
    let contact = &deleted.iter().find(|(t, _)| t == "contact.deleted").unwrap().1;
    assert_eq!(*contact, json!({"type": "contact", "id": ada, "external_id": "ada@acme.test", "deleted": true}));
    let deleted = &deleted.iter().find(|(t, _)| t == "company.deleted").unwrap().1;
    assert_eq!((&deleted["id"], &deleted["deleted"]), (&company, &json!(true)));
}

#[both]
async fn skips_an_event_that_cannot_be_rendered(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    user(&app, "a@acme.test").await;
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "UPDATE events SET payload = 'no json' WHERE workspace_id = $1 AND position IS NULL";
        tx.execute(sql, params![&workspace])?;
        Ok(())
    })
    .await;
    user(&app, "b@acme.test").await;
    app.run_jobs().await;
    let received = items(&hooks.sink.take());
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].1["email"], "b@acme.test");
}

#[both]
async fn resends_a_range_of_its_own_workspace_only(app: TestApp) {
    let hooks = live(&app, "all", "2.16", &["contact.user.created", "company.created"]).await;
    for name in ["a", "b", "c"] {
        user(&app, &format!("{name}@acme.test")).await;
        app.post("/companies", json!({"company_id": name, "name": name})).await.ok();
        app.clock.advance(10);
    }
    app.run_jobs().await;
    assert_eq!(hooks.sink.take().len(), 6);
    let replay = async |chosen: Chosen| {
        let actor = app.actor();
        let count = app.write(move |tx| webhooks::replay(&mut Cx::new(tx, &actor), &chosen)).await;
        app.run_jobs().await;
        assert_eq!(hooks.sink.take().len(), count);
        count
    };
    let start = deskwire_testkit::NOW;
    assert_eq!(replay(Chosen { topic: Some("company.created".to_owned()), ..Chosen::default() }).await, 3);
    assert_eq!(replay(Chosen { since: Some(start + 10), until: Some(start + 20), ..Chosen::default() }).await, 2);
    assert_eq!(replay(Chosen { state: Some(DeliveryState::Failed), ..Chosen::default() }).await, 0);
    let (_, other) = app.neighbour().await;
    let chosen = Chosen { subscription: Some(hooks.id), ..Chosen::default() };
    assert_eq!(app.write(move |tx| webhooks::replay(&mut Cx::new(tx, &other), &chosen)).await, 0);
}

#[both]
async fn a_slow_endpoint_delays_no_other(app: TestApp) {
    let (slow, quick) = (live(&app, "all", "2.16", CREATED).await, live(&app, "all", "2.16", CREATED).await);
    slow.sink.always(SinkReply::status(200).after(Duration::from_secs(4)));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let worker = tokio::spawn(app.worker.clone().run(async move { drop(stopped.await) }));
    for n in 0..60 {
        user(&app, &format!("{n}@acme.test")).await;
    }
    let started = std::time::Instant::now();
    quick.sink.wait_for(60).await;
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    assert!(slow.sink.received().len() < 60);
    let _ = stop.send(());
    worker.await.unwrap();
}

#[both]
async fn a_process_that_was_paused_has_one_courier_for_a_subscription(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    hooks.sink.always(SinkReply::status(200).after(Duration::from_secs(1)));
    user(&app, "ada@acme.test").await;
    let worker = app.worker.clone();
    let first = tokio::spawn(async move { worker.run_due().await });
    hooks.sink.wait_for(1).await;
    // The pause was longer than a claim lasts.
    app.clock.advance(30);
    app.run_jobs().await;
    first.await.unwrap();
    assert_eq!(hooks.sink.take().len(), 1);
    assert_eq!(only(&app).await.state, DeliveryState::Sent);
}

#[both]
async fn sends_a_delivery_added_while_the_claim_is_released(app: TestApp) {
    let hooks = live(&app, "all", "2.16", CREATED).await;
    let (workspace, id, now, courier) = (app.workspace_id.clone(), hooks.id, deskwire_testkit::NOW, 7);
    let at = workspace.clone();
    // A courier has sent all its deliveries and has not released its claim yet.
    app.write(move |tx| {
        subscriptions::due_at(&mut tx.within(&at), id, now)?;
        let by = Claimant { id: courier, now_ms: now * 1000 };
        assert_eq!(deskwire_store::global::queues::claim_webhooks(tx, by, 1, None)?, [(at.clone(), id)]);
        Ok(())
    })
    .await;
    let received = subscription(&app, id).await;
    let (written, seen) = mpsc::channel();
    let (go_on, let_go) = mpsc::channel();
    let (db, at) = (app.db().clone(), workspace.clone());
    let fanning_out = tokio::spawn(async move {
        let more = db.write(move |tx| {
            let new = webhooks::new_delivery(tx, &received, "contact.user.created", "{}".to_owned());
            webhook_deliveries::insert(&mut tx.within(&at), &new)?;
            subscriptions::due_at(&mut tx.within(&at), id, new.run_at)?;
            written.send(()).expect("the test waits");
            // As long as it would take the other to come past, were nothing held.
            let _ = let_go.recv_timeout(Duration::from_millis(500));
            Ok::<_, deskwire_domain::error::Error>(())
        });
        more.await.unwrap();
    });
    tokio::task::spawn_blocking(move || seen.recv()).await.unwrap().expect("the delivery is written");
    app.write(move |tx| Ok(subscriptions::release(&mut tx.within(&workspace), id, courier)?)).await;
    let _ = go_on.send(());
    fanning_out.await.unwrap();
    app.run_jobs().await;
    assert_eq!(hooks.sink.take().len(), 1);
}
