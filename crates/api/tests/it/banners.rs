//! `/contacts/{id}/banners`

use deskwire_domain::banners::{self, Declared};
use deskwire_domain::{Cx, Removed};
use deskwire_testkit::{NOW, Received, TestApp, Value, both, json};

use crate::support::{id, lead, unknown_contact, user};

/// Declares a banner: whether that changed anything, or the message of the error.
async fn declare(app: &TestApp, banner: Value) -> Result<bool, String> {
    let (actor, declared): (_, Declared) = (app.actor(), serde_json::from_value(banner).unwrap());
    app.write(move |tx| {
        let declared = tx.nested(|tx| banners::declare(&mut Cx::new(tx, &actor), &declared));
        Ok(declared.map_err(|error| error.message.into_owned()))
    })
    .await
}

async fn banners_of(app: &TestApp, contact: &str) -> Vec<Value> {
    let list = app.get(&format!("/contacts/{contact}/banners")).await.ok();
    assert_eq!(list["type"], "list");
    list["data"].as_array().unwrap().clone()
}

fn titles(banners: &[Value]) -> Vec<&str> {
    banners.iter().map(|banner| banner["title"].as_str().unwrap()).collect()
}

#[both]
async fn a_contact_sees_the_banners_of_its_audiences_until_it_dismisses_them(app: TestApp) {
    let (ada, lee) = (user(&app, "ada@acme.test").await, lead(&app).await);
    let users = json!([{"attribute": "role", "type": "role", "comparison": "eq", "value": "user"}]);
    let audience = app.post("/audiences", json!({"name": "Users", "role_predicates": users})).await.with(201);
    let link = json!({"type": "url", "label": "Learn more", "target": "https://www.acme.test/"});
    let first = json!({"name": "a", "title": "For users", "body": "<p>Hi<script>x</script></p>", "action": link, "audiences": ["Users"]});
    assert_eq!(declare(&app, first.clone()).await, Ok(true));
    assert_eq!(declare(&app, first).await, Ok(false));
    let second = json!({"name": "b", "title": "For all", "style": "floating", "position": "bottom", "show_dismiss_button": false});
    assert_eq!(declare(&app, second).await, Ok(true));
    assert_eq!(declare(&app, json!({"name": "c", "title": "Later", "live": false})).await, Ok(true));
    let of_ada = banners_of(&app, &ada).await;
    assert_eq!(
        of_ada[0],
        json!({"type": "banner", "id": of_ada[0]["id"], "view_id": of_ada[0]["view_id"], "title": "For users",
            "body": "<p>Hi</p>", "style": "inline", "position": "top", "show_dismiss_button": true,
            "action": {"type": "url", "label": "Learn more", "target": "https://www.acme.test/"},
            "client_targeting": null, "created_at": NOW})
    );
    assert_eq!((&of_ada[1]["style"], &of_ada[1]["position"]), (&json!("floating"), &json!("bottom")));
    assert_eq!((&of_ada[1]["show_dismiss_button"], &of_ada[1]["action"]), (&json!(false), &Value::Null));
    let of_lee = banners_of(&app, &lee).await;
    assert_eq!((titles(&of_ada), titles(&of_lee)), (vec!["For users", "For all"], vec!["For all"]));
    app.clock.advance(60);
    assert_eq!(
        app.version("2.16").get(&format!("/contacts/{ada}/banners")).await.ok()["data"],
        json!(of_ada),
        "the views stay"
    );
    let dismiss = format!("/contacts/{ada}/banners/{}/dismiss", of_ada[0]["view_id"].as_str().unwrap());
    for version in ["2.16", "Unstable", "Unstable"] {
        let dismissed = app.version(version).post(&dismiss, json!({})).await.ok();
        assert_eq!(dismissed, json!({"type": "banner_dismiss", "view_id": of_ada[0]["view_id"], "dismissed": true}));
    }
    assert_eq!(titles(&banners_of(&app, &ada).await), ["For all"]);
    let stats = app.topics().await.into_iter().filter(|topic| topic == "content_stat.banner").count();
    assert_eq!(stats, 4, "three first views and one dismissal");
    app.delete(&format!("/audiences/{}", id(&audience))).await.with(204);
    assert_eq!(titles(&banners_of(&app, &user(&app, "bob@acme.test").await).await), ["For all"]);
    let foreign = format!("/contacts/{lee}/banners/{}/dismiss", of_ada[0]["view_id"].as_str().unwrap());
    for path in [foreign, format!("/contacts/{ada}/banners/x/dismiss")] {
        assert_eq!(app.post(&path, json!({})).await.refused(404, "not_found"), "Resource Not Found");
    }
    let unknown = app.get(&format!("/contacts/{}/banners", unknown_contact())).await;
    assert_eq!(unknown.refused(404, "not_found"), "User Not Found");
    app.version("2.15")
        .off_the_record()
        .get(&format!("/contacts/{ada}/banners"))
        .await
        .refused(400, "intercom_version_invalid");
    app.scoped("read_users").await.post(&dismiss, json!({})).await.refused(403, "forbidden");
}

#[both]
async fn actions_have_their_own_fields(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    for (name, action) in [
        ("a", json!({"type": "reaction", "reactions": ["👍", "👎"]})),
        ("b", json!({"type": "email_collector"})),
        ("c", json!({"type": "product_tour", "tour_id": "7", "tour_url": null})),
    ] {
        assert_eq!(declare(&app, json!({"name": name, "title": name, "action": action})).await, Ok(true));
    }
    let actions: Vec<Value> = banners_of(&app, &ada).await.iter().map(|banner| banner["action"].clone()).collect();
    assert_eq!(
        actions,
        [
            json!({"type": "reaction", "reaction_set": [{"index": 0, "unicode_emoticon": "👍"}, {"index": 1, "unicode_emoticon": "👎"}]}),
            json!({"type": "email_collector"}),
            json!({"type": "product_tour", "tour_id": "7", "tour_url": null}),
        ]
    );
    for (banner, why) in [
        (json!({"name": " ", "title": "x"}), "name must not be empty"),
        (json!({"name": "x", "title": "x".repeat(256)}), "title is too long (maximum is 255 characters)"),
        (json!({"name": "x"}), "a banner must have a title or a body"),
        (json!({"name": "x", "title": "x", "audiences": ["VIP"]}), "audiences: there is no audience \"VIP\""),
        (
            json!({"name": "x", "title": "x", "action": {"type": "url", "target": "javascript:x"}}),
            "action: target must be an absolute http or https URL",
        ),
        (
            json!({"name": "x", "title": "x", "action": {"type": "reaction", "reactions": []}}),
            "action: reactions must have 1 to 10 entries",
        ),
    ] {
        assert_eq!(declare(&app, banner).await, Err(why.to_owned()));
    }
    let actor = app.actor();
    let deleted = app.write(move |tx| banners::prune(&mut Cx::new(tx, &actor), &["b", "c"])).await;
    assert_eq!(deleted, [Removed { name: "a".to_owned(), uses: vec![("contact", 1)] }]);
    assert_eq!(titles(&banners_of(&app, &ada).await), ["b", "c"]);
}

#[both]
async fn merging_contacts_keeps_dismissed_banners(app: TestApp) {
    declare(&app, json!({"name": "a", "title": "A"})).await.unwrap();
    let (ada, lee) = (user(&app, "ada@acme.test").await, lead(&app).await);
    let view = banners_of(&app, &lee).await[0]["view_id"].as_str().unwrap().to_owned();
    app.post(&format!("/contacts/{lee}/banners/{view}/dismiss"), json!({})).await.ok();
    let merge = json!({"from": lee, "into": ada, "skip_duplicate_validation": true});
    app.post("/contacts/merge", merge).await.ok();
    assert!(banners_of(&app, &ada).await.is_empty(), "it was dismissed before");
    app.delete(&format!("/contacts/{ada}")).await.ok();
    let left =
        app.write(|tx| Ok(tx.query_one("SELECT count(*) FROM banner_views", &[], |row| row.get::<i64>(0))?)).await;
    assert_eq!(left, 0);
}

#[both]
async fn webhooks_report_views_and_dismissals(app: TestApp) {
    let hooks = app.webhooks("all", "2.16", &["content_stat.banner"]).await;
    declare(&app, json!({"name": "a", "title": "A"})).await.unwrap();
    let ada = user(&app, "ada@acme.test").await;
    let view = banners_of(&app, &ada).await[0].clone();
    app.post(&format!("/contacts/{ada}/banners/{}/dismiss", view["view_id"].as_str().unwrap()), json!({})).await.ok();
    app.run_jobs().await;
    let received = hooks.sink.take();
    let notice = received.iter().map(Received::json).filter(|notice| notice["topic"] == "content_stat.banner");
    let items: Vec<Value> = notice.map(|notice| notice["data"]["item"].clone()).collect();
    let kinds: Vec<&Value> = items.iter().map(|item| &item["content_stat"]["stat_type"]).collect();
    assert_eq!(kinds, ["receipt", "dismissal"]);
    let stat = &items[0]["content_stat"];
    assert_eq!(
        (&stat["content_type"], &stat["content_id"], &stat["content_title"]),
        (&json!("banner"), &view["id"], &json!("a"))
    );
    assert_eq!((&stat["receipt_id"], &items[0]["contact"]["id"]), (&view["view_id"], &json!(ada)));
}
