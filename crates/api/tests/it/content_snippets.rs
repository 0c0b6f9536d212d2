//! `/content_snippets`

use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::id;

const ALL: &str = "/content_snippets";

async fn create_snippet(app: &TestApp, title: &str, more: Value) -> Value {
    let mut body = json!({"title": title, "json_blocks": [{"type": "paragraph", "text": "Settings > Security"}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post(ALL, body).await.with(201)
}

fn path(snippet: &Value) -> String {
    format!("{ALL}/{}", id(snippet))
}

#[both]
async fn snippets_are_created_changed_listed_and_deleted(app: TestApp) {
    let snippet = create_snippet(&app, "Passwords", json!({})).await;
    assert_eq!(
        snippet,
        json!({"type": "content_snippet", "id": snippet["id"], "title": "Passwords", "locale": "en",
            "json_blocks": [{"type": "paragraph", "text": "Settings > Security"}],
            "body_markdown": "Settings > Security\n", "chatbot_availability": 0, "copilot_availability": 0,
            "ai_chatbot_availability": false, "ai_copilot_availability": false, "ai_sales_agent_availability": false,
            "created_at": NOW, "updated_at": NOW, "audience_ids": []})
    );
    for version in ["2.16", "Unstable"] {
        let client = app.version(version);
        assert_eq!(client.get(&path(&snippet)).await.ok(), snippet);
        let list = client.get(ALL).await.ok();
        let flat =
            json!({"type": "list", "data": [snippet], "total_count": 1, "page": 1, "per_page": 50, "total_pages": 1});
        assert_eq!(list, flat);
    }
    app.clock.advance(5);
    // Markdown and blocks are two views of one content.
    let change = json!({"body_markdown": "# Who\n\n- one\n- two\n", "locale": "fr", "ai_chatbot_availability": true});
    let changed = app.put(&path(&snippet), change.clone()).await.ok();
    let blocks = json!([{"type": "heading", "text": "Who"}, {"type": "unorderedList", "items": ["one", "two"]}]);
    assert_eq!((&changed["json_blocks"], &changed["title"]), (&blocks, &json!("Passwords")));
    assert_eq!((&changed["chatbot_availability"], &changed["locale"]), (&json!(1), &json!("fr")));
    assert_eq!(changed["updated_at"], NOW + 5);
    app.clock.advance(5);
    assert_eq!(app.put(&path(&snippet), change).await.ok(), changed, "nothing changed");
    assert_eq!(app.put(&path(&snippet), json!({"json_blocks": blocks})).await.ok(), changed, "the same in blocks");
    let second = create_snippet(&app, "Second", json!({})).await;
    let list = app.get(&format!("{ALL}?per_page=1")).await.ok();
    assert_eq!((&list["data"], &list["total_pages"]), (&json!([second]), &json!(2)));
    assert_eq!(app.get(&format!("{ALL}?per_page=1&page=2")).await.ok()["data"], json!([changed]));
    assert_eq!(app.get(&format!("{ALL}?per_page=99")).await.ok()["per_page"], 50);
    app.run_jobs().await;
    assert_eq!(app.delete(&path(&snippet)).await.with(204), Value::Null);
    for answer in
        [app.get(&path(&snippet)).await, app.put(&path(&snippet), json!({})).await, app.delete(&path(&snippet)).await]
    {
        assert_eq!(answer.refused(404, "not_found"), "Content snippet not found");
    }
    assert_eq!(app.get(ALL).await.ok()["total_count"], 1);
    let topics = app.topics().await;
    let of_snippets: Vec<&str> = topics.iter().map(|topic| topic.trim_start_matches("content_snippet.")).collect();
    assert_eq!(of_snippets, ["created", "updated", "created", "deleted"]);
    app.version("2.15").get(ALL).await.refused(400, "intercom_version_invalid");
    let reader = app.scoped("read_content_snippets").await;
    reader.get(ALL).await.ok();
    reader.post(ALL, json!({"title": "x", "body_markdown": "x"})).await.refused(403, "forbidden");
    app.other_workspace().await.get(&path(&second)).await.refused(404, "not_found");
}

#[both]
async fn invalid_snippets_are_rejected(app: TestApp) {
    let snippet = create_snippet(&app, "Kept", json!({})).await;
    for (body, why) in [
        (json!({"body_markdown": "x"}), "title is required"),
        (json!({"title": "x"}), "json_blocks or body_markdown is required"),
    ] {
        assert_eq!(app.post(ALL, body).await.refused(422, "validation_error"), why);
    }
    let long = "x".repeat(256);
    for (change, why) in [
        (json!({"title": " "}), "title must not be empty"),
        (json!({"title": long}), "title is too long (maximum is 255 characters)"),
        (json!({"locale": "xx"}), "The language is not currently supported for Fin"),
        (json!({"json_blocks": "x"}), "json_blocks must be an array"),
        (json!({"json_blocks": [{"type": "x"}]}), "json_blocks has a block of an unknown type 'x'"),
        (
            json!({"json_blocks": [], "body_markdown": "x"}),
            "json_blocks and body_markdown cannot be set in the same request",
        ),
        (json!({"ai_chatbot_availability": 7}), "ai_chatbot_availability must be a boolean"),
    ] {
        assert_eq!(app.put(&path(&snippet), change).await.refused(422, "validation_error"), why);
    }
    let refused = app.put(&path(&snippet), json!({"title": "y", "audience_ids": [999]})).await;
    assert_eq!(refused.refused(404, "parameter_invalid"), "audience_ids contains unknown audience IDs: 999");
    assert_eq!(app.get(&path(&snippet)).await.ok(), snippet);
    app.put(&path(&snippet), json!({"title": "x".repeat(255)})).await.ok();
}

#[both]
async fn snippets_are_tagged(app: TestApp) {
    let snippet = create_snippet(&app, "Tagged", json!({})).await;
    let tag = app.post("/tags", json!({"name": "Billing"})).await.ok();
    let tags = format!("{}/tags", path(&snippet));
    let applied = app.version("2.16").post(&tags, json!({"id": tag["id"]})).await.ok();
    assert_eq!((&applied["name"], &applied["applied_at"]), (&json!("Billing"), &json!(NOW)));
    app.post(&tags, json!({"id": "99"})).await.refused(404, "tag_not_found");
    let other = format!("{ALL}/1/tags");
    app.post(&other, json!({"id": tag["id"]})).await.refused(404, "content_snippet_not_found");
    let of_tag = format!("{tags}/{}", id(&tag));
    assert_eq!(app.delete(&of_tag).await.ok()["applied_at"], Value::Null);
    app.delete(&of_tag).await.refused(404, "tag_not_found");
    // A tag that is in use can be deleted, and so can a snippet that has tags.
    app.post(&tags, json!({"id": tag["id"]})).await.ok();
    app.delete(&format!("/tags/{}", id(&tag))).await;
    let tag = app.post("/tags", json!({"name": "Again"})).await.ok();
    app.post(&tags, json!({"id": tag["id"]})).await.ok();
    app.delete(&path(&snippet)).await.with(204);
    assert_eq!(app.get(&format!("/content/search?tag_ids={}", id(&tag))).await.ok()["total_count"], 0);
}
