//! `/export`, `/download`

mod reporting;
mod workflows;

use std::collections::HashMap;
use std::io::Read;

use deskwire_domain::exports::{self, Progress};
use deskwire_domain::html::Html;
use deskwire_domain::jobs::JobKind;
use deskwire_domain::notifications::{self, Which};
use deskwire_domain::{Cx, Person, messages};
use deskwire_store::global::workers::Claimant;
use deskwire_store::gzip::Piece;
use deskwire_store::{Files, jobs};
use deskwire_testkit::{NOW, TestApp, Value, both, json};
use flate2::read::GzDecoder;

use crate::notifications::contact;
use crate::support::{id, user};

const CONTENT: &str = "/export/content/data";
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
    // Ada answers the email and opens the other message; Bob's address bounces.
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
    assert_eq!(rows.len(), 3, "messages before the period are left out");
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
    let deleted = app.client().raw("GET", &file, OCTETS, "").await.refused(404, "not_found");
    assert_eq!(deleted, format!("Export job not found for identifier: {export}"));
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
                attachments: Vec::new(),
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
            let (mut piece, mut file) = (Piece::after(plan.content), files.begin(&job.workspace).unwrap());
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
