//! `/content`

use deskwire_domain::{Cx, admins};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::id;

const SEARCH: &str = "/content/search";
const BULK: &str = "/content/bulk_actions";

/// One content of each kind about refunds, the article in two languages.
struct Library {
    article: Value,
    internal: Value,
    snippet: Value,
    page: Value,
}

impl Library {
    async fn new(app: &TestApp) -> Self {
        let admin = app.admin_id.number();
        let article = json!({"title": "Refunds for all", "author_id": admin, "body": "x",
            "translated_content": {"fr": {"title": "Remboursements", "body": "refunds"}}});
        let article = app.post("/articles", article).await.ok();
        app.clock.advance(10);
        let internal =
            json!({"title": "How we do it", "body": "Refunds over 500", "author_id": admin, "owner_id": admin});
        let internal = app.post("/internal_articles", internal).await.ok();
        app.clock.advance(10);
        let snippet =
            json!({"title": "Refund snippet", "body_markdown": "Within 14 days", "ai_copilot_availability": true});
        let snippet = app.post("/content_snippets", snippet).await.with(201);
        app.clock.advance(10);
        let source = json!({"sync_behavior": "api", "url": "https://a.test"});
        let source = app.post("/ai/content_import_sources", source).await.ok();
        let page = json!({"title": "Refund policy", "html": "<p>x</p>", "source_id": source["id"], "external_id": "1"});
        let page = app.post("/ai/external_pages", page).await.ok();
        Self { article, internal, snippet, page }
    }

    /// The id of the article in a language.
    async fn content(&self, app: &TestApp, locale: &str) -> String {
        let found = app.get(&format!("{SEARCH}?content_types=article")).await.ok();
        let contents = found["data"][0]["contents"].as_array().unwrap();
        id(contents.iter().find(|content| content["locale"] == locale).unwrap())
    }
}

async fn found_types(app: &TestApp, query: &str) -> Vec<String> {
    let answer = app.get(&format!("{SEARCH}?{query}")).await.ok();
    let rows = answer["data"].as_array().unwrap();
    assert_eq!(answer["total_count"], rows.len(), "{query}");
    rows.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect()
}

#[both]
async fn all_content_is_found_together(app: TestApp) {
    let all = Library::new(&app).await;
    for version in ["2.16", "Unstable"] {
        let answer = app.version(version).get(&format!("{SEARCH}?query=refunds")).await.ok();
        let (en, fr) = (all.content(&app, "en").await, all.content(&app, "fr").await);
        assert_eq!(
            answer["data"],
            json!([
                {"type": "external_content", "id": all.page["id"], "title": "Refund policy"},
                {"type": "content_snippet", "id": all.snippet["id"], "title": "Refund snippet"},
                {"type": "article", "id": all.article["id"], "title": "Refunds for all", "contents": [
                    {"type": "article_content", "id": en, "title": "Refunds for all", "locale": "en"},
                    {"type": "article_content", "id": fr, "title": "Remboursements", "locale": "fr"}]},
                {"type": "internal_article", "id": all.internal["id"], "title": "How we do it"},
            ])
        );
        let pages = json!({"type": "pages", "page": 1, "per_page": 10, "total_pages": 1, "next": null, "prev": null});
        assert_eq!((&answer["pages"], &answer["total_count"]), (&pages, &json!(4)));
    }
    // Without a query, the most recently changed content comes first.
    assert_eq!(found_types(&app, "").await, ["external_content", "content_snippet", "internal_article", "article"]);
    app.clock.advance(10);
    app.put(&format!("/articles/{}", id(&all.article)), json!({"description": "new"})).await.ok();
    assert_eq!(found_types(&app, "").await[0], "article");
    let page = app.get(&format!("{SEARCH}?query=refunds&per_page=1&page=2")).await.ok();
    assert_eq!(page["data"][0]["type"], "content_snippet");
    let next = page["pages"]["next"].as_str().unwrap();
    assert!(next.contains("/content/search?") && next.contains("page=3") && next.contains("query=refunds"), "{next}");
    assert!(page["pages"]["prev"].as_str().unwrap().contains("page=1"), "{page}");
    assert_eq!(app.get(&format!("{SEARCH}?page=0&per_page=-3")).await.ok()["pages"]["per_page"], 1);
    assert_eq!(app.get(&format!("{SEARCH}?page=-2&per_page=99")).await.ok()["pages"]["per_page"], 50);
    assert_eq!(app.other_workspace().await.get(SEARCH).await.ok()["total_count"], 0);
    app.scoped("read_articles").await.get(SEARCH).await.refused(403, "forbidden");
    app.version("2.15").get(SEARCH).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn searches_are_filtered(app: TestApp) {
    let all = Library::new(&app).await;
    let tag = app.post("/tags", json!({"name": "Billing"})).await.ok();
    app.post(&format!("/internal_articles/{}/tags", id(&all.internal)), json!({"id": tag["id"]})).await.ok();
    app.post(&format!("/content_snippets/{}/tags", id(&all.snippet)), json!({"id": tag["id"]})).await.ok();
    let (tag, admin) = (id(&tag), app.admin_id);
    let in_french = json!({"translated_content": {"fr": {"state": "published"}}});
    app.put(&format!("/articles/{}", id(&all.article)), in_french).await.ok();
    let others = ["external_content", "content_snippet", "internal_article"];
    for (filter, kinds) in [
        ("content_types=snippet,article".to_owned(), vec!["content_snippet", "article"]),
        (
            "content_types=snippet&content_types=internal_article".to_owned(),
            vec!["content_snippet", "internal_article"],
        ),
        ("content_types[]=external_content".to_owned(), vec!["external_content"]),
        ("content_types=file_source_content".to_owned(), vec![]),
        ("states=draft".to_owned(), vec!["article"]),
        ("states=published&locales=en".to_owned(), others.to_vec()),
        ("locales=fr,de".to_owned(), vec!["article"]),
        (format!("tag_ids={tag}&tag_operator=IN"), vec!["content_snippet", "internal_article"]),
        (format!("tag_ids={tag},99"), vec!["content_snippet", "internal_article"]),
        (format!("tag_ids={tag}&tag_operator=NIN"), vec!["external_content", "article"]),
        (format!("any_tag_ids={tag}"), vec!["content_snippet", "internal_article"]),
        (format!("tag_ids={tag}&any_tag_ids=99"), vec![]),
        ("copilot_state=on".to_owned(), vec!["content_snippet", "article"]),
        ("fin_service_state=on".to_owned(), vec!["article"]),
        ("fin_sales_state=off".to_owned(), others.to_vec()),
        (format!("created_by_ids={admin}"), vec!["content_snippet", "article", "internal_article"]),
        (format!("last_updated_by_ids=99,{admin}"), vec!["content_snippet", "article", "internal_article"]),
        (
            format!("created_at_after={}&created_at_before={}", NOW + 10, NOW + 20),
            vec!["content_snippet", "internal_article"],
        ),
        (format!("updated_at_before={}", NOW - 1), vec![]),
        (format!("updated_at_after={NOW}&content_types=article"), vec!["article"]),
    ] {
        for query in ["", "query=refund&"] {
            let (mut found, mut kinds) = (found_types(&app, &format!("{query}{filter}")).await, kinds.clone());
            found.sort();
            kinds.sort_unstable();
            assert_eq!(found, kinds, "{query}{filter}");
        }
    }
    let long = format!("query={}", "x".repeat(501));
    let many = format!("tag_ids={}", vec!["1"; 101].join(","));
    for wrong in [
        "content_types=x",
        "states=x",
        "tag_operator=x",
        "tag_ids=x",
        "folder_ids=1",
        "folder_ids=1&folder_entity_type=x",
        "copilot_state=x",
        "created_at_after=x",
        "page=x",
        &long,
        &many,
    ] {
        app.get(&format!("{SEARCH}?{wrong}")).await.refused(422, "data_invalid");
    }
}

/// Does something with contents, and waits until it is done; the webhook's word on how it went.
async fn bulk(app: &TestApp, body: Value) -> Value {
    let queued = app.post(BULK, body).await.with(202);
    assert_eq!(queued, json!({"type": "content_bulk_action", "status": "queued"}));
    app.run_jobs().await;
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "SELECT errors FROM bulk_tasks WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1";
        let errors: Option<String> = tx.query_opt(sql, &[(&*workspace).into()], |row| row.get(0))?;
        Ok(serde_json::from_str(&errors.unwrap_or_default()).unwrap_or_default())
    })
    .await
}

#[both]
async fn bulk_actions_change_many_items(app: TestApp) {
    let all = Library::new(&app).await;
    let (en, fr) = (all.content(&app, "en").await, all.content(&app, "fr").await);
    let article = format!("/articles/{}", id(&all.article));
    let of = |kind: &str, id: &str| json!({"type": kind, "id": id});
    let every = json!([
        of("article_content", &en),
        of("article_content", &fr),
        of("internal_article", &id(&all.internal)),
        of("content_snippet", &id(&all.snippet)),
        of("external_content", &id(&all.page)),
        of("file_source_content", "1")
    ]);
    let state = async |locale: &str| app.get(&article).await.ok()["translated_content"][locale]["state"].clone();
    // Items that the action does not apply to are left out, and unknown items do not affect others.
    let mut ids = every.as_array().unwrap().clone();
    ids.insert(0, of("article_content", "7"));
    let errors = bulk(&app, json!({"action": "publish", "content_ids": ids})).await;
    assert_eq!(errors, json!([{"index": 0, "code": "not_found", "message": "Resource Not Found"}]));
    assert_eq!((state("en").await, state("fr").await), (json!("published"), json!("published")));
    assert_eq!(
        bulk(&app, json!({"action": "unpublish", "content_ids": [of("article_content", &fr)]})).await,
        json!([])
    );
    assert_eq!((state("en").await, state("fr").await), (json!("published"), json!("draft")));
    let availability = json!({"ai_agent": true, "copilot": false});
    let set = json!({"action": "set_availability", "content_ids": every, "availability": availability});
    assert_eq!(bulk(&app, set).await, json!([]));
    assert_eq!(found_types(&app, "fin_service_state=on&copilot_state=off").await.len(), 4);
    assert_eq!(found_types(&app, "fin_sales_state=on").await, ["article"], "fields that are not named do not change");
    let tag = app.post("/tags", json!({"name": "Billing"})).await.ok();
    let tags = |key: &str| {
        json!({"action": "update_tags", "tags": {key: [tag["id"]]}, "content_ids": [
        of("article", &id(&all.article)), of("internal_article", &id(&all.internal)), of("content_snippet", &id(&all.snippet)),
        of("external_content", &id(&all.page)), of("article_content", &en)]})
    };
    assert_eq!(bulk(&app, tags("add_tag_ids")).await, json!([]));
    assert_eq!(found_types(&app, &format!("tag_ids={}", id(&tag))).await.len(), 4);
    assert_eq!(bulk(&app, tags("remove_tag_ids")).await, json!([]));
    assert_eq!(found_types(&app, &format!("tag_ids={}", id(&tag))).await.len(), 0);
    assert_eq!(app.get(&article).await.ok()["tags"]["tags"], json!([]));
    let audience = app.post("/audiences", json!({"name": "Leads"})).await.with(201);
    let number: i64 = audience["id"].to_string().replace('"', "").parse().unwrap();
    let set = |change: Value| json!({"action": "set_audience", "content_ids": every, "audience": change});
    assert_eq!(bulk(&app, set(json!({"add_segment_ids": [number]}))).await, json!([]));
    let audiences = async || {
        let article = app.get(&article).await.ok()["translated_content"]["fr"]["audience_ids"].clone();
        let internal = app.get(&format!("/internal_articles/{}", id(&all.internal))).await.ok()["audience_ids"].clone();
        let snippet = app.get(&format!("/content_snippets/{}", id(&all.snippet))).await.ok()["audience_ids"].clone();
        [article, internal, snippet]
    };
    assert_eq!(audiences().await, [json!([number]), json!([number]), json!([number])]);
    assert_eq!(bulk(&app, set(json!({"remove_all": true}))).await, json!([]));
    assert_eq!(audiences().await, [json!([]), json!([]), json!([])]);
    // A translation is deleted alone, and a default language with the article.
    assert_eq!(bulk(&app, json!({"action": "delete", "content_ids": [of("article_content", &fr)]})).await, json!([]));
    assert_eq!(app.get(&article).await.ok()["translated_content"], Value::Null);
    assert!(found_types(&app, "query=remboursements").await.is_empty());
    assert_eq!(bulk(&app, json!({"action": "delete", "content_ids": every})).await.as_array().unwrap().len(), 1);
    app.get(&article).await.refused(404, "not_found");
    assert_eq!(found_types(&app, "").await, ["external_content"]);
}

#[both]
async fn the_job_reports_the_outcome_of_each_content(app: TestApp) {
    const ORIGIN: &str = "http://deskwire.test";
    let all = Library::new(&app).await;
    let en = all.content(&app, "en").await;
    let of = |id: &str| json!({"type": "article_content", "id": id});
    let publish = |ids: Value| json!({"action": "publish", "content_ids": ids});
    let queued = app.post(BULK, publish(json!([of(&en), of("7")]))).await;
    let at = queued.header("location").unwrap().strip_prefix(ORIGIN).unwrap().to_owned();
    assert_eq!(queued.with(202), json!({"type": "content_bulk_action", "status": "queued"}));
    let waiting = app.get(&at).await.ok();
    assert_eq!((&waiting["status"], &waiting["resource_type"]), (&json!("pending"), &json!("content.bulk.job")));
    let results = waiting["resource_url"].as_str().unwrap().strip_prefix(ORIGIN).unwrap();
    let reader = app.scoped("read_content").await.off_the_record();
    let before = reader.get(results).await.ok();
    assert_eq!((&before["state"], &before["items"][0]["status"]), (&json!("pending"), &json!("pending")));
    app.run_jobs().await;
    let item = |id: &str, status: &str| json!({"type": "article_content", "id": id, "status": status});
    let mut refused = item("7", "failed");
    (refused["code"], refused["message"]) = (json!("not_found"), json!("Resource Not Found"));
    let after = reader.get(results).await.ok();
    assert_eq!((&after["id"], &after["state"]), (&waiting["id"], &json!("completed_with_errors")));
    assert_eq!(after["items"], json!([item(&en, "success"), refused]));
    assert_eq!(app.get(&at).await.ok()["status"], "failed", "the status has no value for partial success");
    let other = app.other_workspace().await.off_the_record();
    other.get(results).await.refused(404, "job_not_found");
    assert_ne!(app.scoped("read_jobs").await.off_the_record().get(results).await.status, 200);
    // Without anything to do there is no job.
    let nothing = app.post(BULK, publish(json!([{"type": "internal_article", "id": "1"}]))).await;
    assert_eq!((nothing.status, nothing.header("location")), (202, None));
}

#[both]
async fn actions_that_cannot_be_done_are_rejected(app: TestApp) {
    let item = json!([{"type": "internal_article", "id": "1"}]);
    let many: Vec<Value> = (0..1001).map(|n| json!({"type": "article", "id": n.to_string()})).collect();
    for body in [
        json!({}),
        json!({"action": "x", "content_ids": item}),
        json!({"action": "delete"}),
        json!({"action": "delete", "content_ids": []}),
        json!({"action": "delete", "content_ids": many}),
        json!({"action": "delete", "content_ids": [{"type": "x", "id": "1"}]}),
        json!({"action": "delete", "content_ids": [{"type": "article"}]}),
        json!({"action": "set_availability", "content_ids": item}),
        json!({"action": "set_availability", "content_ids": item, "availability": {"ai_agent": "x"}}),
        json!({"action": "set_audience", "content_ids": item, "audience": {}}),
        json!({"action": "set_audience", "content_ids": item, "audience": {"add_segment_ids": ["x"]}}),
        json!({"action": "update_tags", "content_ids": item, "tags": {"add_tag_ids": []}}),
        json!({"action": "update_tags", "content_ids": item, "tags": {"add_tag_ids": [99]}}),
        json!({"action": "update_tags", "content_ids": item, "tags": {"add_tag_ids": (0..101).collect::<Vec<_>>()}}),
    ] {
        app.post(BULK, body).await.refused(422, "parameter_invalid");
    }
    assert_eq!(app.run_jobs().await, 0);
    let reader = app.scoped("read_content").await;
    reader.post(BULK, json!({"action": "delete", "content_ids": item})).await.refused(403, "forbidden");
    let role = serde_json::from_value(json!({"name": "Owner", "can_manage_content": false})).unwrap();
    let by = app.actor();
    app.write(move |tx| admins::declare_role(&mut Cx::new(tx, &by), &role)).await;
    let refused = app.post(BULK, json!({"action": "delete", "content_ids": item})).await.refused(403, "forbidden");
    assert_eq!(refused, "Not authorized to manage knowledge base content");
}
