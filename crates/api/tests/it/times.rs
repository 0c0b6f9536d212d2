//! Times are unix seconds everywhere. Milliseconds, which callers send by mistake, are refused by name.

use deskwire_domain::Cx;
use deskwire_domain::custom_objects;
use deskwire_testkit::{Answer, NOW, TestApp, both, json};

use crate::conversations::started;
use crate::support::{id, user};
use crate::tickets::ticket;

/// The end of the year 2199.
const LATEST: i64 = 7_258_118_399;
/// Invalid times in seconds: milliseconds, dates that do not exist, and times before the minimum.
const WRONG: [i64; 4] = [NOW * 1000, LATEST + 1, 9_000_000_000_000_000, -1];

/// That a time is refused, naming the field and the unit.
#[track_caller]
fn refused(answer: &Answer, field: &str) {
    let error = &answer.body["errors"][0];
    assert_eq!(
        (answer.status, &error["code"]),
        (400, &json!("parameter_invalid")),
        "{}: {}",
        answer.request,
        answer.body
    );
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("seconds") && (message.contains(field) || error["field"] == field), "{}", answer.body);
}

#[both]
async fn times_in_milliseconds_are_rejected(app: TestApp) {
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let (contact, ticket) = (format!("/contacts/{ada}"), format!("/tickets/{}", id(&ticket(&app, "Customer").await)));
    let admin = app.admin_id.to_string();
    for wrong in WRONG {
        for field in ["signed_up_at", "last_seen_at"] {
            refused(&app.put(&contact, json!({field: wrong})).await, field);
            refused(&app.post("/contacts", json!({"external_id": "new", field: wrong.to_string()})).await, field);
        }
        refused(
            &app.post("/companies", json!({"company_id": "new", "remote_created_at": wrong})).await,
            "remote_created_at",
        );
        let snooze = json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": wrong});
        refused(&app.post(&format!("{conversation}/parts"), snooze).await, "snoozed_until");
        refused(&app.put(&ticket, json!({"snoozed_until": wrong})).await, "snoozed_until");
        let reply =
            json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "x", "created_at": wrong});
        refused(&app.post(&format!("{conversation}/reply"), reply).await, "created_at");
        let new = json!({"from": {"type": "user", "id": ada}, "body": "x", "created_at": wrong});
        refused(&app.post("/conversations", new).await, "created_at");
        refused(&app.post("/events", json!({"event_name": "e", "id": ada, "created_at": wrong})).await, "created_at");
    }
    assert_eq!(app.get(&conversation).await.ok()["state"], "open");
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 2);
    app.put(&contact, json!({"signed_up_at": 0, "last_seen_at": LATEST})).await.ok();
    let snooze = json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": LATEST});
    assert_eq!(app.post(&format!("{conversation}/parts"), snooze).await.ok()["snoozed_until"], LATEST);
}

/// Texts with an exponent are rejected as times by every operation.
#[both]
async fn times_are_not_written_as_texts_with_exponents(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let order = json!({"identifier": "Order", "attributes": [{"name": "due_at", "data_type": "datetime"}]});
        custom_objects::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(order).unwrap())
    })
    .await;
    for (name, model) in [("born", "contact"), ("founded", "company")] {
        app.post("/data_attributes", json!({"name": name, "model": model, "data_type": "date"})).await.ok();
    }
    app.post("/conversations/attributes", json!({"name": "due", "data_type": "datetime"})).await.ok();
    let kind = id(&app.post("/ticket_types", json!({"name": "Bug"})).await.ok());
    let due = json!({"name": "Due", "description": "", "data_type": "datetime"});
    app.post(&format!("/ticket_types/{kind}/attributes"), due).await.ok();
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let contact = format!("/contacts/{ada}");
    let search = |field: &str, value: &str| json!({"query": {"field": field, "operator": ">", "value": value}});
    for text in ["1e9", "1.7e9", " 17E8 "] {
        let attributes = |name: &str| json!({"custom_attributes": {name: text}});
        let answers = [
            app.put(&contact, json!({"signed_up_at": text})).await,
            app.put(&contact, attributes("born")).await,
            app.post("/companies", json!({"company_id": "c", "remote_created_at": text})).await,
            app.post("/companies", json!({"company_id": "c", "custom_attributes": {"founded": text}})).await,
            app.put(&conversation, attributes("due")).await,
            app.post(
                "/custom_object_instances/Order",
                json!({"external_id": "o", "custom_attributes": {"due_at": text}}),
            )
            .await,
            app.post("/custom_object_instances/Order", json!({"external_id": "o", "external_created_at": text})).await,
            app.post(
                "/tickets",
                json!({"ticket_type_id": kind, "contacts": [{"id": ada}], "ticket_attributes": {"Due": text}}),
            )
            .await,
            app.post("/events", json!({"event_name": "e", "id": ada, "created_at": text})).await,
            app.post("/contacts/search", search("created_at", text)).await,
            app.post("/conversations/search", search("updated_at", text)).await,
            app.get(&format!("/admins/activity_logs?created_at_after={}", text.trim())).await,
            app.post("/admins/activity_logs/search", json!({"created_at_after": text})).await,
            app.get(&format!("/events?type=user&intercom_user_id={ada}&before={}", text.trim())).await,
        ];
        for answer in answers {
            assert_eq!(answer.status, 400, "{}: {}", answer.request, answer.body);
        }
    }
}

#[both]
async fn events_may_be_a_day_ahead_of_the_clock(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    let event = |at: i64| json!({"event_name": "e", "id": ada, "created_at": at});
    let summary = |first: i64, last: i64| json!({"id": ada, "event_summaries": {"event_name": "s", "count": 2, "first": first, "last": last}});
    assert_eq!(app.post("/events", event(NOW + 86_400)).await.status, 202);
    app.post("/events", event(NOW + 86_401)).await.refused(400, "parameter_invalid");
    for (first, last, status) in [(NOW, NOW + 86_400, 200), (NOW, NOW + 86_401, 400), (NOW + 90_000, NOW + 90_000, 400)]
    {
        let answer = app.post("/events/summaries", summary(first, last)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
}

#[both]
async fn imported_messages_must_be_in_the_past(app: TestApp) {
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let reply = |at: i64| json!({"type": "admin", "admin_id": app.admin_id.number(), "message_type": "comment", "body": "x", "created_at": at});
    app.post(&format!("{conversation}/reply"), reply(NOW + 1)).await.refused(400, "parameter_invalid");
    app.post(&format!("{conversation}/reply"), reply(NOW - 1)).await.ok();
    let new = json!({"from": {"type": "user", "id": ada}, "body": "x", "created_at": NOW + 1});
    app.post("/conversations", new).await.refused(400, "parameter_invalid");
}

#[both]
async fn dates_before_1970_are_accepted_in_seconds(app: TestApp) {
    let actor = app.actor();
    app.write(move |tx| {
        let order = json!({"identifier": "Order", "attributes": [{"name": "due_at", "data_type": "datetime"}]});
        custom_objects::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(order).unwrap())
    })
    .await;
    let date = |model: &str| json!({"name": format!("born_{model}"), "model": model, "data_type": "date"});
    app.post("/data_attributes", date("contact")).await.ok();
    app.post("/data_attributes", date("company")).await.ok();
    app.post("/conversations/attributes", json!({"name": "due", "data_type": "datetime"})).await.ok();
    let (contact, (conversation, _)) =
        (format!("/contacts/{}", user(&app, "bob@a.test").await), started(&app, "ada@a.test").await);
    for (value, good) in
        [(-150_000_000, true), (0, true), (LATEST, true), (NOW * 1000, false), (-150_000_000_000, false)]
    {
        let answers = [
            app.put(&contact, json!({"custom_attributes": {"born_contact": value}})).await,
            app.post(
                "/companies",
                json!({"company_id": "c", "custom_attributes": {"born_company": value.to_string()}}),
            )
            .await,
            app.post(
                "/custom_object_instances/Order",
                json!({"external_id": "o", "custom_attributes": {"due_at": value}}),
            )
            .await,
            app.put(&conversation, json!({"custom_attributes": {"due": value}})).await,
        ];
        for (answer, name) in answers.into_iter().zip(["born_contact", "born_company", "due_at", "due"]) {
            if good {
                answer.ok();
            } else {
                refused(&answer, name);
            }
        }
    }
    let found = app.get(&contact).await.ok();
    assert_eq!(found["custom_attributes"]["born_contact"], LATEST);
}

#[both]
async fn times_may_be_written_as_floats(app: TestApp) {
    const AT: i64 = 1_700_000_000;
    let date = json!({"name": "born", "model": "contact", "data_type": "date"});
    app.post("/data_attributes", date).await.ok();
    app.post("/conversations/attributes", json!({"name": "due", "data_type": "datetime"})).await.ok();
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let contact = format!("/contacts/{ada}");
    let text = [("content-type", "application/json")];
    for written in ["1.7e9", "1700000000.0", "\"1700000000.0\"", "17e8"] {
        let body = format!("{{\"signed_up_at\": {written}, \"custom_attributes\": {{\"born\": {written}}}}}");
        let changed = app.client().raw("PUT", &contact, &text, body).await.ok();
        assert_eq!(
            (&changed["signed_up_at"], &changed["custom_attributes"]["born"]),
            (&json!(AT), &json!(AT)),
            "{written}"
        );
        let body = format!("{{\"custom_attributes\": {{\"due\": {written}}}}}");
        let changed = app.client().raw("PUT", &conversation, &text, body).await.ok();
        assert_eq!(changed["custom_attributes"]["due"], AT, "{written}");
        let query =
            format!("{{\"query\": {{\"field\": \"signed_up_at\", \"operator\": \"=\", \"value\": {written}}}}}");
        assert_eq!(
            app.client().raw("POST", "/contacts/search", &text, query).await.ok()["total_count"],
            1,
            "{written}"
        );
        app.put(&contact, json!({"signed_up_at": null, "custom_attributes": {"born": null}})).await.ok();
    }
    app.client().raw("PUT", &contact, &text, "{\"signed_up_at\": 1.5}").await.refused(400, "parameter_invalid");
}

#[both]
async fn empty_email_and_zero_owner_mean_unset(app: TestApp) {
    let made = app.post("/contacts", json!({"external_id": "x", "email": "", "owner_id": 0})).await.ok();
    assert_eq!((&made["email"], &made["owner_id"]), (&json!(""), &json!(null)));
    let path = format!("/contacts/{}", id(&made));
    app.put(&path, json!({"email": "x@a.test", "owner_id": app.admin_id.number()})).await.ok();
    for anonymous in [json!(0), json!("0"), json!(""), json!(null)] {
        app.put(&path, json!({"owner_id": app.admin_id.number()})).await.ok();
        assert_eq!(app.put(&path, json!({"owner_id": anonymous})).await.ok()["owner_id"], json!(null));
    }
    assert_eq!(app.put(&path, json!({"email": ""})).await.ok()["email"], "");
    // An owner who was removed stays until another one is set: a contact can be sent back as it was fetched.
    let bob = crate::notifications::teammate(&app, "Bob", "bob@acme.test").await;
    app.put(&path, json!({"owner_id": bob})).await.ok();
    let (workspace, now) = (app.workspace_id.clone(), NOW);
    app.write(move |tx| {
        let sql = "UPDATE admins SET removed_at = $1 WHERE workspace_id = $2 AND id = $3";
        Ok(tx.execute(sql, deskwire_store::params![now, &workspace, bob])?)
    })
    .await;
    let fetched = app.get(&path).await.ok();
    assert_eq!(fetched["owner_id"], json!(bob.to_string()));
    assert_eq!(app.put(&path, fetched.clone()).await.ok(), fetched);
    app.put(&path, json!({"owner_id": null})).await.ok();
    app.put(&path, json!({"owner_id": bob})).await.refused(400, "parameter_invalid");
}
