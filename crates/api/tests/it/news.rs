//! `/news`

use deskwire_domain::{Cx, newsfeeds};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::id;

const ITEMS: &str = "/news/news_items";
const FEEDS: &str = "/news/newsfeeds";

/// Declares a newsfeed as a workspace file does: the newsfeed.
async fn declare_newsfeed(app: &TestApp, name: &str) -> Value {
    let (actor, name) = (app.actor(), name.to_owned());
    let declared = json!({"name": name});
    let new = app
        .write(move |tx| {
            newsfeeds::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared.clone()).unwrap())
        })
        .await;
    assert!(new);
    let all = app.get(&format!("{FEEDS}?per_page=150")).await.ok();
    all["data"].as_array().unwrap().iter().find(|feed| feed["name"] == name).unwrap().clone()
}

/// The number of an id.
fn number(of: &Value) -> i64 {
    id(of).parse().unwrap()
}

fn titles(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect()
}

#[both]
async fn newsfeeds_are_declared(app: TestApp) {
    let empty = app.get(FEEDS).await.ok();
    assert_eq!((&empty["data"], &empty["total_count"]), (&json!([]), &json!(0)));
    let one = declare_newsfeed(&app, "Visitor Feed").await;
    assert_eq!(
        one,
        json!({"id": one["id"], "type": "newsfeed", "name": "Visitor Feed", "created_at": NOW, "updated_at": NOW})
    );
    let two = declare_newsfeed(&app, "Customers").await;
    for version in ["2.7", "2.10", "2.11", "2.13", "2.16", "Unstable"] {
        let client = app.version(version);
        let list = client.get(FEEDS).await.ok();
        assert_eq!(list["data"], json!([one, two]));
        assert_eq!(list["pages"], json!({"type": "pages", "next": null, "page": 1, "per_page": 10, "total_pages": 1}));
        assert_eq!(client.get(&format!("{FEEDS}/{}", id(&one))).await.ok(), one);
        let items = client.get(&format!("{FEEDS}/{}/items", id(&one))).await.ok();
        assert_eq!((&items["data"], &items["pages"]["per_page"]), (&json!([]), &json!(20)));
    }
    for path in [format!("{FEEDS}/999"), format!("{FEEDS}/999/items"), format!("{FEEDS}/x")] {
        assert_eq!(app.get(&path).await.refused(404, "not_found"), "Resource Not Found");
    }
    app.scoped("read_articles").await.get(FEEDS).await.refused(401, "token_unauthorized");
    // Only empty newsfeeds are removed; declaring an existing name creates nothing.
    app.post(ITEMS, json!({"title": "x", "sender_id": app.admin_id.number(), "newsfeed_assignments": [{"newsfeed_id": number(&two)}]}))
        .await
        .ok();
    let actor = app.actor();
    let pruned = app
        .write(move |tx| {
            let mut cx = Cx::new(tx, &actor);
            let again = serde_json::from_value(json!({"name": " Customers "})).unwrap();
            assert!(!newsfeeds::declare(&mut cx, &again)?);
            newsfeeds::prune(&mut cx, &[])
        })
        .await;
    assert_eq!(pruned, (vec!["Visitor Feed".to_owned()], vec!["Customers".to_owned()]));
}

#[both]
async fn news_items_are_created_changed_and_deleted(app: TestApp) {
    let feed = declare_newsfeed(&app, "Feed").await;
    let new = json!({"title": "Halloween is here!", "body": "<p>New costumes <script>x()</script></p>",
        "labels": ["Product", "Update", "New", "New"], "sender_id": app.admin_id.number(), "deliver_silently": true,
        "reactions": ["😆", null, "😅"], "state": "live", "cover_image_url": "https://acme.test/cover.jpg",
        "newsfeed_assignments": [{"newsfeed_id": number(&feed), "published_at": 1_664_638_214}]});
    let made = app.post(ITEMS, new).await.ok();
    assert_eq!(
        made,
        json!({"id": made["id"], "type": "news-item", "workspace_id": app.workspace_id, "title": "Halloween is here!",
            "body": "<p>New costumes </p>", "sender_id": app.admin_id.number(), "state": "live",
            "labels": ["New", "Product", "Update"], "cover_image_url": "https://acme.test/cover.jpg",
            "reactions": ["😆", null, "😅"], "deliver_silently": true, "created_at": NOW, "updated_at": NOW,
            "newsfeed_assignments": [{"newsfeed_id": number(&feed), "published_at": 1_664_638_214}]})
    );
    let path = format!("{ITEMS}/{}", id(&made));
    for version in ["2.7", "2.10", "2.11", "2.14", "2.16"] {
        assert_eq!(app.version(version).get(&path).await.ok(), made);
    }
    app.clock.advance(5);
    assert_eq!(app.put(&path, json!({})).await.ok(), made, "nothing changed");
    let change = json!({"title": "Christmas is here!", "sender_id": app.admin_id.number(), "reactions": ["😝", "😂"],
        "cover_image_url": null, "labels": null});
    let changed = app.put(&path, change).await.ok();
    let mut expected = made.clone();
    for (key, value) in [
        ("title", json!("Christmas is here!")),
        ("reactions", json!(["😝", "😂"])),
        ("cover_image_url", Value::Null),
        ("labels", json!([])),
        ("updated_at", json!(NOW + 5)),
    ] {
        expected[key] = value;
    }
    assert_eq!(changed, expected);
    let old = app.version("2.9").put(&path, json!({"body": null, "newsfeed_assignments": []})).await.ok();
    assert_eq!((&old["body"], &old["newsfeed_assignments"]), (&json!(""), &json!([])));
    let deleted = app.delete(&path).await.ok();
    assert_eq!(deleted, json!({"id": made["id"], "object": "news-item", "deleted": true}));
    for answer in [app.get(&path).await, app.put(&path, json!({"title": "x"})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    let reader = app.scoped("read_news").await;
    reader.get(ITEMS).await.ok();
    reader
        .post(ITEMS, json!({"title": "x", "sender_id": app.admin_id.number()}))
        .await
        .refused(401, "token_unauthorized");
}

#[both]
async fn invalid_news_items_are_rejected(app: TestApp) {
    let feed = number(&declare_newsfeed(&app, "Feed").await);
    for (key, value, status, code, why) in [
        ("title", json!(null), 400, "parameter_not_found", "title is required"),
        ("title", json!(" "), 400, "parameter_not_found", "title is required"),
        ("sender_id", json!(null), 400, "parameter_not_found", "sender_id is required"),
        ("sender_id", json!(99), 400, "parameter_invalid", "sender_id must be the id of a teammate"),
        ("state", json!("sent"), 400, "parameter_invalid", "state must be 'draft' or 'live'"),
        ("labels", json!([1]), 400, "parameter_invalid", "labels must be an array of strings"),
        ("reactions", json!("x"), 400, "parameter_invalid", "reactions must be an array"),
        ("labels", json!(vec!["x"; 101]), 400, "parameter_invalid", "labels is too long (maximum is 100 entries)"),
        (
            "cover_image_url",
            json!("https://acme.test/cover.gif"),
            400,
            "parameter_invalid",
            "cover_image_url must be a URL that ends with .jpg or .png",
        ),
        (
            "cover_image_url",
            json!("javascript:x.png"),
            400,
            "parameter_invalid",
            "cover_image_url must be a URL that ends with .jpg or .png",
        ),
        ("newsfeed_assignments", json!([{}]), 400, "parameter_not_found", "newsfeed_id is required"),
        ("newsfeed_assignments", json!([{"newsfeed_id": 99}]), 404, "not_found", "Newsfeed not found"),
        (
            "newsfeed_assignments",
            json!([{"newsfeed_id": feed, "published_at": NOW + 60}]),
            400,
            "parameter_invalid",
            "published_at cannot be in the future",
        ),
    ] {
        let mut body = json!({"title": "x", "sender_id": app.admin_id.number(), "state": "live"});
        body[key] = value;
        assert_eq!(app.post(ITEMS, body).await.refused(status, code), why);
    }
    assert_eq!(app.get(ITEMS).await.ok()["total_count"], 0);
}

#[both]
async fn a_newsfeed_shows_what_is_live_and_the_last_published_first(app: TestApp) {
    let (one, two) = (declare_newsfeed(&app, "One").await, declare_newsfeed(&app, "Two").await);
    let items = format!("{FEEDS}/{}/items", id(&one));
    let new = |title: &str, state: &str, at: Option<i64>| {
        json!({"title": title, "sender_id": app.admin_id.number(), "state": state,
            "newsfeed_assignments": [{"newsfeed_id": number(&one), "published_at": at}]})
    };
    let late = app.post(ITEMS, new("late", "live", Some(NOW - 10))).await.ok();
    app.post(ITEMS, new("early", "live", Some(NOW - 20))).await.ok();
    // The `published_at` of a draft is ignored.
    let draft = app.post(ITEMS, new("draft", "draft", Some(NOW + 99))).await.ok();
    assert_eq!(draft["newsfeed_assignments"][0]["published_at"], NOW);
    assert_eq!(titles(&app.get(&items).await.ok()), ["late", "early"]);
    assert_eq!(titles(&app.get(ITEMS).await.ok()), ["late", "early", "draft"]);
    app.clock.advance(7);
    let path = format!("{ITEMS}/{}", id(&draft));
    let live = app.put(&path, json!({"state": "live"})).await.ok();
    assert_eq!(live["newsfeed_assignments"], json!([{"newsfeed_id": number(&one), "published_at": NOW + 7}]));
    app.clock.advance(7);
    let both = json!([{"newsfeed_id": number(&two)}, {"newsfeed_id": number(&one)}]);
    let moved = app.put(&path, json!({"newsfeed_assignments": both})).await.ok();
    let assigned = json!([{"newsfeed_id": number(&one), "published_at": NOW + 7},
        {"newsfeed_id": number(&two), "published_at": NOW + 14}]);
    assert_eq!(moved["newsfeed_assignments"], assigned, "live items keep their time");
    // Pages, by cursor and by number.
    let first = app.get(&format!("{items}?per_page=2")).await.ok();
    assert_eq!((titles(&first), &first["total_count"]), (vec!["draft", "late"], &json!(3)));
    let cursor = first["pages"]["next"]["starting_after"].as_str().unwrap();
    let second = app.get(&format!("{items}?per_page=2&starting_after={cursor}")).await.ok();
    assert_eq!((titles(&second), &second["pages"]["next"]), (vec!["early"], &Value::Null));
    assert_eq!(app.get(&format!("{items}?per_page=2&page=2")).await.ok()["data"], second["data"]);
    assert_eq!(titles(&app.get(&format!("{ITEMS}?per_page=1&page=2")).await.ok()), ["early"]);
    // Items that are not live in this newsfeed are not shown.
    app.put(&path, json!({"state": "draft"})).await.ok();
    app.put(&format!("{ITEMS}/{}", id(&late)), json!({"newsfeed_assignments": null})).await.ok();
    assert_eq!(titles(&app.get(&items).await.ok()), ["early"]);
    assert_eq!(app.get(&format!("{FEEDS}/{}/items", id(&two))).await.ok()["total_count"], 0);
}
