//! Backups, and what they restore.

use std::io::Read;

use deskwire_testkit::{Client, Database, TestApp, Value, both, json};
use flate2::read::GzDecoder;

use crate::conversations::started;
use crate::support::id;
use crate::tickets::ticket;

/// The rows of an archive's tables, by member, as both databases have them.
fn rows(archive: &[u8]) -> Vec<(String, Value)> {
    let mut archive = tar::Archive::new(GzDecoder::new(archive));
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        if name.starts_with("tables/") {
            entry.read_to_string(&mut text).unwrap();
            // A restore adds jobs that build what follows from the rest.
            let added = ["\"conversation.index\"", "\"report.count\""];
            let lines = text.lines().filter(|line| !added.iter().any(|kind| line.contains(kind)));
            found.extend(lines.map(|line| (name.clone(), number(&serde_json::from_str(line).unwrap()))));
        }
    }
    found
}

/// `SQLite` has no booleans.
fn number(row: &Value) -> Value {
    let number = |value: Value| value.as_bool().map_or(value, |b| json!(i64::from(b)));
    row.as_array().unwrap().iter().cloned().map(number).collect()
}

/// The answers of the API at these paths.
async fn answers(client: &Client, paths: &[String]) -> Vec<Value> {
    let mut all = Vec::new();
    for path in paths {
        all.push(client.get(path).await.ok());
    }
    all
}

/// One of many things.
async fn fill(app: &TestApp) -> Vec<String> {
    let (conversation, user) = started(app, "ada@a.test").await;
    let file = json!({"name": "hello.txt", "content_type": "text/plain", "data": "aGVsbG8="});
    let reply = json!({"type": "admin", "message_type": "comment", "admin_id": app.admin_id.number(), "body": "see", "attachment_files": [file]});
    app.post(&format!("{conversation}/reply"), reply).await.ok();
    app.put(&format!("/contacts/{user}"), json!({"name": "Ada \u{1f600} \\ \"'\n"})).await.ok();
    app.post("/companies", json!({"company_id": "c-1", "name": "Größe & Co", "monthly_spend": 12.5})).await.ok();
    let tag = id(&app.post("/tags", json!({"name": "VIP"})).await.ok());
    app.post(&format!("/contacts/{user}/tags"), json!({"id": tag})).await.ok();
    app.post(&format!("/contacts/{user}/notes"), json!({"body": "A note"})).await.ok();
    app.post("/data_attributes", json!({"name": "score", "model": "contact", "data_type": "float"})).await.ok();
    app.put(&format!("/contacts/{user}"), json!({"custom_attributes": {"score": 0.1}})).await.ok();
    let ticket = format!("/tickets/{}", id(&ticket(app, "Customer").await));
    vec![
        conversation,
        format!("/contacts/{user}"),
        format!("/contacts/{user}/notes"),
        "/companies".to_owned(),
        "/tags".to_owned(),
        ticket,
    ]
}

#[both]
async fn a_backup_restores_onto_either_database(app: TestApp) {
    let paths = fill(&app).await;
    let before = answers(&app.client(), &paths).await;
    for database in [Database::Sqlite, Database::Postgres] {
        let (copy, archive) = app.restored(database).await;
        assert_eq!(answers(&copy.client(), &paths).await, before, "{database:?}");
        // Nothing is lost on the way, and everything can be found.
        let (_, again) = copy.restored(Database::Sqlite).await;
        assert_eq!(rows(&again), rows(&archive), "{database:?}");
        for (field, operator, value) in
            [("email", "~", "da@a"), ("name", "~", "\u{1f600}"), ("custom_attributes.score", "=", "0.1")]
        {
            let query = json!({"query": {"field": field, "operator": operator, "value": value}});
            assert_eq!(copy.post("/contacts/search", query).await.ok()["total_count"], 1, "{field} {database:?}");
        }
        let query = json!({"query": {"field": "source.body", "operator": "~", "value": "help"}});
        assert_eq!(copy.post("/conversations/search", query).await.ok()["total_count"], 1, "{database:?}");
        let parts = copy.get(&paths[0]).await.ok()["conversation_parts"]["conversation_parts"].clone();
        let url = parts.as_array().unwrap().last().unwrap()["attachments"][0]["url"].as_str().unwrap().to_owned();
        let file = copy.anonymous().raw("GET", url.strip_prefix("http://deskwire.test").unwrap(), &[], "").await;
        assert_eq!((file.status, file.text.as_str()), (200, "hello"));
        // The restored server works: it creates objects with new ids, and searches find changes.
        copy.put(&paths[1], json!({"email": "ada@new.test"})).await.ok();
        started(&copy, "bob@b.test").await;
        let query = json!({"query": {"field": "email", "operator": "~", "value": "a@new"}});
        assert_eq!(copy.post("/contacts/search", query).await.ok()["total_count"], 1, "{database:?}");
    }
}

#[both]
async fn a_missing_file_is_not_found_and_left_out_of_backups(app: TestApp) {
    let paths = fill(&app).await;
    let parts = app.get(&paths[0]).await.ok()["conversation_parts"]["conversation_parts"].clone();
    let url = parts.as_array().unwrap().last().unwrap()["attachments"][0]["url"].as_str().unwrap().to_owned();
    std::fs::remove_dir_all(app.files_directory()).unwrap();
    app.anonymous()
        .raw("GET", url.strip_prefix("http://deskwire.test").unwrap(), &[], "")
        .await
        .refused(404, "not_found");
    let (copy, _) = app.restored(app.database).await;
    copy.anonymous()
        .raw("GET", url.strip_prefix("http://deskwire.test").unwrap(), &[], "")
        .await
        .refused(404, "not_found");
}
