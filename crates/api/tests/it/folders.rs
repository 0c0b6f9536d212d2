//! `/folders`

use deskwire_testkit::{NOW, TestApp, Value, both, json};
use tokio::task::JoinSet;

use crate::support::id;

const ALL: &str = "/folders";

async fn create_folder(app: &TestApp, name: &str, parent: Option<&Value>) -> Value {
    let parent = parent.map(|folder| folder["id"].clone());
    app.post(ALL, json!({"folder": {"name": name, "parent_folder_id": parent}})).await.ok()
}

fn path(folder: &Value) -> String {
    format!("{ALL}/{}", folder["id"])
}

fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|folder| folder["name"].as_str().unwrap()).collect()
}

#[both]
async fn folders_are_created_changed_listed_and_deleted(app: TestApp) {
    let fields = json!({"name": " Docs ", "description": "Internal", "emoji": "📚", "parent_folder_id": null});
    let docs = app.post(ALL, json!({"folder": fields})).await.ok();
    assert_eq!(
        docs,
        json!({"id": docs["id"], "name": "Docs", "description": "Internal", "emoji": "📚", "parent_folder_id": null,
            "content_count": 0, "created_at": NOW, "updated_at": NOW})
    );
    assert!(docs["id"].is_i64());
    let inner = create_folder(&app, "Inner", Some(&docs)).await;
    assert_eq!((&inner["parent_folder_id"], &inner["description"]), (&docs["id"], &Value::Null));
    assert_eq!(app.get(&path(&docs)).await.ok(), docs);
    let list = app.get(ALL).await.ok();
    assert_eq!((names(&list), &list["total_count"]), (vec!["Docs", "Inner"], &json!(2)));
    assert_eq!(names(&app.get(&format!("{ALL}?parent_folder_id={}", docs["id"])).await.ok()), ["Inner"]);
    let page = app.get(&format!("{ALL}?per_page=1&page=2")).await.ok();
    assert_eq!((names(&page), &page["pages"]["total_pages"]), (vec!["Inner"], &json!(2)));
    app.clock.advance(5);
    let change = json!({"folder": {"name": "Runbooks", "description": null, "emoji": null}});
    let changed = app.put(&path(&docs), change).await.ok();
    assert_eq!(
        (&changed["name"], &changed["emoji"], &changed["updated_at"]),
        (&json!("Runbooks"), &Value::Null, &json!(NOW + 5))
    );
    assert_eq!(
        app.delete(&path(&docs)).await.refused(422, "parameter_invalid"),
        "Folder contains folders and cannot be deleted"
    );
    assert_eq!(app.delete(&path(&inner)).await.ok(), json!({"id": inner["id"], "object": "folder", "deleted": true}));
    app.delete(&path(&docs)).await.ok();
    for answer in [
        app.get(&path(&docs)).await,
        app.put(&path(&docs), json!({"folder": {}})).await,
        app.delete(&path(&docs)).await,
    ] {
        assert_eq!(answer.refused(404, "not_found"), "Folder not found");
    }
    for (body, code, why) in [
        (json!({}), "parameter_not_found", "folder is required"),
        (json!({"folder": {}}), "parameter_not_found", "name is required"),
        (json!({"folder": {"name": " "}}), "parameter_invalid", "name must not be empty"),
        (
            json!({"folder": {"name": "x".repeat(256)}}),
            "parameter_invalid",
            "name is too long (maximum is 255 characters)",
        ),
        (
            json!({"folder": {"name": "x", "parent_folder_id": 7}}),
            "parameter_invalid",
            "parent_folder_id must be the id of a folder",
        ),
    ] {
        assert_eq!(app.post(ALL, body).await.refused(400, code), why);
    }
    assert_eq!(app.get(ALL).await.ok()["total_count"], 0);
    app.version("2.16").get(ALL).await.refused(400, "intercom_version_invalid");
    app.scoped("read_articles").await.post(ALL, json!({"folder": {"name": "x"}})).await.refused(403, "forbidden");
}

#[both]
async fn a_tree_has_no_circles_and_ten_levels(app: TestApp) {
    let mut chain = vec![create_folder(&app, "1", None).await];
    for level in 2..=10 {
        chain.push(create_folder(&app, &level.to_string(), chain.last()).await);
    }
    let deep = json!({"folder": {"name": "11", "parent_folder_id": chain[9]["id"]}});
    assert_eq!(app.post(ALL, deep).await.refused(400, "parameter_invalid"), "Folders can be 10 levels deep");
    let into = |folder: &Value| json!({"folder": {"parent_folder_id": folder["id"]}});
    for inner in [&chain[0], &chain[1], &chain[9]] {
        let refused = app.put(&path(&chain[0]), into(inner)).await.refused(400, "parameter_invalid");
        assert_eq!(refused, "A folder cannot be in itself or in a folder that is in it");
    }
    // Moving a folder moves its content too.
    let top = create_folder(&app, "top", None).await;
    assert_eq!(
        app.put(&path(&chain[0]), into(&top)).await.refused(400, "parameter_invalid"),
        "Folders can be 10 levels deep"
    );
    assert_eq!(app.put(&path(&chain[1]), into(&top)).await.ok()["parent_folder_id"], top["id"]);
    let out = app.put(&path(&chain[1]), json!({"folder": {"parent_folder_id": null}})).await.ok();
    assert_eq!(out["parent_folder_id"], Value::Null);
}

#[both]
async fn content_is_kept_in_folders(app: TestApp) {
    let admin = app.admin_id.number();
    let (docs, other) = (create_folder(&app, "Docs", None).await, create_folder(&app, "Other", None).await);
    let inner = create_folder(&app, "Inner", Some(&docs)).await;
    let internal =
        |folder: &Value| json!({"title": "Internal", "author_id": admin, "owner_id": admin, "folder_id": folder["id"]});
    let first = app.post("/internal_articles", internal(&docs)).await.ok();
    let second = app.post("/internal_articles", internal(&inner)).await.ok();
    assert_eq!(second["folder_id"], inner["id"]);
    let article = json!({"title": "Help", "author_id": admin, "folder_id": docs["id"], "translated_content": {"fr": {"title": "Aide"}}});
    let article = app.post("/articles", article).await.ok();
    assert_eq!(article["folder_id"], docs["id"]);
    let count = async |folder: &Value| app.get(&path(folder)).await.ok()["content_count"].clone();
    assert_eq!((count(&docs).await, count(&inner).await, count(&other).await), (json!(2), json!(1), json!(0)));
    let found = async |folder: &Value| {
        let answer = app.get(&format!("/internal_articles/search?folder_id={}", folder["id"])).await.ok();
        let all = answer["data"]["internal_articles"].as_array().unwrap().clone();
        let ids = all.iter().map(id).collect::<Vec<_>>();
        assert_eq!(answer["total_count"], ids.len());
        ids
    };
    assert_eq!(found(&docs).await, [id(&second), id(&first)]);
    assert_eq!(found(&inner).await, [id(&second)]);
    assert!(found(&other).await.is_empty());
    let search = format!("/content/search?folder_entity_type=folder&folder_ids={},{}", inner["id"], other["id"]);
    assert_eq!(
        app.get(&search).await.ok()["data"],
        json!([{"type": "internal_article", "id": second["id"], "title": "Internal"}])
    );
    assert_eq!(
        app.delete(&path(&inner)).await.refused(422, "parameter_invalid"),
        "Folder contains content and cannot be deleted"
    );
    // Moved, taken out and deleted, it is counted where it is.
    app.put(&format!("/internal_articles/{}", id(&second)), json!({"folder_id": other["id"]})).await.ok();
    app.put(&format!("/articles/{}", id(&article)), json!({"folder_id": null})).await.ok();
    app.delete(&format!("/internal_articles/{}", id(&first))).await.ok();
    assert_eq!((count(&docs).await, count(&inner).await, count(&other).await), (json!(0), json!(0), json!(1)));
    app.delete(&path(&inner)).await.ok();
    for (path, body) in [
        ("/internal_articles", internal(&inner)),
        ("/articles", json!({"title": "x", "author_id": admin, "folder_id": inner["id"]})),
    ] {
        assert_eq!(app.post(path, body).await.refused(404, "not_found"), "Folder not found");
    }
    let refused = app.put(&format!("/articles/{}", id(&article)), json!({"title": "y", "folder_id": 7})).await;
    assert_eq!(refused.refused(404, "not_found"), "Folder not found");
    assert_eq!(app.get(&format!("/articles/{}", id(&article))).await.ok()["title"], "Help");
}

/// The statuses of two requests that are made at once, in their order.
async fn at_once(app: &TestApp, requests: [(&'static str, String, Value); 2]) -> [u16; 2] {
    let mut running = JoinSet::new();
    for (at, (method, path, body)) in requests.into_iter().enumerate() {
        let client = app.client().off_the_record();
        running.spawn(async move { (at, client.call(method, &path, Some(&body)).await.status) });
    }
    let mut statuses = [0; 2];
    for (at, status) in running.join_all().await {
        statuses[at] = status;
    }
    statuses
}

#[both]
async fn concurrent_changes_are_serializable(app: TestApp) {
    let admin = app.admin_id.number();
    let internal = json!({"title": "Internal", "author_id": admin, "owner_id": admin});
    let internal = format!("/internal_articles/{}", id(&app.post("/internal_articles", internal).await.ok()));
    for _ in 0..8 {
        let (one, two) = (create_folder(&app, "one", None).await, create_folder(&app, "two", None).await);
        let into = |folder: &Value| json!({"folder": {"parent_folder_id": folder["id"]}});
        let mut moved = at_once(&app, [("PUT", path(&one), into(&two)), ("PUT", path(&two), into(&one))]).await;
        moved.sort_unstable();
        assert_eq!(moved, [200, 400], "one is moved into the other");
        let filled = json!({"folder_id": one["id"]});
        let inner = create_folder(&app, "inner", None).await;
        let filled_inner = json!({"folder_id": inner["id"]});
        let both = at_once(&app, [("DELETE", path(&inner), json!({})), ("PUT", internal.clone(), filled_inner)]).await;
        assert!([[200, 404], [422, 200]].contains(&both), "{both:?}");
        app.put(&internal, filled).await.ok();
    }
}
