//! `/export/reporting_data`

use std::collections::HashMap;
use std::io::Read;

use deskwire_domain::{Cx, away_reasons, teams};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use super::{DAY, OCTETS, identifier, rows, unpacked};
use crate::support::{id, since, user};

const ENQUEUE: &str = "/export/reporting_data/enqueue";
const DATASETS: &str = "/export/reporting_data/get_datasets";

/// Exports a dataset: its rows, and the name of the file in the archive.
async fn report(app: &TestApp, dataset: &str, attributes: &[&str]) -> (Vec<HashMap<String, String>>, String) {
    let request = json!({"dataset_id": dataset, "attribute_ids": attributes, "start_time": 0, "end_time": NOW + DAY});
    let id = identifier(&app.post(ENQUEUE, request).await.ok());
    app.run_jobs().await;
    let path = format!("/download/reporting_data/{id}?app_id={}", app.workspace_id);
    let file = app.client().raw("GET", &path, OCTETS, "").await;
    assert_eq!(file.status, 200, "{}", file.text);
    let plain = unpacked(&file.bytes);
    let mut archive = tar::Archive::new(&plain[..]);
    let mut members = archive.entries().unwrap();
    let mut member = members.next().unwrap().unwrap();
    let name = member.path().unwrap().to_str().unwrap().to_owned();
    let mut text = Vec::new();
    member.read_to_end(&mut text).unwrap();
    assert!(members.next().is_none());
    (rows(&text), name)
}

/// The ids of the attributes of a dataset.
fn attributes(datasets: &Value, dataset: &str) -> Vec<String> {
    let found = datasets["data"].as_array().unwrap().iter().find(|found| found["id"] == dataset).unwrap();
    found["attributes"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[both]
async fn datasets_are_listed(app: TestApp) {
    let newest = app.get(DATASETS).await.ok();
    assert_eq!(newest["type"], "list");
    let first = &newest["data"][0];
    let shown =
        json!({"id": "conversation_id", "qualified_id": "conversation.conversation_id", "name": "Conversation ID"});
    assert_eq!((&first["id"], &first["attributes"][0]), (&json!("conversation"), &shown));
    for version in since(deskwire_api::versions::Version::V2_14) {
        let listed = app.version(version).get(DATASETS).await.ok();
        let qualified = listed["data"][0]["attributes"][0].get("qualified_id").is_some();
        assert_eq!(qualified, !matches!(version, "2.14" | "2.15"), "{version}");
    }
    for dataset in newest["data"].as_array().unwrap() {
        let time = dataset["default_time_attribute_id"].as_str().unwrap();
        let mut ids = attributes(&newest, dataset["id"].as_str().unwrap());
        assert!(ids.iter().any(|id| id == time), "{dataset}");
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count, "plain ids are not ambiguous");
    }
    // Attributes other than statistics need their own scope.
    let narrow = app.scoped("export_content_data").await;
    let few = attributes(&narrow.get(DATASETS).await.ok(), "conversation");
    for hidden in ["user_email", "company_name", "conversation_title", "tags", "last_closed_by"] {
        assert!(!few.iter().any(|id| id == hidden), "{hidden}");
        let request = json!({"dataset_id": "conversation", "attribute_ids": [hidden], "start_time": 1, "end_time": 2});
        let refused = narrow.post(ENQUEUE, request).await.refused(400, "bad_request");
        assert_eq!(refused, format!("attribute_ids invalid for conversation dataset: {hidden}"));
    }
    let people = app.scoped("export_content_data read_users").await.get(DATASETS).await.ok();
    assert!(attributes(&people, "conversation").iter().any(|id| id == "user_email"));
    let ids = ["user_email"];
    let request = json!({"dataset_id": "conversation", "attribute_ids": ids, "start_time": 1, "end_time": 2});
    let export = identifier(&app.post(ENQUEUE, request).await.ok());
    app.get(&format!("/export/reporting_data/{export}")).await.ok();
    for path in [format!("/export/reporting_data/{export}"), format!("/download/reporting_data/{export}")] {
        narrow.get(&path).await.refused(404, "not_found");
    }
}

#[both]
async fn exports_of_reporting_data_are_checked(app: TestApp) {
    let good = json!({"dataset_id": "conversation", "attribute_ids": ["conversation_id", "conversation.channel"],
        "start_time": 1, "end_time": NOW});
    let long = "x".repeat(2000);
    for (key, value, message) in [
        ("dataset_id", Value::Null, "'dataset_id' is a required parameter"),
        ("dataset_id", json!("imaginary"), "imaginary is not a valid dataset_id"),
        ("dataset_id", json!(5), "'dataset_id' must be a String"),
        ("attribute_ids", Value::Null, "'attribute_ids' is a required parameter"),
        ("attribute_ids", json!([]), "attribute_ids must contain at least one attribute_id"),
        ("attribute_ids", json!("not an array"), "'attribute_ids' not an array must be of type Array"),
        ("attribute_ids", json!(["non_existent"]), "attribute_ids invalid for conversation dataset: non_existent"),
        (
            "attribute_ids",
            json!(["people.channel", 5]),
            "attribute_ids invalid for conversation dataset: people.channel, 5",
        ),
        (
            "attribute_ids",
            json!(vec!["conversation_id"; 201]),
            "attribute_ids must not contain more than 200 attribute_ids",
        ),
        ("start_time", Value::Null, "'start_time' is a required parameter"),
        ("end_time", json!("soon"), "'end_time' must be a unix timestamp in seconds"),
        ("end_time", json!(0), "start_time must not be later than end_time"),
    ] {
        let mut body = good.clone();
        body[key] = value;
        for client in since(deskwire_api::versions::Version::V2_14).map(|version| app.version(version)) {
            assert_eq!(client.post(ENQUEUE, body.clone()).await.refused(400, "bad_request"), message);
        }
    }
    let mut body = good.clone();
    body["dataset_id"] = json!(long);
    assert!(app.post(ENQUEUE, body).await.refused(400, "bad_request").len() < 200);
    let mut ids = Vec::new();
    for _ in 0..5 {
        let made = app.post(ENQUEUE, good.clone()).await.ok();
        assert_eq!(
            made,
            json!({"job_identifier": made["job_identifier"], "status": "pending", "download_url": "", "download_expires_at": ""})
        );
        ids.push(identifier(&made));
    }
    let refused = app.post(ENQUEUE, good.clone()).await.refused(429, "rate_limit_exceeded");
    assert_eq!(refused, "Exceeded rate limit of 5 pending reporting dataset export jobs");
    let path = format!("/export/reporting_data/{}?app_id=a&client_id=b&job_identifier=c", ids[0]);
    assert_eq!(app.get(&path).await.ok()["status"], "pending");
    app.run_jobs().await;
    let done = app.get(&path).await.ok();
    let expires = (NOW + 2 * DAY).to_string();
    assert_eq!((&done["status"], &done["download_expires_at"]), (&json!("complete"), &json!(expires)));
    assert_eq!(done["download_url"], format!("http://deskwire.test/download/reporting_data/{}", ids[0]));
    let unknown = app.get("/export/reporting_data/job1").await.refused(404, "not_found");
    assert_eq!(unknown, "Export job not found for identifier: job1");
    app.post(&format!("/export/cancel/{}", ids[0]), json!({})).await.refused(404, "not_found");
}

#[both]
async fn conversations_and_their_states_are_reported(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    let said = json!({"from": {"type": "user", "id": ada}, "body": "Help"});
    let talk = app.post("/conversations", said).await.ok()["conversation_id"].as_str().unwrap().to_owned();
    let path = format!("/conversations/{talk}");
    let admin = app.admin_id.to_string();
    app.clock.advance(10);
    let reply = json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "Yes?"});
    app.post(&format!("{path}/reply"), reply.clone()).await.ok();
    let part = |kind: &str| json!({"type": "admin", "admin_id": admin, "message_type": kind});
    app.post(&format!("{path}/parts"), part("close")).await.ok();
    app.clock.advance(5);
    let answer = json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "Thanks"});
    app.post(&format!("{path}/reply"), answer).await.ok();
    let mut snooze = part("snoozed");
    snooze["snoozed_until"] = json!(NOW + DAY);
    app.post(&format!("{path}/parts"), snooze).await.ok();
    app.clock.advance(7);
    // A reply wakes it; opening an open conversation changes nothing.
    app.post(&format!("{path}/reply"), reply).await.ok();
    app.post(&format!("{path}/parts"), part("open")).await.ok();
    for name in ["b", "a, b"] {
        let tag = id(&app.post("/tags", json!({"name": name})).await.ok());
        app.post(&format!("{path}/tags"), json!({"id": tag, "admin_id": admin})).await.ok();
    }
    app.post(
        &format!("{path}/parts"),
        json!({"type": "admin", "admin_id": admin, "message_type": "assignment", "assignee_id": admin}),
    )
    .await
    .ok();
    let sent = json!({"message_type": "in_app", "body": "Hi", "to": {"type": "user", "id": ada},
        "create_conversation_without_contact_reply": true});
    let unanswered = app.post("/messages", sent).await.ok()["conversation_id"].as_str().unwrap().to_owned();

    let datasets = app.get(DATASETS).await.ok();
    let all = attributes(&datasets, "conversation");
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (rows, name) = report(&app, "conversation", &all).await;
    assert_eq!(name, "conversation.csv");
    assert_eq!(rows.iter().map(|row| &row["conversation_id"]).collect::<Vec<_>>(), [&talk, &unanswered]);
    let (admin_name, row) = ("Ada Lovelace", &rows[0]);
    let started = NOW.to_string();
    for (attribute, value) in [
        ("conversation_started_at", started.as_str()),
        ("conversation_state", "open"),
        ("channel", "messenger"),
        ("started_by", "user"),
        ("tags", "a, b, b"),
        ("teammate_currently_assigned", admin_name),
        ("teammate_currently_assigned_id", &admin),
        ("team_currently_assigned_id", ""),
        ("team_currently_assigned", ""),
        ("last_closed_by", admin_name),
        ("time_to_first_response", "10"),
        ("time_to_first_close", "10"),
        ("number_of_reopens", "1"),
        ("user_id", &ada),
        ("user_email", "ada@a.test"),
        ("company_id", ""),
    ] {
        assert_eq!(row[attribute], value, "{attribute}");
    }
    // Older versions leave out what no contact wrote in.
    let request = json!({"dataset_id": "conversation", "attribute_ids": ["conversation.conversation_id"],
        "start_time": NOW, "end_time": NOW + DAY});
    let old = identifier(&app.version("2.16").post(ENQUEUE, request).await.ok());
    app.run_jobs().await;
    let file = app.client().raw("GET", &format!("/download/reporting_data/{old}"), OCTETS, "").await;
    let plain = unpacked(&file.bytes);
    let text = String::from_utf8_lossy(&plain);
    assert!(text.contains(&format!("conversation.conversation_id\n{talk}\n")) && !text.contains(&unanswered));

    let all = attributes(&datasets, "conversation_state");
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (rows, _) = report(&app, "conversation_state", &all).await;
    let of = |row: &HashMap<String, String>| {
        ["previous_state", "state", "state_started_at", "time_in_state", "changed_by_type", "changed_by_teammate"]
            .map(|name| row[name].clone())
            .join(" ")
    };
    assert_eq!(
        rows.iter().map(of).collect::<Vec<_>>(),
        [
            format!("open closed {} 5 admin {admin_name}", NOW + 10),
            format!("closed open {} 0 user ", NOW + 15),
            format!("open snoozed {} 7 admin {admin_name}", NOW + 15),
            format!("snoozed open {}  admin {admin_name}", NOW + 22),
        ]
    );
    assert!(rows.iter().all(|row| row["conversation_id"] == talk
        && row["is_ticket"] == "false"
        && row["teammate_currently_assigned_id"] == admin));
}

#[both]
async fn tickets_and_teammates_are_reported(app: TestApp) {
    let made = crate::tickets::ticket(&app, "Customer").await;
    let (path, admin) = (crate::tickets::path(&made), app.admin_id.to_string());
    app.clock.advance(30);
    app.put(&path, json!({"admin_id": app.admin_id.number(), "assignee_id": admin})).await.ok();
    app.clock.advance(40);
    let states = app.get("/ticket_states").await.ok();
    let states = states["data"].as_array().unwrap();
    let resolved = states.iter().find(|state| state["category"] == "resolved").unwrap();
    app.put(&path, json!({"ticket_state_id": resolved["id"], "admin_id": app.admin_id.number()})).await.ok();
    let datasets = app.get(DATASETS).await.ok();
    let all = attributes(&datasets, "ticket");
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (rows, name) = report(&app, "ticket", &all).await;
    assert_eq!((rows.len(), name.as_str()), (1, "ticket.csv"));
    for (attribute, value) in [
        ("ticket_id", made["id"].as_str().unwrap()),
        ("ticket_number", made["ticket_id"].as_str().unwrap()),
        ("ticket_title", "Broken"),
        ("ticket_category", "Customer"),
        ("ticket_type", "Customer"),
        ("ticket_state", "Resolved"),
        ("time_to_assignment", "30"),
        ("number_of_assignments", "1"),
        ("time_to_first_close", "70"),
        ("time_to_last_close", "70"),
        ("user_email", "customer@acme.test"),
    ] {
        assert_eq!(rows[0][attribute], value, "{attribute}");
    }
    assert!(report(&app, "conversation", &["conversation_id"]).await.0.is_empty(), "the dataset has no tickets");

    let actor = app.actor();
    app.write(move |tx| {
        let lunch = serde_json::from_value(json!({"label": "Lunch", "emoji": "🍔"})).unwrap();
        away_reasons::declare(&mut Cx::new(tx, &actor), &lunch)?;
        teams::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(json!({"name": "Support"})).unwrap())
    })
    .await;
    let reasons = app.get("/away_status_reasons").await.ok();
    let reason =
        reasons["data"].as_array().unwrap().iter().find(|reason| reason["label"] == "Lunch").unwrap()["id"].clone();
    let path = format!("/admins/{}/away", app.admin_id);
    let away = json!({"away_mode_enabled": true, "away_mode_reassign": true, "away_status_reason_id": reason});
    app.put(&path, away.clone()).await.ok();
    // Nothing changes, so nothing is noted.
    app.put(&path, away).await.ok();
    app.clock.advance(90);
    app.put(&path, json!({"away_mode_enabled": false, "away_mode_reassign": false})).await.ok();
    let all = attributes(&datasets, "admin_status_change");
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (rows, _) = report(&app, "admin_status_change", &all).await;
    let of = |row: &HashMap<String, String>| {
        let names = [
            "teammate",
            "status",
            "status_started_at",
            "status_ended_at",
            "time_in_status",
            "away_status_reason",
            "reassigns_replies",
            "changed_by_teammate",
        ];
        names.map(|name| row[name].clone()).join("|")
    };
    assert_eq!(
        rows.iter().map(of).collect::<Vec<_>>(),
        [
            format!("Ada Lovelace|away|{}|{}|90|Lunch|true|Ada Lovelace", NOW + 70, NOW + 160),
            format!("Ada Lovelace|active|{}||||false|Ada Lovelace", NOW + 160),
        ]
    );
}

#[both]
async fn calls_are_reported(app: TestApp) {
    let admin = app.admin_id.to_string();
    let talked = json!({"external_id": "one", "phone": crate::calls::PHONE, "admin": "ada@acme.test", "initiated_at": NOW - 600,
        "answered_at": NOW - 590, "ended_at": NOW - 300, "queue_time": 10, "summary": "About a refund"});
    crate::calls::declare(&app, talked).await;
    crate::calls::register(&app.client(), "two").await;
    let datasets = app.get(DATASETS).await.ok();
    let all = attributes(&datasets, "call");
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let (rows, name) = report(&app, "call", &all).await;
    assert_eq!((rows.len(), name.as_str()), (2, "call.csv"));
    let (started, conversation) = ((NOW - 600).to_string(), app.get("/calls").await.ok());
    let by_state = |state: &str| rows.iter().find(|row| row["call_state"] == state).unwrap();
    for (attribute, value) in [
        ("call_initiated_at", started.as_str()),
        ("direction", "inbound"),
        ("ended_reason", "answered"),
        ("call_duration", "300"),
        ("queue_time", "10"),
        ("fin_involved", "false"),
        ("teammate_id", &admin),
        ("teammate", "Ada Lovelace"),
        ("has_transcript", "false"),
        ("call_summary", "About a refund"),
        ("phone", crate::calls::PHONE),
    ] {
        assert_eq!(by_state("completed")[attribute], value, "{attribute}");
    }
    let fin = by_state("initiated");
    assert_eq!((&*fin["fin_involved"], &*fin["teammate_id"], &*fin["call_duration"]), ("true", "", ""));
    assert!(!fin["user_id"].is_empty() && conversation["total_count"] == 2, "{fin:?}");
    let narrow = app.scoped("export_content_data").await;
    let few = attributes(&narrow.get(DATASETS).await.ok(), "call");
    assert!(
        ["phone", "user_email", "teammate", "call_summary"].iter().all(|hidden| !few.iter().any(|id| id == hidden))
    );
}
