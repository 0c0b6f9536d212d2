//! Drafts, versions and schedules of articles.

use deskwire_domain::{Cx, admins};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::articles::{create_article, path, speak};
use crate::support::id;

#[both]
async fn changes_are_staged_and_published(app: TestApp) {
    let article = create_article(&app, "Live", json!({"state": "published", "body": "old"})).await;
    let at = path(&article);
    let draft = format!("{at}/draft");
    app.get(&draft).await.refused(404, "not_found");
    app.clock.advance(5);
    let staged = app.put(&draft, json!({"title": "Staged", "ai_chatbot_availability": false})).await.ok();
    assert_eq!((&staged["title"], &staged["state"]), (&json!("Staged"), &json!("published")));
    assert_eq!((&staged["has_unpublished_changes"], &staged["draft_updated_at"]), (&json!(true), &json!(NOW + 5)));
    assert_eq!(staged["ai_chatbot_availability"], true, "only texts are staged");
    assert_eq!(app.get(&draft).await.ok(), staged);
    let live = app.get(&at).await.ok();
    assert_eq!((&live["title"], &live["has_unpublished_changes"]), (&json!("Live"), &json!(true)));
    // As long as changes wait, more of them do.
    let more = app.put(&at, json!({"body": "new"})).await.ok();
    assert_eq!(more["body"], article["body"]);
    assert_eq!(app.get(&draft).await.ok()["body"], "<p class=\"no-margin\">new</p>");
    let published = app.post(&format!("{draft}/publish"), json!({})).await.ok();
    assert_eq!((&published["title"], &published["body"]), (&json!("Staged"), &json!("<p class=\"no-margin\">new</p>")));
    assert_eq!((&published["has_unpublished_changes"], &published["draft_updated_at"]), (&json!(false), &Value::Null));
    let none = app.post(&format!("{draft}/publish"), json!({})).await;
    assert_eq!(none.refused(422, "parameter_invalid"), "Article has no draft to publish");
    // Saying that it is published publishes what waits.
    app.put(&draft, json!({"title": "Again"})).await.ok();
    assert_eq!(app.put(&at, json!({"state": "published"})).await.ok()["title"], "Again");
    let hidden = create_article(&app, "Draft", json!({})).await;
    let too_early = app.put(&format!("{}/draft", path(&hidden)), json!({"title": "x"})).await;
    assert_eq!(too_early.body["errors"][0]["field"], "title");
    assert_eq!(too_early.refused(422, "parameter_invalid"), "Article must be published before a draft can be staged");
    app.put("/articles/99/draft", json!({"title": "x"})).await.refused(404, "not_found");
    app.post("/articles/99/draft/publish", json!({})).await.refused(404, "not_found");
    app.scoped("read_articles").await.put(&draft, json!({})).await.refused(403, "forbidden");
    app.version("2.15").get(&draft).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn drafts_of_several_languages_name_them(app: TestApp) {
    speak(&app, &["en", "fr"]).await;
    let french = json!({"title": "Merci", "state": "published"});
    let fields = json!({"state": "published", "translated_content": {"fr": french}});
    let article = create_article(&app, "Thanks", fields).await;
    let draft = format!("{}/draft", path(&article));
    let publish = format!("{draft}/publish");
    app.put(&path(&article), json!({"translated_content": {"fr": {"state": "draft"}}})).await.ok();
    let hidden = app.put(&draft, json!({"translated_content": {"fr": {"title": "Merci bien"}}})).await;
    assert_eq!(hidden.body["errors"][0]["field"], "translated_content.fr");
    let why = "Article must be published before a draft can be staged: locale fr is not published";
    assert_eq!(hidden.refused(422, "parameter_invalid"), why);
    app.put(&path(&article), json!({"translated_content": {"fr": {"state": "published"}}})).await.ok();
    app.put(&draft, json!({"translated_content": {"fr": {"title": "Merci bien"}}})).await.ok();
    let unnamed = app.post(&publish, json!({})).await;
    assert_eq!(
        unnamed.refused(422, "parameter_not_found"),
        "locales must be specified to publish a draft on a multilingual workspace"
    );
    let idle = app.post(&publish, json!({"locales": ["en", "fr"]})).await;
    assert_eq!(
        idle.refused(422, "parameter_invalid"),
        "Cannot publish a draft for locale(s) without pending changes: en"
    );
    let done = app.post(&publish, json!({"locales": ["fr"]})).await.ok();
    assert_eq!(done["translated_content"]["fr"]["title"], "Merci bien");
    assert_eq!(done["title"], "Thanks");
    app.post(&publish, json!({"locales": "fr"})).await.refused(400, "parameter_invalid");
}

#[both]
async fn roles_may_keep_teammates_from_content(app: TestApp) {
    let article = create_article(&app, "Kept", json!({"state": "published"})).await;
    let tag = app.post("/tags", json!({"name": "x"})).await.ok();
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let role = serde_json::from_value(json!({"name": "Owner", "can_manage_content": false})).unwrap();
        admins::declare_role(cx, &role)
    })
    .await;
    let at = path(&article);
    let message = "Not authorized to manage knowledge base content";
    let tagged = app.post(&format!("{at}/tags"), json!({"id": tag["id"]})).await;
    assert_eq!(tagged.refused(403, "forbidden"), message);
    assert_eq!(app.delete(&format!("{at}/tags/{}", id(&tag))).await.refused(403, "forbidden"), message);
    assert_eq!(app.put(&format!("{at}/draft"), json!({"title": "x"})).await.refused(403, "forbidden"), message);
    assert_eq!(app.post(&format!("{at}/draft/publish"), json!({})).await.refused(403, "forbidden"), message);
    app.put(&at, json!({"title": "Changed"})).await.ok();
}

#[both]
async fn versions_are_kept(app: TestApp) {
    let article = create_article(&app, "One", json!({"body": "first"})).await;
    let at = path(&article);
    app.put(&at, json!({"title": "Two"})).await.ok();
    app.put(&at, json!({"state": "published", "ai_chatbot_availability": false})).await.ok();
    app.put(&at, json!({"ai_chatbot_availability": true})).await.ok();
    app.put(&format!("{at}/draft"), json!({"body": "staged"})).await.ok();
    let versions = format!("{at}/versions");
    let list = app.get(&versions).await.ok();
    assert_eq!(list["total_count"], 4);
    let all = list["data"].as_array().unwrap();
    let history: Vec<_> = all.iter().map(|v| (v["title"].as_str().unwrap(), v["state"].as_str().unwrap())).collect();
    assert_eq!(history, [("Two", "draft"), ("Two", "published"), ("Two", "draft"), ("One", "draft")]);
    assert_eq!(all[3]["from_version_id"], Value::Null);
    assert!(all.windows(2).all(|pair| pair[0]["from_version_id"] == pair[1]["id"]), "{list}");
    let by = app.admin_id.to_string();
    assert_eq!(
        all[3],
        json!({"type": "article_version", "id": all[3]["id"], "article_id": article["id"], "title": "One", "description": "",
            "author_id": by, "created_by_id": by, "created_via": "api", "from_version_id": null, "state": "draft",
            "created_at": NOW})
    );
    let one = app.get(&format!("{versions}/{}", id(&all[0]))).await.ok();
    assert_eq!(
        (&one["body"], &one["body_markdown"]),
        (&json!("<p class=\"no-margin\">staged</p>"), &json!("staged\n"))
    );
    assert_eq!(one["updated_at"], NOW);
    let page = app.get(&format!("{versions}?per_page=3&page=2")).await.ok();
    assert_eq!(page["data"], json!([all[3]]));
    for path in [format!("{versions}?locale=fr"), format!("{versions}/{}?locale=fr", id(&all[0]))] {
        assert_eq!(app.get(&path).await.refused(400, "parameter_invalid"), "Unknown locale");
    }
    speak(&app, &["en", "fr"]).await;
    app.put(&at, json!({"translated_content": {"fr": {"title": "Deux"}}})).await.ok();
    let french = app.get(&format!("{versions}?locale=fr")).await.ok();
    assert_eq!((&french["total_count"], &french["data"][0]["title"]), (&json!(1), &json!("Deux")));
    app.get(&format!("{versions}/{}?locale=fr", id(&all[0]))).await.refused(404, "not_found");
    app.get(&format!("{versions}/99")).await.refused(404, "not_found");
    app.get(&format!("{versions}/x")).await.refused(404, "not_found");
    app.get("/articles/99/versions").await.refused(404, "not_found");
    app.delete(&at).await.ok();
    app.get(&versions).await.refused(404, "not_found");
}

/// A time after the start of the tests, as ISO 8601 writes it.
fn after(minutes: i64) -> String {
    format!("2026-03-01T12:{minutes:02}:00Z")
}

#[both]
async fn articles_are_published_and_unpublished_in_time(app: TestApp) {
    let later = json!({"state": "published", "scheduled_publish_at": after(10)});
    let article = create_article(&app, "Later", later).await;
    assert_eq!((&article["state"], &article["scheduled_publish_at"]), (&json!("draft"), &json!(NOW + 600)));
    let at = path(&article);
    app.run_jobs().await;
    assert_eq!(app.get(&at).await.ok()["state"], "draft", "its time has not come");
    app.clock.advance(601);
    app.run_jobs().await;
    let published = app.get(&at).await.ok();
    assert_eq!((&published["state"], &published["scheduled_publish_at"]), (&json!("published"), &Value::Null));
    assert_eq!(app.topics().await, ["article.created", "article.updated", "article.published"]);
    // A plan that is cancelled or replaced comes to nothing.
    app.put(&at, json!({"scheduled_unpublish_at": after(20)})).await.ok();
    let changed = app.put(&at, json!({"scheduled_unpublish_at": after(30)})).await.ok();
    assert_eq!(changed["scheduled_unpublish_at"], NOW + 1800);
    app.clock.advance(620);
    app.run_jobs().await;
    assert_eq!(app.get(&at).await.ok()["state"], "published");
    app.clock.advance(600);
    app.run_jobs().await;
    let hidden = app.get(&at).await.ok();
    assert_eq!((&hidden["state"], &hidden["scheduled_unpublish_at"]), (&json!("draft"), &Value::Null));
    app.put(&at, json!({"scheduled_publish_at": after(50)})).await.ok();
    assert_eq!(app.put(&at, json!({"scheduled_publish_at": null})).await.ok()["scheduled_publish_at"], Value::Null);
    app.clock.advance(3600);
    app.run_jobs().await;
    assert_eq!(app.get(&at).await.ok()["state"], "draft");
    // One that was deleted is not published.
    let deleted = create_article(&app, "Gone", json!({"scheduled_publish_at": "2026-03-02T12:00:00Z"})).await;
    app.delete(&path(&deleted)).await.ok();
    app.clock.advance(100_000);
    app.run_jobs().await;
    app.get(&path(&deleted)).await.refused(404, "not_found");
}

#[both]
async fn schedules_that_contradict_are_rejected(app: TestApp) {
    let article = create_article(&app, "Never", json!({})).await;
    let at = path(&article);
    for (body, field, message) in [
        (
            json!({"scheduled_publish_at": after(10), "scheduled_unpublish_at": after(20)}),
            "scheduled_unpublish_at",
            "Cannot set scheduled_publish_at and scheduled_unpublish_at in the same request",
        ),
        (
            json!({"scheduled_publish_at": after(10), "state": "draft"}),
            "scheduled_publish_at",
            "Cannot schedule a publish while setting state to draft",
        ),
        (
            json!({"scheduled_unpublish_at": after(10)}),
            "scheduled_unpublish_at",
            "Cannot schedule unpublish for an article that has never been published",
        ),
        (
            json!({"scheduled_publish_at": after(0)}),
            "scheduled_publish_at",
            "scheduled_publish_at must be in the future",
        ),
        (
            json!({"scheduled_publish_at": ""}),
            "scheduled_publish_at",
            "scheduled_publish_at must be an ISO 8601 timestamp",
        ),
    ] {
        let answer = app.put(&at, body).await;
        assert_eq!(answer.body["errors"][0]["field"], field);
        assert_eq!(answer.refused(400, "parameter_invalid"), message);
    }
    assert_eq!(app.get(&at).await.ok(), article);
}
