//! `/internal_articles`

use deskwire_api::versions::Version;
use deskwire_domain::{Cx, admins};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, since};

const ALL: &str = "/internal_articles";

async fn create_article(app: &TestApp, more: Value) -> Value {
    let admin = app.admin_id.number();
    let mut body = json!({"title": "Refunds", "body": "Ask <b>Ada</b>", "author_id": admin, "owner_id": admin});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post(ALL, body).await.ok()
}

fn path(article: &Value) -> String {
    format!("{ALL}/{}", id(article))
}

#[both]
async fn articles_are_created_changed_listed_and_deleted(app: TestApp) {
    let admin = app.admin_id.number();
    let article = create_article(&app, json!({})).await;
    assert_eq!(
        article,
        json!({"id": article["id"], "type": "internal_article", "title": "Refunds",
            "body": "<p class=\"no-margin\">Ask <b>Ada</b></p>", "body_markdown": "Ask **Ada**\n", "owner_id": admin,
            "author_id": admin, "created_at": NOW, "updated_at": NOW, "locale": "en", "audience_ids": [],
            "ai_chatbot_availability": false, "ai_copilot_availability": false, "ai_sales_agent_availability": false,
            "folder_id": null, "tags": {"type": "tag.list", "tags": []}})
    );
    for version in since(Version::V2_13) {
        let shown = app.version(version).get(&path(&article)).await.ok();
        let known = |field: &str| shown.get(field).is_some();
        assert_eq!(known("body_markdown"), !["2.13", "2.14", "2.15"].contains(&version), "{version}");
        assert_eq!(known("ai_copilot_availability"), known("body_markdown"), "{version}");
        assert_eq!(known("folder_id"), version == "Unstable");
        assert_eq!(known("tags"), version == "Unstable");
        let list = app.version(version).get(ALL).await.ok();
        assert_eq!((&list["data"], &list["total_count"]), (&json!([shown]), &json!(1)));
        assert_eq!((&list["pages"]["per_page"], &list["pages"]["page"]), (&json!(25), &json!(1)));
        let found = app.version(version).get(&format!("{ALL}/search")).await.ok();
        assert_eq!((&found["data"]["internal_articles"], &found["total_count"]), (&json!([shown]), &json!(1)));
        assert_eq!(found["pages"]["per_page"], 10);
    }
    app.clock.advance(5);
    let fields = json!({"title": "Escalations", "locale": "fr", "ai_copilot_availability": true});
    let second = create_article(&app, fields).await;
    assert_eq!((&second["locale"], &second["ai_copilot_availability"]), (&json!("fr"), &json!(true)));
    let titles = |list: &Value| {
        let all = list["data"].as_array().unwrap().iter();
        all.map(|article| article["title"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles(&app.get(ALL).await.ok()), ["Escalations", "Refunds"]);
    app.clock.advance(5);
    let change = json!({"title": " Refunds 2 ", "body_markdown": "# Who\n\nBob", "ai_chatbot_availability": true});
    let changed = app.put(&path(&article), change.clone()).await.ok();
    assert_eq!((&changed["title"], &changed["updated_at"]), (&json!("Refunds 2"), &json!(NOW + 10)));
    assert_eq!(changed["body"], "<h1>Who</h1><p class=\"no-margin\">Bob</p>");
    assert_eq!(changed["ai_chatbot_availability"], true);
    app.clock.advance(5);
    assert_eq!(app.put(&path(&article), change).await.ok(), changed, "nothing changed");
    let page = app.get(&format!("{ALL}?per_page=1")).await.ok();
    assert_eq!(titles(&page), ["Refunds 2"]);
    assert_eq!(page["pages"]["next"], format!("http://deskwire.test{ALL}?per_page=1&page=2"));
    assert_eq!(titles(&app.get(&format!("{ALL}?per_page=1&page=2")).await.ok()), ["Escalations"]);
    assert_eq!(app.get(&format!("{ALL}/search?folder_id=99")).await.ok()["total_count"], 0);
    let deleted = app.delete(&path(&article)).await.ok();
    assert_eq!(deleted, json!({"id": article["id"], "object": "internal_article", "deleted": true}));
    assert_eq!(app.get(ALL).await.ok()["total_count"], 1);
    for answer in
        [app.get(&path(&article)).await, app.put(&path(&article), json!({})).await, app.delete(&path(&article)).await]
    {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    app.version("2.12").get(ALL).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn invalid_internal_articles_are_rejected(app: TestApp) {
    let admin = app.admin_id.number();
    let article = create_article(&app, json!({})).await;
    for (body, code, why) in [
        (
            json!({"title": "x", "owner_id": admin}),
            "parameter_not_found",
            "author_id must be in the main body or default locale translated_content object",
        ),
        (json!({"title": "x", "author_id": admin}), "parameter_not_found", "owner_id is required"),
        (json!({"author_id": admin, "owner_id": admin}), "parameter_not_found", "title is required"),
        (
            json!({"title": "x", "author_id": admin, "owner_id": 1}),
            "parameter_invalid",
            "owner_id must be the id of a teammate",
        ),
    ] {
        assert_eq!(app.post(ALL, body).await.refused(400, code), why);
    }
    for (change, why) in [
        (json!({"title": " "}), "title must not be empty"),
        (json!({"author_id": 1}), "author_id must be the id of a teammate"),
        (json!({"locale": "xx"}), "Unknown locale"),
        (json!({"body": "<dl></dl>"}), "body cannot contain <dl>"),
        (json!({"ai_chatbot_availability": "x"}), "ai_chatbot_availability must be a boolean"),
        (json!({"audience_ids": "x"}), "audience_ids must be an integer or an array of integers"),
    ] {
        assert_eq!(app.put(&path(&article), change).await.refused(400, "parameter_invalid"), why);
    }
    app.put(&path(&article), json!({"body": "x", "body_markdown": "x"})).await.refused(422, "parameter_invalid");
    let refused = app.put(&path(&article), json!({"title": "y", "audience_ids": [999, 998]})).await;
    assert_eq!(refused.refused(404, "parameter_invalid"), "audience_ids contains unknown audience IDs: 998, 999");
    app.post(ALL, json!({"title": "y", "author_id": admin, "owner_id": admin, "audience_ids": [999]}))
        .await
        .refused(404, "parameter_invalid");
    let audience = app.post("/audiences", json!({"name": "Leads"})).await.with(201);
    let number: i64 = audience["id"].to_string().replace('"', "").parse().unwrap();
    let mixed = json!({"audience_ids": [number, 999]});
    let refused = app.put(&path(&article), mixed).await.refused(404, "parameter_invalid");
    assert_eq!(refused, "audience_ids contains unknown audience IDs: 999");
    let set = app.put(&path(&article), json!({"audience_ids": [number, number]})).await.ok();
    assert_eq!(set["audience_ids"], json!([number]));
    assert_eq!(app.put(&path(&article), json!({"title": "Refunds"})).await.ok()["audience_ids"], json!([number]));
    let article = app.put(&path(&article), json!({"audience_ids": []})).await.ok();
    assert_eq!(article["audience_ids"], json!([]));
    // Older versions have no Markdown, no audiences and no agents.
    let old = json!({"body_markdown": "x", "audience_ids": [999], "ai_chatbot_availability": true});
    app.version("2.15").put(&path(&article), old).await.ok();
    assert_eq!(app.get(&path(&article)).await.ok(), article);
}

#[both]
async fn articles_are_tagged(app: TestApp) {
    let article = create_article(&app, json!({})).await;
    let tag = app.post("/tags", json!({"name": "Billing"})).await.ok();
    let tags = format!("{}/tags", path(&article));
    app.clock.advance(5);
    let admin = app.admin_id.to_string();
    let applied = app.version("2.16").post(&tags, json!({"id": tag["id"]})).await.ok();
    let by = json!({"type": "admin", "id": admin});
    let shown = json!({"type": "tag", "id": tag["id"], "name": "Billing", "applied_at": NOW + 5, "applied_by": by});
    assert_eq!(applied, shown);
    app.clock.advance(5);
    assert_eq!(app.post(&tags, json!({"id": tag["id"], "admin_id": admin})).await.ok(), shown, "it stays as it was");
    let seen = app.get(&path(&article)).await.ok();
    assert_eq!((&seen["tags"]["tags"], &seen["updated_at"]), (&json!([shown]), &json!(NOW + 5)));
    assert_eq!(app.get(ALL).await.ok()["data"][0], seen);
    for (path, body, code) in [
        (&tags, json!({"id": "99"}), "tag_not_found"),
        (&tags, json!({"id": tag["id"], "admin_id": "1"}), "admin_not_found"),
        (&format!("{ALL}/1/tags"), json!({"id": tag["id"]}), "internal_article_not_found"),
    ] {
        app.post(path, body).await.refused(404, code);
    }
    app.post(&tags, json!({})).await.refused(400, "parameter_not_found");
    app.version("2.15").post(&tags, json!({"id": tag["id"]})).await.refused(400, "intercom_version_invalid");
    let of_tag = format!("{tags}/{}", id(&tag));
    let taken = app.delete(&of_tag).await.ok();
    assert_eq!((&taken["applied_at"], &taken["name"]), (&Value::Null, &json!("Billing")));
    app.delete(&of_tag).await.refused(404, "tag_not_found");
    // A tag that is deleted is taken off all content, and one of an article stays off internal ones.
    let help = json!({"title": "Help", "author_id": app.admin_id.number()});
    let help = format!("/articles/{}", id(&app.post("/articles", help).await.ok()));
    for path in [&tags, &format!("{help}/tags")] {
        app.post(path, json!({"id": tag["id"]})).await.ok();
    }
    app.delete(&format!("/tags/{}", id(&tag))).await;
    for path in [&path(&article), &help] {
        assert_eq!(app.get(path).await.ok()["tags"]["tags"], json!([]), "{path}");
    }
    let role = serde_json::from_value(json!({"name": "Owner", "can_manage_content": false})).unwrap();
    let by = app.actor();
    app.write(move |tx| admins::declare_role(&mut Cx::new(tx, &by), &role)).await;
    let tag = app.post("/tags", json!({"name": "Again"})).await.ok();
    let refused = app.post(&tags, json!({"id": tag["id"]})).await.refused(403, "forbidden");
    assert_eq!(refused, "Not authorized to manage knowledge base content");
}

#[both]
async fn scopes_are_those_of_articles(app: TestApp) {
    let article = create_article(&app, json!({})).await;
    let reader = app.scoped("read_articles").await;
    reader.get(&path(&article)).await.ok();
    reader.delete(&path(&article)).await.refused(401, "token_unauthorized");
    app.scoped("read_content").await.get(ALL).await.refused(401, "token_unauthorized");
    app.other_workspace().await.get(&path(&article)).await.refused(404, "not_found");
}
