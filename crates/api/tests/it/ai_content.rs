//! `/ai`

use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::id;

const SOURCES: &str = "/ai/content_import_sources";
const PAGES: &str = "/ai/external_pages";

async fn source(app: &TestApp, url: &str) -> Value {
    app.post(SOURCES, json!({"sync_behavior": "api", "url": url})).await.ok()
}

fn page_of(source: &Value, external_id: &str) -> Value {
    json!({"title": "Test", "html": "<html><body><h1>Test</h1><script>x()</script></body></html>", "locale": "en",
        "url": "https://www.example.com", "source_id": source["id"], "external_id": external_id})
}

/// The ids of two audiences.
async fn audiences(app: &TestApp) -> [i64; 2] {
    let first = app.post("/audiences", json!({"name": "Leads"})).await.with(201);
    let second = app.post("/audiences", json!({"name": "Users"})).await.with(201);
    [first, second].map(|audience| id(&audience).parse().unwrap())
}

/// The audiences that pages have, page by page.
async fn audiences_of_pages(app: &TestApp) -> Vec<String> {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql =
            "SELECT audience_ids FROM external_pages WHERE workspace_id = $1 AND source_id > 0 ORDER BY external_id";
        Ok(tx.query_all(sql, &[(&*workspace).into()], |row| row.get(0))?)
    })
    .await
}

#[both]
async fn sources_are_created_changed_and_deleted(app: TestApp) {
    let made = source(&app, "https://www.example.com").await;
    assert_eq!(
        made,
        json!({"id": made["id"], "type": "content_import_source", "last_synced_at": NOW, "status": "active",
            "url": "https://www.example.com", "sync_behavior": "api", "created_at": NOW, "updated_at": NOW,
            "audience_ids": []})
    );
    let path = format!("{SOURCES}/{}", made["id"]);
    for version in ["2.12", "2.13", "2.14", "2.15", "2.16", "Unstable"] {
        let mut shown = made.clone();
        if ["2.12", "2.13", "2.14"].contains(&version) {
            shown.as_object_mut().unwrap().remove("audience_ids");
        }
        let client = app.version(version);
        assert_eq!(client.get(&path).await.ok(), shown);
        let list = client.get(SOURCES).await.ok();
        assert_eq!((&list["data"], &list["total_count"]), (&json!([shown]), &json!(1)));
        assert_eq!(list["pages"], json!({"type": "pages", "next": null, "page": 1, "per_page": 50, "total_pages": 1}));
    }
    app.clock.advance(5);
    let [first, second] = audiences(&app).await;
    let change = json!({"sync_behavior": "api", "url": "https://docs.example.com/", "status": "deactivated",
        "audience_ids": [second, first, second]});
    let changed = app.put(&path, change.clone()).await.ok();
    assert_eq!((&changed["url"], &changed["status"]), (&json!("https://docs.example.com/"), &json!("deactivated")));
    assert_eq!((&changed["audience_ids"], &changed["updated_at"]), (&json!([first, second]), &json!(NOW + 5)));
    app.clock.advance(5);
    assert_eq!(app.put(&path, change).await.ok(), changed, "nothing changed");
    assert_eq!(app.put(&path, json!({"audience_ids": first})).await.ok()["audience_ids"], json!([first]));
    app.version("2.14").put(&path, json!({"audience_ids": [second]})).await.ok();
    assert_eq!(app.get(&path).await.ok()["audience_ids"], json!([first]), "2.14 has no audiences");
    for wrong in [
        app.put(&path, json!({"audience_ids": [first, 999]})).await,
        app.post(SOURCES, json!({"sync_behavior": "api", "url": "https://b.test", "audience_ids": [999]})).await,
    ] {
        let message = wrong.refused(404, "parameter_invalid");
        assert_eq!(message, "audience_ids contains unknown audience IDs: 999");
    }
    assert_eq!(app.get(SOURCES).await.ok()["total_count"], 1);
    assert_eq!(app.put(&path, json!({"audience_ids": null})).await.ok()["audience_ids"], json!([]));
    for (key, value, why) in [
        ("sync_behavior", json!("manual"), "sync_behavior cannot be changed to or from 'api'"),
        ("sync_behavior", json!("automated"), "sync_behavior cannot be changed to or from 'api'"),
        ("sync_behavior", json!("x"), "sync_behavior must be 'api', 'automated' or 'manual'"),
        ("status", json!("x"), "status must be 'active' or 'deactivated'"),
        ("url", json!("example.com"), "url must be an absolute http or https URL"),
        ("url", json!("https://example.com/\r\nA: b"), "url must be an absolute http or https URL"),
        ("audience_ids", json!(["x"]), "audience_ids must be an integer or an array of integers"),
        ("audience_ids", json!(vec![1; 101]), "audience_ids has more than 100 ids"),
    ] {
        assert_eq!(app.put(&path, json!({key: value})).await.refused(400, "parameter_invalid"), why);
    }
    for (body, code, why) in [
        (json!({"url": "https://a.test"}), "parameter_not_found", "sync_behavior is required"),
        (json!({"sync_behavior": "api"}), "parameter_not_found", "url is required"),
        (
            json!({"sync_behavior": "manual", "url": "https://a.test"}),
            "parameter_invalid",
            "sync_behavior must be 'api'",
        ),
    ] {
        assert_eq!(app.post(SOURCES, body).await.refused(400, code), why);
    }
    assert_eq!(app.delete(&path).await.with(204), Value::Null);
    for answer in [app.get(&path).await, app.put(&path, json!({})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    app.version("2.11").off_the_record().get(SOURCES).await.refused(400, "intercom_version_invalid");
    let reader = app.scoped("read_ai_content").await;
    reader.get(SOURCES).await.ok();
    let new = json!({"sync_behavior": "api", "url": "https://a.test"});
    reader.post(SOURCES, new).await.refused(401, "token_unauthorized");
}

#[both]
async fn pages_are_saved_by_the_id_that_their_source_gave_them(app: TestApp) {
    let from = source(&app, "https://a.test").await;
    app.clock.advance(5);
    let made = app.post(PAGES, page_of(&from, "abc1234")).await.ok();
    assert_eq!(
        made,
        json!({"id": made["id"], "type": "external_page", "title": "Test", "html": "<h1>Test</h1>",
            "url": "https://www.example.com", "ai_agent_availability": false, "ai_copilot_availability": false,
            "ai_sales_agent_availability": false, "fin_availability": false, "locale": "en", "source_id": from["id"],
            "external_id": "abc1234", "created_at": NOW + 5, "updated_at": NOW + 5, "last_ingested_at": NOW + 5})
    );
    let synced = app.get(&format!("{SOURCES}/{}", from["id"])).await.ok();
    assert_eq!((&synced["last_synced_at"], &synced["updated_at"]), (&json!(NOW + 5), &json!(NOW)));
    let path = format!("{PAGES}/{}", id(&made));
    for version in ["2.12", "2.14", "2.15", "2.16", "Unstable"] {
        assert_eq!(app.version(version).get(&path).await.ok(), made);
    }
    // The same page again: fields that the request omits do not change.
    app.clock.advance(5);
    let mut again = page_of(&from, "abc1234");
    again["ai_copilot_availability"] = json!(true);
    let saved = app.post(PAGES, again).await.ok();
    assert_eq!((&saved["id"], &saved["created_at"]), (&made["id"], &made["created_at"]));
    assert_eq!((&saved["ai_copilot_availability"], &saved["last_ingested_at"]), (&json!(true), &json!(NOW + 10)));
    app.clock.advance(5);
    let same = app.version("2.12").post(PAGES, page_of(&from, "abc1234")).await.ok();
    assert_eq!((&same["ai_copilot_availability"], &same["updated_at"]), (&json!(true), &json!(NOW + 10)));
    assert_eq!(same["last_ingested_at"], NOW + 15);
    // Another source may give the same id to another page.
    let other = source(&app, "https://b.test").await;
    let second = app.post(PAGES, page_of(&other, "abc1234")).await.ok();
    assert_ne!(second["id"], made["id"]);
    let list = app.get(PAGES).await.ok();
    assert_eq!((&list["data"], &list["total_count"]), (&json!([second, same]), &json!(2)));
    let page = app.get(&format!("{PAGES}?per_page=1")).await.ok();
    assert!(page["pages"]["next"].as_str().unwrap().contains("page=2"), "{page}");
    assert_eq!(app.get(&format!("{PAGES}?per_page=1&page=2")).await.ok()["data"], json!([same]));
    let change = json!({"title": "New", "html": "plain", "fin_availability": true, "ai_agent_availability": false});
    let changed = app.put(&path, change).await.ok();
    let flags = ["ai_agent_availability", "ai_copilot_availability", "ai_sales_agent_availability", "fin_availability"];
    assert_eq!(flags.map(|flag| changed[flag] == true), [false, true, true, false]);
    assert_eq!((&changed["title"], &changed["html"]), (&json!("New"), &json!("<p>plain</p>")));
    assert_eq!(changed["url"], made["url"]);
    let taken = app.put(&path, json!({"source_id": other["id"]})).await;
    assert_eq!(taken.refused(409, "conflict"), "external_id is already taken by another page of the source");
    let moved = app.put(&path, json!({"source_id": other["id"], "external_id": "5678"})).await.ok();
    assert_eq!((&moved["source_id"], &moved["external_id"]), (&other["id"], &json!("5678")));
    let deleted = app.delete(&path).await.ok();
    assert_eq!((&deleted["id"], &deleted["html"], &deleted["title"]), (&made["id"], &json!(""), &json!("New")));
    for answer in [app.get(&path).await, app.put(&path, json!({})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    assert_eq!(app.get(PAGES).await.ok()["total_count"], 1);
}

#[both]
async fn pages_that_cannot_be_saved_are_rejected(app: TestApp) {
    let from = source(&app, "https://a.test").await;
    for (key, value, status, code, why) in [
        ("title", json!(null), 400, "parameter_not_found", "title is required"),
        ("title", json!(" "), 400, "parameter_not_found", "title is required"),
        ("html", json!(null), 400, "parameter_not_found", "html is required"),
        ("source_id", json!(null), 400, "parameter_not_found", "source_id is required"),
        ("external_id", json!(""), 400, "parameter_not_found", "external_id is required"),
        ("source_id", json!(99), 404, "not_found", "Content import source not found"),
        ("locale", json!("fr"), 400, "parameter_invalid", "locale must be 'en'"),
        ("url", json!("javascript:x"), 400, "parameter_invalid", "url must be an absolute http or https URL"),
        ("ai_agent_availability", json!(1), 400, "parameter_invalid", "ai_agent_availability must be a boolean"),
    ] {
        let mut body = page_of(&from, "x");
        body[key] = value;
        assert_eq!(app.post(PAGES, body).await.refused(status, code), why);
    }
    assert_eq!(app.get(PAGES).await.ok()["total_count"], 0);
    let reader = app.scoped("read_ai_content").await;
    reader.get(PAGES).await.ok();
    reader.post(PAGES, page_of(&from, "x")).await.refused(401, "token_unauthorized");
}

#[both]
async fn sources_set_audiences_on_pages_and_delete_their_pages(app: TestApp) {
    let from = source(&app, "https://a.test").await;
    let path = format!("{SOURCES}/{}", from["id"]);
    app.post(PAGES, page_of(&from, "1")).await.ok();
    let [first, second] = audiences(&app).await;
    app.put(&path, json!({"audience_ids": [first]})).await.ok();
    app.post(PAGES, page_of(&from, "2")).await.ok();
    assert_eq!(audiences_of_pages(&app).await, ["[]".to_owned(), format!("[{first}]")]);
    app.put(&path, json!({"audience_ids": [second], "apply_audience_to_existing_content": true})).await.ok();
    assert_eq!(audiences_of_pages(&app).await, [format!("[{second}]"), format!("[{second}]")]);
    let other = source(&app, "https://b.test").await;
    let kept = app.post(PAGES, page_of(&other, "3")).await.ok();
    app.delete(&path).await.with(204);
    let list = app.get(PAGES).await.ok();
    assert_eq!((&list["data"], &list["total_count"]), (&json!([kept]), &json!(1)));
}
