//! `/events`

use deskwire_api::versions::Version;
use deskwire_testkit::{Client, NOW, TestApp, Value, both, json};

async fn user(app: &TestApp) -> Value {
    app.post("/contacts", json!({"email": "ada@acme.test", "external_id": "u-1"})).await.ok()
}

/// The client for lists of single events, which the description does not have: it only shows summaries.
fn unheld(app: &TestApp) -> Client {
    app.client().off_the_record()
}

#[both]
async fn data_events_accept_three_identifiers(app: TestApp) {
    let made = user(&app).await;
    for (at, key, value) in
        [(1, "id", &made["id"]), (2, "user_id", &json!("u-1")), (3, "email", &json!("ADA@acme.test"))]
    {
        let answer = app.post("/events", json!({"event_name": "ordered", "created_at": NOW - at, key: value})).await;
        assert_eq!((answer.status, &answer.body), (202, &Value::Null));
        assert_eq!(answer.header("content-type"), None);
    }
    let listed = unheld(&app).get("/events?type=user&user_id=u-1").await.ok();
    assert_eq!(listed["type"], "event.list");
    assert_eq!(listed["email"], "ada@acme.test");
    assert_eq!(listed["user_id"], "u-1");
    assert_eq!(listed["intercom_user_id"], made["id"]);
    assert_eq!(listed["pages"], json!({"next": null}));
    let times: Vec<_> =
        listed["events"].as_array().unwrap().iter().map(|e| e["created_at"].as_i64().unwrap()).collect();
    assert_eq!(times, [NOW - 1, NOW - 2, NOW - 3]);
    let first = &listed["events"][0];
    assert_eq!(first["type"], "event");
    assert_eq!(first["event_name"], "ordered");
    assert_eq!(first["intercom_user_id"], made["id"]);
    assert_eq!(first["metadata"], json!({}));
    for query in [format!("intercom_user_id={}", made["id"].as_str().unwrap()), "email=ada%40acme.test".to_owned()] {
        assert_eq!(unheld(&app).get(&format!("/events?type=user&{query}")).await.ok()["events"], listed["events"]);
    }
}

#[both]
async fn leads_are_identified_by_id_only(app: TestApp) {
    let lead = app.post("/contacts", json!({"role": "lead", "email": "lee@acme.test"})).await.ok();
    let id = lead["id"].as_str().unwrap();
    app.post("/events", json!({"event_name": "saw", "created_at": NOW, "email": "lee@acme.test"}))
        .await
        .refused(404, "not_found");
    app.post("/events", json!({"event_name": "saw", "created_at": NOW, "id": id})).await.with(202);
    let listed = unheld(&app).get(&format!("/events?type=user&intercom_user_id={id}")).await.ok();
    assert_eq!(listed["events"][0]["event_name"], "saw");
}

#[both]
async fn duplicate_events_within_a_second_count_once(app: TestApp) {
    user(&app).await;
    let event = |name: &str, at: i64| json!({"event_name": name, "created_at": at, "user_id": "u-1"});
    for body in [event("ordered", NOW), event("ordered", NOW), event("ordered", NOW - 1), event("paid", NOW)] {
        app.post("/events", body).await.with(202);
    }
    assert_eq!(unheld(&app).get("/events?type=user&user_id=u-1").await.ok()["events"].as_array().unwrap().len(), 3);
    let summary = app.get("/events?type=user&user_id=u-1&summary=true").await.ok();
    assert_eq!(summary["type"], "event.summary");
    assert_eq!(summary["pages"], json!({"next": null}));
    assert_eq!(
        summary["events"],
        json!([
            {"name": "ordered", "first": "2026-03-01T11:59:59.000+00:00", "last": "2026-03-01T12:00:00.000+00:00", "count": 2, "description": ""},
            {"name": "paid", "first": "2026-03-01T12:00:00.000+00:00", "last": "2026-03-01T12:00:00.000+00:00", "count": 1, "description": ""},
        ])
    );
    let workspace = app.workspace_id.clone();
    let emitted: i64 = app
        .write(move |tx| {
            let sql = "SELECT count(*) FROM events WHERE workspace_id = $1 AND topic = 'event.created'";
            Ok(tx.query_one(sql, &[workspace.as_str().into()], |row| row.get(0))?)
        })
        .await;
    assert_eq!(emitted, 3);
}

#[both]
async fn metadata_is_kept_up_to_ten_keys(app: TestApp) {
    user(&app).await;
    let mut metadata = json!({"article": {"url": "https://example.org/a", "value": "dude"}, "price": {"amount": 34999, "currency": "eur"},
        "contact_date": 1_392_036_272, "load": 3.67});
    for n in 0..8 {
        metadata[format!("k{n}")] = json!(n);
    }
    app.post("/events", json!({"event_name": "e", "created_at": NOW, "user_id": "u-1", "metadata": metadata}))
        .await
        .with(202);
    let kept = unheld(&app).get("/events?type=user&user_id=u-1").await.ok()["events"][0]["metadata"].clone();
    assert_eq!(kept.as_object().unwrap().len(), 10);
    assert_eq!(kept["article"], metadata["article"]);
    assert_eq!(kept["k5"], 5);
    assert_eq!(kept["k6"], Value::Null);
    for bad in [
        json!({"a": {"b": {"c": 1}}}),
        json!({"a": [1]}),
        json!("text"),
        json!({"a": {"amount": "1", "currency": "eur"}}),
    ] {
        let body = json!({"event_name": "e", "created_at": NOW, "user_id": "u-1", "metadata": bad});
        let refused = app.post("/events", body).await;
        assert_eq!(refused.body["errors"][0]["field"], "metadata");
        refused.refused(400, "parameter_invalid");
    }
}

#[both]
async fn errors_name_missing_or_invalid_fields(app: TestApp) {
    user(&app).await;
    for (body, code, field) in [
        (json!({"created_at": NOW, "user_id": "u-1"}), "parameter_not_found", "event_name"),
        (json!({"event_name": " ", "created_at": NOW, "user_id": "u-1"}), "parameter_not_found", "event_name"),
        (
            json!({"event_name": "x".repeat(256), "created_at": NOW, "user_id": "u-1"}),
            "parameter_invalid",
            "event_name",
        ),
        (json!({"event_name": 5, "created_at": NOW, "user_id": "u-1"}), "parameter_invalid", "event_name"),
        (json!({"event_name": "e", "user_id": "u-1"}), "parameter_not_found", "created_at"),
        (json!({"event_name": "e", "created_at": "yesterday", "user_id": "u-1"}), "parameter_invalid", "created_at"),
        (json!({"event_name": "e", "created_at": NOW * 1000, "user_id": "u-1"}), "parameter_invalid", "created_at"),
        (json!({"event_name": "e", "created_at": NOW}), "parameter_not_found", "user_id"),
    ] {
        let answer = app.post("/events", body).await;
        assert_eq!(answer.body["errors"][0]["field"], field);
        answer.refused(400, code);
    }
    app.post("/events", json!({"event_name": "é".repeat(255), "created_at": NOW, "user_id": "u-1"})).await.with(202);
    for (key, value) in [("user_id", "nobody"), ("id", "nobody"), ("email", "nobody@acme.test")] {
        let message = app
            .post("/events", json!({"event_name": "e", "created_at": NOW, key: value}))
            .await
            .refused(404, "not_found");
        assert_eq!(message, "User Not Found");
    }
    for (path, status, code) in [
        ("/events?user_id=u-1", 400, "parameter_invalid"),
        ("/events?type=company&user_id=u-1", 400, "parameter_invalid"),
        ("/events?type=user", 400, "parameter_not_found"),
        ("/events?type=user&user_id=u-1&per_page=0", 400, "parameter_invalid"),
        ("/events?type=user&user_id=u-1&before=soon", 400, "parameter_invalid"),
        ("/events?type=user&user_id=nobody", 404, "not_found"),
        ("/events?type=user&user_id=nobody&summary=true", 404, "not_found"),
    ] {
        app.get(path).await.refused(status, code);
    }
}

#[both]
async fn pages_list_every_event_even_within_one_second(app: TestApp) {
    user(&app).await;
    for n in 0..7 {
        app.post("/events", json!({"event_name": format!("e{n}"), "created_at": NOW - n / 3, "user_id": "u-1"}))
            .await
            .with(202);
    }
    let mut next = Some("/events?type=user&user_id=u-1&per_page=2".to_owned());
    let mut seen = Vec::new();
    while let Some(path) = next {
        let page = unheld(&app).get(&path).await.ok();
        seen.extend(page["events"].as_array().unwrap().iter().map(|e| e["event_name"].as_str().unwrap().to_owned()));
        let url = page["pages"]["next"].as_str();
        next = url.map(|u| u.strip_prefix("http://deskwire.test").unwrap().to_owned());
        assert!(
            next.as_ref().is_none_or(|n| n.contains("before=") && n.contains("type=user") && n.contains("user_id=u-1")),
            "{next:?}"
        );
    }
    assert_eq!(seen, ["e2", "e1", "e0", "e5", "e4", "e3", "e6"]);
    let before = unheld(&app).get(&format!("/events?type=user&user_id=u-1&before={}000", NOW - 1)).await.ok();
    assert_eq!(before["events"].as_array().unwrap().len(), 1);
    let since = unheld(&app).get(&format!("/events?type=user&user_id=u-1&since={}001", NOW - 1)).await.ok();
    assert_eq!(since["events"].as_array().unwrap().len(), 3);
}

#[both]
async fn data_events_are_listed_for_ninety_days_and_counted_forever(app: TestApp) {
    user(&app).await;
    for at in [NOW, NOW - 90 * 86_400 + 1, NOW - 90 * 86_400, NOW - 400 * 86_400] {
        app.post("/events", json!({"event_name": "e", "created_at": at, "user_id": "u-1"})).await.with(202);
    }
    assert_eq!(unheld(&app).get("/events?type=user&user_id=u-1").await.ok()["events"].as_array().unwrap().len(), 2);
    assert_eq!(app.get("/events?type=user&user_id=u-1&summary=true").await.ok()["events"][0]["count"], 4);
}

#[both]
async fn summaries_can_be_set(app: TestApp) {
    user(&app).await;
    let summary = json!({"event_name": "ordered", "count": 12, "first": NOW - 1000, "last": NOW - 10});
    let answer = app.post("/events/summaries", json!({"user_id": "u-1", "event_summaries": summary})).await;
    assert_eq!((answer.status, &answer.body), (200, &Value::Null));
    app.post("/events/summaries", json!({"user_id": "u-1", "event_summaries": [summary]})).await.ok();
    app.post("/events", json!({"event_name": "ordered", "created_at": NOW, "user_id": "u-1"})).await.with(202);
    let row = app.get("/events?type=user&user_id=u-1&summary=true").await.ok()["events"][0].clone();
    assert_eq!((&row["count"], &row["last"]), (&json!(13), &json!("2026-03-01T12:00:00.000+00:00")));
    for (summaries, code) in [
        (json!(null), "parameter_not_found"),
        (json!("x"), "parameter_invalid"),
        (json!([1]), "parameter_invalid"),
        (json!({"event_name": "e", "count": 0, "first": 1, "last": 2}), "parameter_invalid"),
        (json!({"event_name": "e", "count": 1, "first": 2, "last": 1}), "parameter_invalid"),
        (json!({"count": 1, "first": 1, "last": 2}), "parameter_not_found"),
        (json!({"event_name": "e", "count": 1}), "parameter_not_found"),
    ] {
        app.post("/events/summaries", json!({"user_id": "u-1", "event_summaries": summaries})).await.refused(400, code);
    }
    app.post("/events/summaries", json!({"user_id": "x", "event_summaries": summary})).await.refused(404, "not_found");
}

#[both]
async fn deleting_a_contact_deletes_its_events_and_merging_moves_them(app: TestApp) {
    let made = user(&app).await;
    let lead = app.post("/contacts", json!({"role": "lead", "email": "ada@acme.test"})).await.ok();
    app.post("/events", json!({"event_name": "read", "created_at": NOW, "id": lead["id"]})).await.with(202);
    app.post("/contacts/merge", json!({"from": lead["id"], "into": made["id"]})).await.ok();
    assert_eq!(unheld(&app).get("/events?type=user&user_id=u-1").await.ok()["events"][0]["event_name"], "read");
    app.post("/events", json!({"event_name": "read", "created_at": NOW, "id": lead["id"]}))
        .await
        .refused(404, "not_found");
    app.delete(&format!("/contacts/{}", made["id"].as_str().unwrap())).await.ok();
    unheld(&app).get("/events?type=user&user_id=u-1").await.refused(404, "not_found");
    user(&app).await;
    assert_eq!(app.get("/events?type=user&user_id=u-1&summary=true").await.ok()["events"], json!([]));
}

#[both]
async fn other_workspaces_and_scopes_have_no_access(app: TestApp) {
    let made = user(&app).await;
    let other = app.other_workspace().await;
    other
        .post("/events", json!({"event_name": "e", "created_at": NOW, "id": made["id"]}))
        .await
        .refused(404, "not_found");
    other.get("/events?type=user&user_id=u-1").await.refused(404, "not_found");
    let reader = app.scoped("read_events").await;
    reader.clone().off_the_record().get("/events?type=user&user_id=u-1").await.ok();
    reader
        .post("/events", json!({"event_name": "e", "created_at": NOW, "user_id": "u-1"}))
        .await
        .refused(401, "token_unauthorized");
    app.scoped("write_events").await.off_the_record().get("/events?type=user&user_id=u-1").await.ok();
    app.scoped("write_users_companies")
        .await
        .get("/events?type=user&user_id=u-1")
        .await
        .refused(401, "token_unauthorized");
}

#[both]
async fn every_version_has_events(app: TestApp) {
    user(&app).await;
    for version in Version::ALL {
        let client = app.version(version.as_str());
        client
            .post("/events", json!({"event_name": version.as_str(), "created_at": NOW, "user_id": "u-1"}))
            .await
            .with(202);
        client
            .post(
                "/events/summaries",
                json!({"user_id": "u-1", "event_summaries": {"event_name": "s", "count": 1, "first": 1, "last": 2}}),
            )
            .await
            .ok();
        client.get("/events?type=user&user_id=u-1&summary=true").await.ok();
        assert_eq!(
            client.off_the_record().get("/events?type=user&user_id=u-1").await.ok()["events"][0]["event_name"],
            version.as_str()
        );
    }
}
