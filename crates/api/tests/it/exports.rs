//! `/export`, `/download`

use std::collections::HashMap;
use std::io::Read;

use deskwire_domain::exports::{self, Progress};
use deskwire_domain::html::Html;
use deskwire_domain::jobs::JobKind;
use deskwire_domain::notifications::{self, Which};
use deskwire_domain::{Cx, Person, away_reasons, messages, teams, workflows};
use deskwire_store::global::workers::Claimant;
use deskwire_store::gzip::Piece;
use deskwire_store::{Files, jobs};
use deskwire_testkit::{NOW, TestApp, Value, both, json};
use flate2::read::GzDecoder;

use crate::notifications::contact;
use crate::support::{id, since, user};

const CONTENT: &str = "/export/content/data";
const ENQUEUE: &str = "/export/reporting_data/enqueue";
const DATASETS: &str = "/export/reporting_data/get_datasets";
const OCTETS: &[(&str, &str)] = &[("accept", "application/octet-stream")];
const DAY: i64 = 86_400;

/// Adds an export of the messages of a period: its id.
async fn enqueue(app: &TestApp, from: i64, until: i64) -> String {
    identifier(&app.post(CONTENT, json!({"created_at_after": from, "created_at_before": until})).await.ok())
}

fn identifier(export: &Value) -> String {
    export["job_identifier"].as_str().unwrap().to_owned()
}

fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut plain).unwrap();
    plain
}

/// The rows of a CSV file, each by the names of the first line.
fn rows(text: &[u8]) -> Vec<HashMap<String, String>> {
    let (mut lines, mut line, mut value, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = std::str::from_utf8(text).unwrap().chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => value.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => line.push(std::mem::take(&mut value)),
            '\n' if !quoted => {
                line.push(std::mem::take(&mut value));
                lines.push(std::mem::take(&mut line));
            }
            other => value.push(other),
        }
    }
    assert!(value.is_empty() && line.is_empty(), "the last line ends");
    let names = lines.remove(0);
    let named = |line: Vec<String>| {
        assert_eq!(line.len(), names.len());
        names.iter().cloned().zip(line).collect()
    };
    lines.into_iter().map(named).collect()
}

async fn receipts(app: &TestApp, id: &str) -> Vec<HashMap<String, String>> {
    let file = app.client().raw("GET", &format!("/download/content/data/{id}"), OCTETS, "").await;
    assert_eq!(file.status, 200, "{}", file.text);
    rows(&unpacked(&file.bytes))
}

/// Exports a dataset: its rows, and the name of the file in the archive.
async fn report(app: &TestApp, dataset: &str, attributes: &[&str]) -> (Vec<HashMap<String, String>>, String) {
    let asked = json!({"dataset_id": dataset, "attribute_ids": attributes, "start_time": 0, "end_time": NOW + DAY});
    let id = identifier(&app.post(ENQUEUE, asked).await.ok());
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
async fn message_data_is_exported(app: TestApp) {
    let (ada, bob) = (user(&app, "ada@a.test").await, user(&app, "bob@a.test").await);
    app.put(&format!("/contacts/{ada}"), json!({"name": "Ada \"Countess\", Lovelace"})).await.ok();
    let company = app.post("/companies", json!({"company_id": "acme", "name": "Acme"})).await.ok();
    app.post(&format!("/contacts/{ada}/companies"), json!({"id": company["id"]})).await.ok();
    let admin = json!({"type": "admin", "id": app.admin_id.to_string()});
    let to = |id: &str| json!({"type": "user", "id": id});
    let email = json!({"message_type": "email", "subject": "=News, \"all\"", "template": "plain", "body": "Hi", "from": admin,
        "to": [to(&ada), to(&bob)], "created_at": NOW - 60, "create_conversation_without_contact_reply": true});
    let email = app.post("/messages", email).await.ok();
    let chat = json!({"message_type": "in_app", "body": "Hi", "from": admin, "to": to(&ada)});
    let chat = app.post("/messages", chat).await.ok();
    let old = json!({"message_type": "in_app", "body": "Old", "from": admin, "to": to(&ada), "created_at": NOW - DAY});
    app.post("/messages", old).await.ok();
    // Ada answers the email and opens the other message; Bob's address is gone.
    let answered = format!("/conversations/{}/reply", email["conversation_id"].as_str().unwrap());
    let answer = json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "Thanks"});
    app.post(&answered, answer).await.ok();
    let (actor, reader) = (app.actor(), contact(&ada));
    app.write(move |tx| {
        let mut cx = Cx::new(tx, &actor);
        let all = notifications::list(&mut cx, reader, true, None)?.iter().map(|one| one.id).collect();
        notifications::mark_read(&mut cx, reader, &Which::Ids(all))
    })
    .await;
    app.post_office().await.refuse("rcpt to:<bob@", "550 5.1.1 no such user");
    app.mails().await;

    let export = enqueue(&app, NOW - 60, NOW).await;
    app.run_jobs().await;
    let rows = receipts(&app, &export).await;
    let by_email = |contact: &str| {
        let receipt = format!("{}-{contact}", id(&email));
        rows.iter().find(|row| row["receipt_id"] == receipt).unwrap()
    };
    let expected = |pairs: &[(&str, &str)], row: &HashMap<String, String>| {
        let found: Vec<(&str, &str)> = pairs.iter().map(|(name, _)| (*name, row[*name].as_str())).collect();
        assert_eq!(found, pairs);
    };
    let (sent, now) = ((NOW - 60).to_string(), NOW.to_string());
    expected(
        &[
            ("user_id", &ada),
            ("user_external_id", "ada"),
            ("company_id", company["id"].as_str().unwrap()),
            ("email", "ada@a.test"),
            ("name", "Ada \"Countess\", Lovelace"),
            ("ruleset_id", &id(&email)),
            ("content_id", &id(&email)),
            ("content_type", "Email"),
            ("content_title", "=News, \"all\""),
            ("received_at", &sent),
            ("series_id", "-1"),
            ("first_reply", &now),
            ("first_hard_bounce", ""),
        ],
        by_email(&ada),
    );
    expected(
        &[("company_id", "-1"), ("name", ""), ("first_reply", ""), ("first_open", ""), ("first_hard_bounce", &now)],
        by_email(&bob),
    );
    let shown = rows.iter().find(|row| row["content_id"] == id(&chat)).unwrap();
    expected(&[("content_type", "Chat"), ("content_title", ""), ("received_at", &now), ("first_open", &now)], shown);
    assert_eq!(rows.len(), 3, "what was sent before the period is left out");
    // What happened after the period does not count.
    let export = enqueue(&app, NOW - 60, NOW - 1).await;
    app.run_jobs().await;
    let rows = receipts(&app, &export).await;
    assert!(
        rows.len() == 2 && rows.iter().all(|row| row["first_reply"].is_empty() && row["first_hard_bounce"].is_empty())
    );
}

#[both]
async fn exports_come_along_and_expire(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    let message = json!({"message_type": "in_app", "body": "Hi", "from": {"type": "admin", "id": app.admin_id},
        "to": {"type": "user", "id": ada}});
    app.post("/messages", message).await.ok();
    let export = enqueue(&app, NOW - 60, NOW).await;
    let (path, file) = (format!("{CONTENT}/{export}"), format!("/download/content/data/{export}"));
    let pending = json!({"job_identifier": export, "job_identfier": export, "status": "pending", "download_url": "",
        "download_expires_at": ""});
    assert_eq!(app.get(&path).await.ok(), pending);
    app.client().raw("GET", &file, OCTETS, "").await.refused(404, "not_found");
    let period = json!({"created_at_after": 1, "created_at_before": 2});
    let refused = app.post(CONTENT, period.clone()).await.refused(429, "rate_limit_exceeded");
    assert_eq!(refused, "Exceeded rate limit of 1 pending message data export jobs");
    app.run_jobs().await;
    for version in deskwire_api::versions::Version::ALL {
        let shown = app.version(version.as_str()).get(&path).await.ok();
        let expires = (NOW + 2 * DAY).to_string();
        assert_eq!((&shown["status"], &shown["download_expires_at"]), (&json!("completed"), &json!(expires)));
        assert_eq!(shown["download_url"], json!(format!("http://deskwire.test{file}")));
        let misspelled = !matches!(version.as_str(), "2.11" | "2.14" | "2.15" | "2.16");
        assert_eq!(shown.get("job_identfier").is_some(), misspelled, "{version:?}");
    }
    let sent = app.client().raw("GET", &file, OCTETS, "").await;
    assert_eq!(sent.header("content-type"), Some("application/octet-stream"));
    assert_eq!(sent.header("content-length"), Some(&*sent.size.to_string()));
    let name = format!("attachment; filename=\"message-data-{export}.csv.gz\"");
    assert_eq!(sent.header("content-disposition"), Some(&*name));
    assert_eq!(app.get(&file).await.status, 200, "any type is accepted");
    app.client().raw("GET", &file, &[("accept", "application/json")], "").await.refused(406, "not_acceptable");
    app.get(&format!("/download/reporting_data/{export}")).await.refused(404, "not_found");
    app.scoped("export_content_data").await.get(&file).await.refused(401, "token_unauthorized");
    // One that is over counts no longer; canceling it changes nothing.
    let other = enqueue(&app, 1, 2).await;
    assert_eq!(app.post(&format!("/export/cancel/{export}"), json!({})).await.ok()["status"], "completed");
    for _ in 0..2 {
        let canceled = app.post(&format!("/export/cancel/{other}"), json!({})).await.ok();
        assert_eq!((&canceled["status"], &canceled["download_url"]), (&json!("canceled"), &json!("")));
    }
    app.run_jobs().await;
    assert_eq!(app.get(&format!("{CONTENT}/{other}")).await.ok()["status"], "canceled");
    // Nothing was sent in that period.
    let none = enqueue(&app, 1, 2).await;
    app.run_jobs().await;
    assert_eq!(app.get(&format!("{CONTENT}/{none}")).await.ok()["status"], "no_data");
    app.get(&format!("/download/content/data/{none}")).await.refused(404, "not_found");

    app.clock.advance(2 * DAY);
    let gone = app.client().raw("GET", &file, OCTETS, "").await.refused(404, "not_found");
    assert_eq!(gone, format!("Export job not found for identifier: {export}"));
    deskwire_worker::tidy(app.db()).await;
    app.get(&path).await.refused(404, "not_found");
    let left =
        app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM attachments", &[], |row| row.get::<i64>(0))?)).await;
    assert_eq!(left, 0);
    let described = app.get("/admins/activity_logs?created_at_after=1").await.ok();
    let exported =
        described["activity_logs"].as_array().unwrap().iter().filter(|e| e["activity_type"] == "app_data_export");
    assert_eq!(exported.count(), 3);
}

#[both]
async fn exports_of_message_data_are_checked(app: TestApp) {
    for (body, code) in [
        (json!({}), "parameter_not_found"),
        (json!({"created_at_after": 1}), "parameter_not_found"),
        (json!({"created_at_after": null, "created_at_before": 2}), "parameter_not_found"),
        (json!({"created_at_after": "x", "created_at_before": 2}), "parameter_invalid"),
        (json!({"created_at_after": 1, "created_at_before": 1_700_000_000_000_i64}), "parameter_invalid"),
        (json!({"created_at_after": -1, "created_at_before": 2}), "parameter_invalid"),
        (json!({"created_at_after": 3, "created_at_before": 2}), "parameter_invalid"),
    ] {
        app.post(CONTENT, body).await.refused(400, code);
    }
    for path in [format!("{CONTENT}/999"), format!("{CONTENT}/x"), "/download/content/data/999".to_owned()] {
        app.get(&path).await.refused(404, "not_found");
    }
    app.post("/export/cancel/999", json!({})).await.refused(404, "not_found");
    let text = json!({"created_at_after": "1", "created_at_before": "2"});
    assert_eq!(app.post(CONTENT, text).await.ok()["status"], "pending");
}

/// A worker that is killed, or stalls, while another goes on.
#[both]
async fn a_killed_worker_leaves_no_wrong_row(app: TestApp) {
    const MESSAGES: usize = 900;
    let ada = user(&app, "ada@a.test").await;
    let actor = app.actor();
    app.write(move |tx| {
        let mut cx = Cx::new(tx, &actor);
        for number in 0..MESSAGES {
            let message = messages::New {
                medium: messages::Medium::InApp,
                from: None,
                to: vec![Person::Id(ada.clone())],
                cc: Vec::new(),
                bcc: Vec::new(),
                subject: Some(format!("message {number}")),
                body: Html::of_text("Hi").unwrap(),
                template: messages::Template::Plain,
                // Many have the same time.
                created_at: Some(NOW - 10 + i64::try_from(number / 450).unwrap()),
                conversation: false,
            };
            messages::send(&mut cx, &message)?;
        }
        Ok(())
    })
    .await;
    let export = enqueue(&app, NOW - 60, NOW).await;
    // A process that gives no sign of life claims the job and writes one slice of many.
    let workspace = app.workspace_id.clone();
    let stalled = Claimant { id: 99, now_ms: NOW * 1000 };
    let claim = move |tx: &mut deskwire_store::Tx<'_>| {
        Ok(jobs::claim(&mut tx.within(&workspace), stalled, JobKind::Export, i64::MAX, 1)?.remove(0))
    };
    let job = app.write(claim).await;
    let files = Files::new(app.app.config.files.clone());
    let piece = |files: Files| {
        let job = job.clone();
        app.write(move |tx| {
            let plan = exports::begin(tx, &job)?.unwrap();
            let (csv, next) = exports::slice(&mut tx.within(&job.workspace), &plan, plan.after)?;
            let (mut piece, mut file) = (Piece::after(plan.content), files.begin().unwrap());
            piece.add(csv.text(), |out| file.write(out)).unwrap();
            piece.end(|out| file.write(out)).unwrap();
            let size = i64::try_from(file.len()).unwrap();
            let file = (file.finish().unwrap(), size);
            Ok(Progress { after: next, rows: csv.rows(), content: piece.content(), file })
        })
    };
    let finish = |progress: Progress| {
        let job = job.clone();
        app.write(move |tx| exports::finish_piece(tx, &job, &progress))
    };
    finish(piece(files.clone()).await).await;
    assert_eq!(app.get(&format!("{CONTENT}/{export}")).await.ok()["status"], "in_progress");
    let stale = piece(files).await;
    app.run_jobs().await;
    finish(stale).await;
    assert_eq!(app.get(&format!("{CONTENT}/{export}")).await.ok()["status"], "completed");
    let mut titles: Vec<String> =
        receipts(&app, &export).await.into_iter().map(|mut row| row.remove("content_title").unwrap()).collect();
    titles.sort_by_key(|title| title.rsplit(' ').next().unwrap().parse::<usize>().unwrap());
    let all: Vec<String> = (0..MESSAGES).map(|number| format!("message {number}")).collect();
    assert_eq!(titles, all);
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
    // What is more than statistics needs its own scope.
    let narrow = app.scoped("export_content_data").await;
    let few = attributes(&narrow.get(DATASETS).await.ok(), "conversation");
    for hidden in ["user_email", "company_name", "conversation_title", "tags", "last_closed_by"] {
        assert!(!few.iter().any(|id| id == hidden), "{hidden}");
        let asked = json!({"dataset_id": "conversation", "attribute_ids": [hidden], "start_time": 1, "end_time": 2});
        let refused = narrow.post(ENQUEUE, asked).await.refused(400, "bad_request");
        assert_eq!(refused, format!("attribute_ids invalid for conversation dataset: {hidden}"));
    }
    let people = app.scoped("export_content_data read_users").await.get(DATASETS).await.ok();
    assert!(attributes(&people, "conversation").iter().any(|id| id == "user_email"));
    let asked = json!({"dataset_id": "conversation", "attribute_ids": ["user_email"], "start_time": 1, "end_time": 2});
    let export = identifier(&app.post(ENQUEUE, asked).await.ok());
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
    // A reply wakes it; opening what is open changes nothing.
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
    let asked = json!({"dataset_id": "conversation", "attribute_ids": ["conversation.conversation_id"], "start_time": NOW, "end_time": NOW + DAY});
    let old = identifier(&app.version("2.16").post(ENQUEUE, asked).await.ok());
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
        ("ticket_state", "Submitted"),
        ("user_email", "customer@acme.test"),
    ] {
        assert_eq!(rows[0][attribute], value, "{attribute}");
    }
    assert!(report(&app, "conversation", &["conversation_id"]).await.0.is_empty(), "a ticket is no conversation there");

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
            format!("Ada Lovelace|away|{NOW}|{}|90|Lunch|true|Ada Lovelace", NOW + 90),
            format!("Ada Lovelace|active|{}||||false|Ada Lovelace", NOW + 90),
        ]
    );
}

#[both]
async fn workflows_are_declared_and_exported(app: TestApp) {
    let declare = |value: Value| {
        let (actor, declared) = (app.actor(), serde_json::from_value::<workflows::Declared>(value).unwrap());
        app.db().write(move |tx| {
            let mut cx = Cx::new(tx, &actor);
            Ok::<_, deskwire_domain::Error>((
                workflows::declare(&mut cx, &declared)?,
                deskwire_store::workflows::all(&mut cx)?[0].id,
            ))
        })
    };
    let full = json!({"title": "Ask", "description": "Asks", "trigger_type": "inbound_conversation", "state": "live",
        "target_channels": ["chat"], "preferred_devices": ["desktop"], "targeting": {"role": "user"},
        "snapshot": {"steps": [{"id": 1, "text": "Ünicode"}]}, "attributes": [{"name": "order"}], "embedded_rules": []});
    let (is_new, workflow) = declare(full.clone()).await.unwrap();
    assert!(is_new);
    assert!(!declare(full.clone()).await.unwrap().0, "it is there already");
    let path = format!("/export/workflows/{workflow}");
    for version in since(deskwire_api::versions::Version::V2_15) {
        let shown = app.version(version).get(&path).await.ok();
        let mut expected = full.clone();
        expected["id"] = json!(workflow);
        let at = shown["exported_at"].clone();
        (expected["created_at"], expected["updated_at"]) = (at.clone(), at.clone());
        assert_eq!(shown["workflow"], expected);
        assert_eq!((&shown["export_version"], at), (&json!("1.0"), json!(deskwire_domain::times::utc(NOW))));
        assert!((1..1 << 31).contains(&shown["app_id"].as_i64().unwrap()), "{}", shown["app_id"]);
    }
    app.clock.advance(60);
    let (changed, _) = declare(json!({"title": "Ask", "trigger_type": "button"})).await.unwrap();
    assert!(changed);
    let shown = app.get(&path).await.ok()["workflow"].clone();
    assert_eq!(
        (&shown["state"], &shown["targeting"], &shown["target_channels"]),
        (&json!("draft"), &Value::Null, &json!([]))
    );
    assert_ne!(shown["updated_at"], shown["created_at"]);
    for wrong in [json!({"title": " ", "trigger_type": "x"}), json!({"title": "x", "trigger_type": ""})] {
        declare(wrong).await.unwrap_err();
    }
    for unknown in ["999", "x"] {
        let refused = app.get(&format!("/export/workflows/{unknown}")).await.refused(404, "not_found");
        assert_eq!(refused, "Workflow not found");
    }
    app.scoped("read_jobs").await.get(&path).await.refused(403, "forbidden");
    let actor = app.actor();
    let gone = app.write(move |tx| workflows::prune(&mut Cx::new(tx, &actor), &[])).await;
    assert_eq!(gone.iter().map(|removed| removed.name.as_str()).collect::<Vec<_>>(), ["Ask"]);
    app.get(&path).await.refused(404, "not_found");
}
