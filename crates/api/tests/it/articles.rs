//! `/articles`

use deskwire_domain::ids::ArticleId;
use deskwire_domain::{Cx, articles, help_centers};
use deskwire_testkit::{NOW, Received, TestApp, Value, both, json};

use crate::support::id;

const COLLECTIONS: &str = "/help_center/collections";

/// Creates an article with a title, an author and these fields.
pub(crate) async fn create_article(app: &TestApp, title: &str, more: Value) -> Value {
    let mut body = json!({"title": title, "author_id": app.admin_id.number()});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.post("/articles", body).await.ok()
}

pub(crate) fn path(article: &Value) -> String {
    format!("/articles/{}", id(article))
}

/// Gives the default help center more languages.
pub(crate) async fn speak(app: &TestApp, locales: &[&str]) {
    let (actor, locales) = (app.actor(), json!({"identifier": "help-center", "locales": locales}));
    app.write(move |tx| {
        let declared = serde_json::from_value(locales.clone()).unwrap();
        help_centers::declare(&mut Cx::new(tx, &actor), &declared)
    })
    .await;
}

#[both]
async fn articles_are_made_found_and_deleted(app: TestApp) {
    let collection = app.post(COLLECTIONS, json!({"name": "Guides"})).await.ok();
    let number: i64 = id(&collection).parse().unwrap();
    let more = json!({"description": "Description of the Article", "body": "Body of the Article", "state": "published",
        "parent_id": number, "parent_type": "collection"});
    let article = create_article(&app, "Thanks for everything", more).await;
    let url = article["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/help-center/en/articles/{}-thanks-for-everything", id(&article))), "{url}");
    assert_eq!(
        article,
        json!({"id": article["id"], "type": "article", "workspace_id": app.workspace_id, "parent_ids": [number],
            "statistics": {"type": "article_statistics", "views": 0, "conversations": 0, "reactions": 0,
                "happy_reaction_percentage": 0, "neutral_reaction_percentage": 0, "sad_reaction_percentage": 0},
            "tags": {"type": "tag.list", "tags": []}, "title": "Thanks for everything",
            "description": "Description of the Article", "body": "<p class=\"no-margin\">Body of the Article</p>",
            "body_markdown": "Body of the Article\n", "author_id": app.admin_id.number(), "state": "published", "created_at": NOW,
            "updated_at": NOW, "has_unpublished_changes": false, "draft_updated_at": null,
            "ai_chatbot_availability": true, "ai_copilot_availability": true, "ai_sales_agent_availability": true,
            "created_by_id": app.admin_id.number(), "updated_by_id": app.admin_id.number(), "url": url,
            "exclude_from_article_suggestions": false, "help_center_audience": "everyone", "scheduled_publish_at": null,
            "scheduled_unpublish_at": null, "folder_id": null})
    );
    assert_eq!(app.get(&path(&article)).await.ok(), article);
    app.clock.advance(5);
    let other = create_article(&app, "Draft", json!({})).await;
    assert_eq!((&other["state"], &other["url"]), (&json!("draft"), &Value::Null));
    assert_eq!((&other["parent_ids"], &other["body"]), (&json!([]), &json!("")));
    let list = app.get("/articles?per_page=1").await.ok();
    assert_eq!((&list["total_count"], &list["pages"]["total_pages"]), (&json!(2), &json!(2)));
    assert_eq!(list["data"][0]["id"], other["id"]);
    assert!(list["data"][0].get("statistics").is_none());
    assert_eq!(list["pages"]["next"], "http://deskwire.test/articles?per_page=1&page=2");
    let second = app.get("/articles?per_page=1&page=2").await.ok();
    assert_eq!(second["pages"]["next"], Value::Null);
    assert_eq!(second["data"][0]["id"], article["id"]);
    let deleted = app.delete(&path(&article)).await.ok();
    assert_eq!(deleted, json!({"id": article["id"], "object": "article", "deleted": true}));
    assert_eq!(app.get("/articles").await.ok()["total_count"], 1);
    let at = path(&article);
    for answer in [app.get(&at).await, app.put(&at, json!({"title": "x"})).await, app.delete(&at).await] {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    assert_eq!(app.topics().await, ["article.created", "article.published", "article.created", "article.deleted"]);
    let reader = app.scoped("read_articles").await;
    reader.get("/articles").await.ok();
    reader.post("/articles", json!({"title": "x"})).await.refused(401, "token_unauthorized");
    app.scoped("read_content").await.get("/articles").await.refused(401, "token_unauthorized");
}

#[both]
async fn invalid_articles_are_rejected(app: TestApp) {
    let article = create_article(&app, "Here", json!({})).await;
    let missing = app.post("/articles", json!({"title": "x", "state": "published"})).await;
    assert_eq!(
        missing.refused(400, "parameter_not_found"),
        "author_id must be in the main body or default locale translated_content object"
    );
    let untitled = app.post("/articles", json!({"author_id": app.admin_id.number()})).await;
    assert_eq!(untitled.refused(400, "parameter_not_found"), "title is required");
    for (key, value, status, code) in [
        ("author_id", json!(99), 400, "parameter_invalid"),
        ("state", json!("live"), 400, "parameter_invalid"),
        ("title", json!(" "), 400, "parameter_invalid"),
        ("title", json!(5), 400, "parameter_invalid"),
        ("body", json!("<dl></dl>"), 400, "parameter_invalid"),
        ("body", json!("<ul></ul>"), 400, "parameter_invalid"),
        ("body", json!(5), 400, "parameter_invalid"),
        ("parent_ids", json!([99]), 404, "not_found"),
        ("parent_ids", json!("x"), 400, "parameter_invalid"),
        ("parent_id", json!("99"), 404, "not_found"),
        ("parent_type", json!("shelf"), 400, "parameter_invalid"),
        ("translated_content", json!({"xx": {"title": "x"}}), 400, "parameter_invalid"),
        ("translated_content", json!({"fr": "x"}), 400, "parameter_invalid"),
        ("translated_content", json!({"fr": {"body": "x"}}), 400, "parameter_not_found"),
        ("audience_ids", json!([1]), 404, "parameter_invalid"),
        ("folder_id", json!(1), 404, "not_found"),
        ("ai_chatbot_availability", json!("maybe"), 400, "parameter_invalid"),
    ] {
        app.put(&path(&article), json!({key: value})).await.refused(status, code);
    }
    let both = json!({"body": "x", "body_markdown": "x"});
    app.put(&path(&article), both).await.refused(422, "parameter_invalid");
    assert_eq!(app.get(&path(&article)).await.ok(), article, "a rejected request changes nothing");
}

#[both]
async fn markdown_of_answers_can_be_written_back(app: TestApp) {
    for (text, html, shown) in [
        ("line1  \nline2", "<p class=\"no-margin\">line1<br>line2</p>", "line1\\\nline2\n"),
        ("## a<br>b", "<h2>a<br>b</h2>", "## a<br>b\n"),
        (
            "| | |\n|-|-|\n| a<br>b | c |",
            "<table><tbody><tr><td>a<br>b</td><td>c</td></tr></tbody></table>",
            "|  |  |\n| --- | --- |\n| a<br>b | c |\n",
        ),
    ] {
        let article = create_article(&app, "Lines", json!({"body_markdown": text})).await;
        assert_eq!((&article["body"], &article["body_markdown"]), (&json!(html), &json!(shown)));
        let again = app.put(&path(&article), json!({"body_markdown": shown})).await.ok();
        assert_eq!((&again["body"], &again["body_markdown"]), (&json!(html), &json!(shown)));
        let again = app.put(&path(&article), json!({"body": html})).await.ok();
        assert_eq!((&again["body"], &again["body_markdown"]), (&json!(html), &json!(shown)));
    }
}

#[both]
async fn articles_change_and_are_published(app: TestApp) {
    let article = create_article(&app, "First", json!({"body_markdown": "# Hello\n\n**bold**\n"})).await;
    assert_eq!(article["body"], "<h1>Hello</h1><p class=\"no-margin\"><strong>bold</strong></p>");
    assert_eq!(article["body_markdown"], "# Hello\n\n**bold**\n");
    app.clock.advance(5);
    let at = path(&article);
    let changed = app.put(&at, json!({"title": "Christmas is here!", "ai_copilot_availability": false})).await.ok();
    assert_eq!((&changed["state"], &changed["title"]), (&json!("draft"), &json!("Christmas is here!")));
    assert_eq!((&changed["updated_at"], &changed["created_at"]), (&json!(NOW + 5), &json!(NOW)));
    assert_eq!(changed["ai_copilot_availability"], false);
    assert_eq!(app.put(&at, json!({})).await.ok(), changed);
    let published = app.put(&at, json!({"state": "published"})).await.ok();
    assert!(published["url"].as_str().unwrap().ends_with("-christmas-is-here"), "{}", published["url"]);
    let live = app.put(&at, json!({"body": "<p>New gifts</p>"})).await.ok();
    assert_eq!((&live["state"], &live["body"]), (&json!("published"), &json!("<p class=\"no-margin\">New gifts</p>")));
    let hidden = app.put(&at, json!({"state": "draft"})).await.ok();
    assert_eq!((&hidden["state"], &hidden["url"]), (&json!("draft"), &Value::Null));
    let expected = ["created", "updated", "updated", "published", "updated", "updated", "unpublished"];
    assert_eq!(app.topics().await, expected.map(|topic| format!("article.{topic}")));
    let emptied = app.put(&at, json!({"body": null, "description": null})).await.ok();
    assert_eq!((&emptied["body"], &emptied["description"]), (&json!(""), &json!("")));
}

#[both]
async fn articles_are_in_collections(app: TestApp) {
    let mut collections = Vec::new();
    for name in ["One", "Two"] {
        collections.push(app.post(COLLECTIONS, json!({"name": name})).await.ok());
    }
    let numbers: Vec<i64> = collections.iter().map(|c| id(c).parse().unwrap()).collect();
    let article = create_article(&app, "Placed", json!({"parent_ids": [numbers[1], numbers[0], numbers[1]]})).await;
    assert_eq!(article["parent_ids"], json!([numbers[1], numbers[0]]));
    let at = path(&article);
    assert_eq!(app.put(&at, json!({"title": "Still"})).await.ok()["parent_ids"], article["parent_ids"]);
    let one = app.put(&at, json!({"parent_id": numbers[0].to_string()})).await.ok();
    assert_eq!(one["parent_ids"], json!([numbers[0]]));
    // Deleting a collection takes articles out of it, and leaves them.
    app.delete(&format!("{COLLECTIONS}/{}", numbers[0])).await.ok();
    assert_eq!(app.get(&at).await.ok()["parent_ids"], json!([]));
    app.put(&at, json!({"parent_ids": [numbers[1]]})).await.ok();
    assert_eq!(app.put(&at, json!({"parent_ids": []})).await.ok()["parent_ids"], json!([]));
    // All of them are in one help center, and so is the article.
    let actor = app.actor();
    app.write(move |tx| {
        let other = serde_json::from_value(json!({"identifier": "other"})).unwrap();
        help_centers::declare(&mut Cx::new(tx, &actor), &other)
    })
    .await;
    let centers = app.get("/help_center/help_centers").await.ok();
    let other = centers["data"].as_array().unwrap().iter().find(|c| c["identifier"] == "other").unwrap();
    let center: i64 = id(other).parse().unwrap();
    let there = app.post(COLLECTIONS, json!({"name": "There", "help_center_id": center})).await.ok();
    let there: i64 = id(&there).parse().unwrap();
    app.put(&at, json!({"parent_ids": [numbers[1], there]})).await.refused(400, "parameter_invalid");
    let moved = app.put(&at, json!({"parent_ids": [there], "state": "published"})).await.ok();
    assert!(moved["url"].as_str().unwrap().contains("/other/en/articles/"), "{}", moved["url"]);
    let found = app.get(&format!("/articles/search?phrase=still&help_center_id={center}")).await.ok();
    assert_eq!(found["total_count"], 1);
}

#[both]
async fn articles_are_translated(app: TestApp) {
    let french = json!({"title": "Merci pour tout", "description": "Description de l'article", "body": "Corps de l'article",
        "author_id": app.admin_id.number(), "state": "published"});
    let more = json!({"state": "published", "translated_content": {"type": "article_translated_content", "fr": french, "de": null}});
    let article = create_article(&app, "Thanks", more).await;
    assert_eq!(article["default_locale"], "en");
    let translated = &article["translated_content"];
    assert_eq!(translated["type"], "article_translated_content");
    let text = &translated["fr"];
    assert_eq!((&text["type"], &text["title"]), (&json!("article_content"), &json!("Merci pour tout")));
    assert!(text["url"].as_str().unwrap().contains("/help-center/fr/articles/"), "{text}");
    assert_eq!(translated["en"]["title"], "Thanks");
    let at = path(&article);
    let changed =
        app.put(&at, json!({"translated_content": {"fr": {"state": "draft"}, "es": {"title": "Gracias"}}})).await.ok();
    assert_eq!(changed["translated_content"]["fr"]["state"], "draft");
    assert!(changed["translated_content"]["fr"].get("url").is_none());
    assert_eq!(changed["translated_content"]["es"]["author_id"], app.admin_id.number());
    assert_eq!(changed["state"], "published", "the default language stays published");
    let own = app.put(&at, json!({"translated_content": {"en": {"title": "Thank you"}}})).await.ok();
    assert_eq!(own["title"], "Thank you");
    let emptied = app.put(&at, json!({"translated_content": {"en": null}})).await;
    assert_eq!(emptied.body["errors"][0]["field"], "translated_content.en");
    let why = "translated_content.en is the default language, which every article has";
    assert_eq!(emptied.refused(422, "parameter_invalid"), why);
    // What has one language shows it once, unless the help center has more.
    let plain = create_article(&app, "Plain", json!({})).await;
    assert!(plain.get("translated_content").is_none() && plain.get("default_locale").is_none());
    speak(&app, &["en", "fr"]).await;
    let shown = app.get(&path(&plain)).await.ok();
    assert_eq!(shown["translated_content"].as_object().unwrap().len(), 2);
    // An author may be named in either place.
    let only = json!({"translated_content": {"en": {"title": "Inside", "author_id": app.admin_id.number()}}});
    assert_eq!(app.post("/articles", only).await.ok()["title"], "Inside");
}

#[both]
async fn versions_show_their_fields(app: TestApp) {
    let top = app.post(COLLECTIONS, json!({"name": "Top"})).await.ok();
    let section = app.post(COLLECTIONS, json!({"name": "Section", "parent_id": top["id"]})).await.ok();
    let number: i64 = id(&section).parse().unwrap();
    let article = create_article(&app, "Old and new", json!({"parent_ids": [number]})).await;
    let at = path(&article);
    for version in ["2.7", "2.8", "2.9", "2.10", "2.11", "2.12", "2.13", "2.14", "2.15"] {
        let client = app.version(version);
        let shown = client.get(&at).await.ok();
        let of = if ["2.7", "2.8", "2.9"].contains(&version) { "section" } else { "collection" };
        assert_eq!((&shown["parent_id"], &shown["parent_type"]), (&json!(number), &json!(of)), "{version}");
        for field in ["body_markdown", "has_unpublished_changes", "folder_id", "created_by_id", "help_center_audience"]
        {
            assert!(shown.get(field).is_none(), "{version} shows {field}");
        }
        assert_eq!(shown.get("tags").is_some(), ["2.13", "2.14", "2.15"].contains(&version), "{version}");
        let listed = client.get("/articles").await.ok();
        let is_whole = version == "2.11";
        assert_eq!(listed["data"][0].get("statistics").is_some(), is_whole, "{version}");
        assert_eq!(listed["data"][0].get("translated_content").is_some(), is_whole, "{version}");
        let new = json!({"title": version, "author_id": app.admin_id.number(), "body_markdown": "# x", "scheduled_publish_at": "x"});
        let made = client.post("/articles", new).await.ok();
        assert_eq!((&made["parent_id"], &made["parent_type"], &made["body"]), (&Value::Null, &Value::Null, &json!("")));
        let moved = client.put(&path(&made), json!({"parent_id": number, "parent_type": of})).await.ok();
        assert_eq!(moved["parent_id"], number);
        client.delete(&path(&made)).await.ok();
    }
    let client = app.version("2.16");
    let shown = client.get(&at).await.ok();
    assert!(shown.get("parent_id").is_none() && shown.get("folder_id").is_none(), "{shown}");
    assert_eq!((&shown["parent_ids"], &shown["body_markdown"]), (&json!([number]), &json!("")));
    // `parent_ids` came later.
    let kept = client.put(&at, json!({"parent_ids": [], "title": "New"})).await.ok();
    assert_eq!(kept["parent_ids"], json!([number]));
}

#[both]
async fn readers_are_counted(app: TestApp) {
    let article = create_article(&app, "Read", json!({})).await;
    let (actor, number) = (app.actor(), ArticleId::parse(&id(&article)).unwrap());
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        articles::viewed(cx, number, 10, 2)?;
        for (reaction, times) in
            [(articles::Reaction::Happy, 2), (articles::Reaction::Neutral, 1), (articles::Reaction::Sad, 1)]
        {
            articles::react(cx, number, reaction, times)?;
        }
        Ok(())
    })
    .await;
    assert_eq!(
        app.get(&path(&article)).await.ok()["statistics"],
        json!({"type": "article_statistics", "views": 10, "conversations": 2, "reactions": 4,
            "happy_reaction_percentage": 50, "neutral_reaction_percentage": 25, "sad_reaction_percentage": 25})
    );
}

#[both]
async fn articles_are_tagged(app: TestApp) {
    let article = create_article(&app, "Tagged", json!({})).await;
    let tag = app.post("/tags", json!({"name": "Independent"})).await.ok();
    let tags = format!("{}/tags", path(&article));
    let applied = app.post(&tags, json!({"id": tag["id"]})).await.ok();
    let by = json!({"type": "admin", "id": app.admin_id.to_string()});
    assert_eq!(
        applied,
        json!({"type": "tag", "id": tag["id"], "name": "Independent", "applied_at": NOW, "applied_by": by})
    );
    app.clock.advance(5);
    assert_eq!(app.post(&tags, json!({"id": tag["id"], "admin_id": app.admin_id})).await.ok(), applied);
    assert_eq!(app.get(&path(&article)).await.ok()["tags"]["tags"], json!([applied]));
    let taken = app.delete(&format!("{tags}/{}", id(&tag))).await.ok();
    assert_eq!(
        taken,
        json!({"type": "tag", "id": tag["id"], "name": "Independent", "applied_at": null, "applied_by": null})
    );
    let gone = app.delete(&format!("{tags}/{}", id(&tag))).await;
    assert_eq!(gone.refused(404, "tag_not_found"), "Tag not found");
    app.post(&tags, json!({"id": "99"})).await.refused(404, "tag_not_found");
    app.post(&tags, json!({})).await.refused(400, "parameter_not_found");
    app.post(&tags, json!({"id": tag["id"], "admin_id": "99"})).await.refused(404, "admin_not_found");
    let missing = app.post("/articles/99/tags", json!({"id": tag["id"]})).await;
    assert_eq!(missing.refused(404, "article_not_found"), "Article not found");
    // A tag that is deleted is on nothing, and an article that is deleted has none.
    app.post(&tags, json!({"id": tag["id"]})).await.ok();
    app.delete(&format!("/tags/{}", id(&tag))).await.ok();
    assert_eq!(app.get(&path(&article)).await.ok()["tags"]["tags"], json!([]));
}

#[both]
async fn webhooks_report_articles(app: TestApp) {
    let topics = ["article.created", "article.published", "article.deleted"];
    let hooks = app.webhooks("read_articles", "2.14", &topics).await;
    app.run_jobs().await;
    hooks.sink.take();
    let article = create_article(&app, "Told", json!({"state": "published"})).await;
    app.run_jobs().await;
    let mut notices: Vec<Value> = hooks.sink.take().iter().map(Received::json).collect();
    notices.sort_by_key(|notice| notice["topic"].to_string());
    assert_eq!(notices.len(), 2);
    for (notice, topic) in notices.iter().zip(topics) {
        let item = &notice["data"]["item"];
        assert_eq!(
            (&notice["topic"], &item["type"], &item["title"]),
            (&json!(topic), &json!("article"), &json!("Told"))
        );
        assert_eq!((&item["parent_id"], item.get("body_markdown")), (&Value::Null, None), "as 2.14 shows it");
    }
    app.delete(&path(&article)).await.ok();
    app.run_jobs().await;
    let gone = hooks.sink.take()[0].json();
    assert_eq!(gone["topic"], "article.deleted");
    assert_eq!(gone["data"]["item"], json!({"type": "article", "id": article["id"], "deleted": true}));
}

#[both]
async fn an_author_is_a_teammate(app: TestApp) {
    for author in [0, -1, 99_999] {
        let body = json!({"title": "Title", "author_id": author});
        let answer = app.post("/articles", body).await;
        assert_eq!(answer.refused(400, "parameter_invalid"), "author_id must be the id of a teammate");
    }
}

#[both]
async fn unpublishing_cancels_the_schedule(app: TestApp) {
    let article = create_article(&app, "Title", json!({"state": "published"})).await;
    app.put(&path(&article), json!({"body": "Later", "scheduled_publish_at": NOW + 60})).await.ok();
    let draft = app.put(&path(&article), json!({"state": "draft"})).await.ok();
    assert_eq!((&draft["state"], &draft["scheduled_publish_at"]), (&json!("draft"), &Value::Null));
}

#[both]
async fn a_body_has_a_limit_of_character_references(app: TestApp) {
    let body = json!({"title": "Title", "author_id": app.admin_id.number(), "body": format!("<p>{}</p>", "&a".repeat(20_000))});
    let why = app.post("/articles", body).await.refused(400, "parameter_invalid");
    assert_eq!(why, "body has too many \"&\" (maximum is 10000)");
}

#[both]
async fn bodies_of_answers_can_be_written_back(app: TestApp) {
    let article = create_article(&app, "Long", json!({"body": "x".repeat(99_000)})).await;
    let longest = app.put(&path(&article), json!({"body": "* ".repeat(49_980)})).await.ok();
    for field in ["body", "body_markdown"] {
        let again = app.put(&path(&article), json!({field: longest[field]})).await.ok();
        assert_eq!(again["body"], longest["body"], "{field}");
    }
    for (field, text) in [("body", "&".repeat(9_000) + &"x".repeat(60_000)), ("body_markdown", "x".repeat(100_000))] {
        let refused = app.put(&path(&article), json!({field: text})).await.refused(400, "parameter_invalid");
        assert_eq!(refused, format!("{field} is too long (maximum is 100000 bytes of HTML)"));
    }
}

#[both]
async fn articles_have_audiences_in_each_language(app: TestApp) {
    let mut ids = Vec::new();
    for name in ["Leads", "Users"] {
        let made = app.post("/audiences", json!({"name": name})).await.with(201);
        ids.push(made["id"].to_string().replace('"', "").parse::<i64>().unwrap());
    }
    let french = json!({"title": "Aide", "audience_ids": [ids[1]]});
    let article = create_article(&app, "Help", json!({"translated_content": {"fr": french}})).await;
    let audiences =
        |article: &Value| ["en", "fr"].map(|locale| article["translated_content"][locale]["audience_ids"].clone());
    assert_eq!(audiences(&article), [json!([]), json!([ids[1]])]);
    let both = app.put(&path(&article), json!({"audience_ids": [ids[0]]})).await.ok();
    assert_eq!(audiences(&both), [json!([ids[0]]), json!([ids[0]])], "those of the whole are those of all languages");
    assert_eq!(audiences(&app.put(&path(&article), json!({"title": "Help 2"})).await.ok()), audiences(&both));
    let refused = app.put(&path(&article), json!({"title": "x", "audience_ids": [ids[0], 999]})).await;
    assert_eq!(refused.refused(404, "parameter_invalid"), "audience_ids contains unknown audience IDs: 999");
    let cleared = app.put(&path(&article), json!({"audience_ids": []})).await.ok();
    assert_eq!((audiences(&cleared), &cleared["title"]), ([json!([]), json!([])], &json!("Help 2")));
    let old = app.version("2.15").put(&path(&article), json!({"audience_ids": [999]})).await.ok();
    assert!(old["translated_content"]["fr"].get("audience_ids").is_none());
}
