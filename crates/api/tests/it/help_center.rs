//! `/help_center`

use deskwire_api::versions::Version;
use deskwire_domain::{Cx, help_centers};
use deskwire_testkit::{Client, NOW, TestApp, Value, both, json};

use crate::support::id;

const COLLECTIONS: &str = "/help_center/collections";
const CENTERS: &str = "/help_center/help_centers";

/// Declares a help center as a workspace file does; whether something changed, or why it was rejected.
async fn declare(app: &TestApp, declared: Value) -> Result<bool, String> {
    let actor = app.actor();
    app.write(move |tx| {
        let declared = serde_json::from_value(declared.clone()).unwrap();
        Ok(help_centers::declare(&mut Cx::new(tx, &actor), &declared).map_err(|error| error.message.into_owned()))
    })
    .await
}

async fn create_collection(client: &Client, name: &str, parent: Option<&Value>) -> Value {
    client.post(COLLECTIONS, json!({"name": name, "parent_id": parent.map(|p| &p["id"])})).await.ok()
}

/// The names of collections in a list.
fn names(list: &Value) -> Vec<&str> {
    list["data"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect()
}

#[both]
async fn help_centers_are_declared(app: TestApp) {
    let list = app.get(CENTERS).await.ok();
    let first = list["data"][0].clone();
    let url = first["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/help/{}/help-center", app.workspace_id)), "{url}");
    assert_eq!(
        list,
        json!({"type": "list", "data": [{"id": "1", "workspace_id": app.workspace_id, "created_at": NOW, "updated_at": NOW,
            "identifier": "help-center", "website_turned_on": false, "display_name": first["display_name"], "url": url,
            "custom_domain": null, "default": true, "locales": ["en"]}]})
    );
    let center = json!({"identifier": "docs", "display_name": "Docs", "website_turned_on": true, "default": true,
        "custom_domain": "docs.acme.test", "locales": ["fr", "en"]});
    assert_eq!(declare(&app, center.clone()).await, Ok(true));
    assert_eq!(declare(&app, center).await, Ok(false));
    let all = app.get(CENTERS).await.ok();
    let docs = all["data"].as_array().unwrap().iter().find(|c| c["identifier"] == "docs").unwrap().clone();
    assert_eq!(docs["url"], "https://docs.acme.test");
    assert_eq!(docs["locales"], json!(["fr", "en"]));
    assert_eq!(all["data"].as_array().unwrap().iter().filter(|c| c["default"] == true).count(), 1);
    let path = format!("{CENTERS}/{}", id(&docs));
    assert_eq!(app.get(&path).await.ok(), docs);
    let old = app.version("2.15").get(&path).await.ok();
    assert!(old.get("default").is_none() && old.get("locales").is_none(), "{old}");
    assert_eq!(app.get(&format!("{CENTERS}?page=2")).await.ok()["data"], json!([]));
    for version in ["2.7", "2.11", "2.16"] {
        assert_eq!(app.version(version).get(CENTERS).await.ok()["data"].as_array().unwrap().len(), 2);
    }
    let logs = app.get("/admins/activity_logs?created_at_after=1").await.ok();
    assert_eq!(logs["activity_logs"][0]["activity_type"], "help_center_settings_change");
    for (wrong, why) in [
        (json!({"identifier": "A b"}), "identifier must consist of lower-case letters, digits and hyphens"),
        (json!({"identifier": "x", "locales": []}), "locales must not be empty"),
        (json!({"identifier": "x", "locales": ["xx"]}), "locales: there is no locale xx"),
        (json!({"identifier": "x", "locales": ["en", "en"]}), "locales: en is there twice"),
        (json!({"identifier": "x", "display_name": " "}), "display_name must not be empty"),
        (
            json!({"identifier": "x", "custom_domain": "a b"}),
            "custom_domain must be a host name, such as help.example.com",
        ),
        (
            json!({"identifier": "docs", "default": false}),
            "default: another help center must become the default one instead",
        ),
    ] {
        assert_eq!(declare(&app, wrong).await, Err(why.to_owned()));
    }
    app.get(&format!("{CENTERS}/999")).await.refused(404, "not_found");
    app.scoped("read_users").await.get(CENTERS).await.refused(401, "token_unauthorized");
    // Only an empty help center that is not the default is removed.
    app.post(COLLECTIONS, json!({"name": "Guides"})).await.ok();
    assert_eq!(declare(&app, json!({"identifier": "spare"})).await, Ok(true));
    let actor = app.actor();
    let pruned = app.write(move |tx| help_centers::prune(&mut Cx::new(tx, &actor), &[])).await;
    assert_eq!(pruned, (vec!["help-center".to_owned(), "spare".to_owned()], vec!["docs".to_owned()]));
}

#[both]
async fn collections_are_made_changed_and_deleted(app: TestApp) {
    let one = create_collection(&app.client(), "Getting started", None).await;
    let url = one["url"].as_str().unwrap().to_owned();
    assert!(url.ends_with(&format!("/help-center/en/collections/{}-getting-started", id(&one))), "{url}");
    assert_eq!(
        one,
        json!({"id": one["id"], "workspace_id": app.workspace_id, "name": "Getting started", "url": url, "order": 1,
            "created_at": NOW, "updated_at": NOW, "description": "", "icon": "book-bookmark", "parent_id": null,
            "help_center_id": 1})
    );
    let path = format!("{COLLECTIONS}/{}", id(&one));
    assert_eq!(app.get(&path).await.ok(), one);
    app.clock.advance(5);
    let changed = app.put(&path, json!({"name": "First steps", "description": "How to begin"})).await.ok();
    assert_eq!((&changed["name"], &changed["description"]), (&json!("First steps"), &json!("How to begin")));
    assert_eq!((&changed["created_at"], &changed["updated_at"]), (&json!(NOW), &json!(NOW + 5)));
    assert_eq!(app.put(&path, json!({})).await.ok(), changed);
    let other = create_collection(&app.client(), "Billing", None).await;
    assert_eq!(other["order"], 2);
    let list = app.get(COLLECTIONS).await.ok();
    assert_eq!(names(&list), ["Billing", "First steps"]);
    assert_eq!(list["total_count"], 2);
    let page = app.get(&format!("{COLLECTIONS}?per_page=1&page=2")).await.ok();
    assert_eq!(names(&page), ["First steps"]);
    assert_eq!(page["pages"]["total_pages"], 2);
    let deleted = app.delete(&path).await.ok();
    assert_eq!(deleted, json!({"id": one["id"], "object": "collection", "deleted": true}));
    for answer in [app.get(&path).await, app.put(&path, json!({"name": "x"})).await, app.delete(&path).await] {
        assert_eq!(answer.refused(404, "not_found"), "Resource Not Found");
    }
    let missing = app.post(COLLECTIONS, json!({"description": "x"})).await;
    assert_eq!(missing.refused(400, "parameter_not_found"), "Name is a required parameter.");
    app.post(COLLECTIONS, json!({"name": "x", "help_center_id": 99})).await.refused(404, "not_found");
    app.post(COLLECTIONS, json!({"name": "x", "parent_id": "99"})).await.refused(404, "not_found");
    app.post(COLLECTIONS, json!({"name": "x", "parent_id": "x"})).await.refused(404, "not_found");
    let reader = app.scoped("read_articles").await;
    reader.get(COLLECTIONS).await.ok();
    reader.post(COLLECTIONS, json!({"name": "x"})).await.refused(401, "token_unauthorized");
}

#[both]
async fn collections_are_three_levels_deep_and_move_with_their_content(app: TestApp) {
    let client = app.client();
    let top = create_collection(&client, "1", None).await;
    let middle = create_collection(&client, "2", Some(&top)).await;
    let low = create_collection(&client, "3", Some(&middle)).await;
    assert_eq!(middle["parent_id"], top["id"]);
    let too_deep = app.post(COLLECTIONS, json!({"name": "4", "parent_id": low["id"]})).await;
    assert_eq!(too_deep.refused(400, "parameter_invalid"), "Collections can be 3 levels deep");
    let path = |of: &Value| format!("{COLLECTIONS}/{}", id(of));
    let circle = app.put(&path(&top), json!({"parent_id": low["id"]})).await;
    assert_eq!(circle.refused(400, "parameter_invalid"), "A collection cannot be in itself");
    let other = create_collection(&client, "other", None).await;
    // All of it would be four levels deep.
    app.put(&path(&top), json!({"parent_id": other["id"]})).await.refused(400, "parameter_invalid");
    assert_eq!(app.get(&path(&low)).await.ok(), low, "a move that is rejected changes nothing");
    let moved = app.put(&path(&middle), json!({"parent_id": other["id"]})).await.ok();
    assert_eq!(moved["parent_id"], other["id"]);
    assert_eq!(app.get(&path(&low)).await.ok()["parent_id"], middle["id"]);
    let raised = app.put(&path(&middle), json!({"parent_id": null})).await.ok();
    assert_eq!((&raised["parent_id"], &raised["order"]), (&Value::Null, &json!(3)));
    let deeper = app.post(COLLECTIONS, json!({"name": "4", "parent_id": low["id"]})).await.ok();
    assert_eq!(deeper["parent_id"], low["id"], "a collection that was moved up has room below");
    // Collections in a deleted collection take its place.
    app.delete(&path(&low)).await.ok();
    assert_eq!(app.get(&path(&deeper)).await.ok()["parent_id"], middle["id"]);
    app.delete(&path(&middle)).await.ok();
    assert_eq!(app.get(&path(&deeper)).await.ok()["parent_id"], Value::Null);
}

#[both]
async fn collections_in_a_deleted_collection_take_its_place(app: TestApp) {
    let client = app.client();
    let path = |collection: &Value| format!("{COLLECTIONS}/{}", id(collection));
    let parent = create_collection(&client, "P", None).await;
    for under in [Some(&parent), None] {
        let mut all = Vec::new();
        for name in ["first", "deleted", "last"] {
            all.push(create_collection(&client, name, under).await);
        }
        let (first, deleted, last) = (&all[0], &all[1], &all[2]);
        let mut inside = Vec::new();
        for name in ["g1", "g2"] {
            inside.push(create_collection(&client, name, Some(deleted)).await);
        }
        let before = deleted["order"].as_i64().unwrap();
        app.delete(&path(deleted)).await.ok();
        for (collection, place) in [(first, -1), (&inside[0], 0), (&inside[1], 1), (last, 2)] {
            let shown = app.get(&path(collection)).await.ok();
            assert_eq!(shown["order"], before + place, "{shown}");
            assert_eq!(shown["parent_id"], first["parent_id"]);
        }
        // Deleting an empty one does not move the others.
        app.delete(&path(first)).await.ok();
        assert_eq!(app.get(&path(last)).await.ok()["order"], before + 2);
    }
}

#[both]
async fn collections_have_translations(app: TestApp) {
    let texts = json!({"type": "group_translated_content", "fr": {"type": "group_content", "name": "Débuter"},
        "en": {"name": "Start", "description": "Begin"}, "de": null});
    let made = app.post(COLLECTIONS, json!({"translated_content": texts})).await.ok();
    assert_eq!((&made["name"], &made["description"]), (&json!("Start"), &json!("Begin")));
    assert_eq!(made["default_locale"], "en");
    let text =
        |name: &str, description: &str| json!({"type": "group_content", "name": name, "description": description});
    let all = json!({"type": "group_translated_content", "en": text("Start", "Begin"), "fr": text("Débuter", "")});
    assert_eq!(made["translated_content"], all);
    let path = format!("{COLLECTIONS}/{}", id(&made));
    let more = json!({"fr": {"description": "Premiers pas"}});
    let changed = app.put(&path, json!({"translated_content": more})).await.ok();
    assert_eq!(changed["translated_content"]["fr"], text("Débuter", "Premiers pas"));
    let less = app.put(&path, json!({"translated_content": {"fr": null}})).await.ok();
    assert!(less.get("translated_content").is_none(), "{less}");
    let unknown = app.put(&path, json!({"translated_content": {"xx": {"name": "x"}}})).await;
    assert_eq!(unknown.refused(400, "parameter_invalid"), "Unknown locale");
    app.put(&path, json!({"translated_content": {"fr": 1}})).await.refused(400, "parameter_invalid");
    let emptied = app.put(&path, json!({"translated_content": {"en": null}})).await;
    assert_eq!(emptied.body["errors"][0]["field"], "translated_content.en");
    let why = "translated_content.en is the default language, which every collection has";
    assert_eq!(emptied.refused(422, "parameter_invalid"), why);
    for unnamed in [json!({"name": " "}), json!({"description": "x"}), json!({})] {
        let refused = app.put(&path, json!({"translated_content": {"de": unnamed}})).await;
        assert_eq!(refused.refused(400, "parameter_not_found"), "Name is a required parameter.");
    }
}

#[both]
async fn old_versions_have_collections_and_sections(app: TestApp) {
    const SECTIONS: &str = "/help_center/sections";
    let old = app.version("2.9");
    let top = create_collection(&app.client(), "Top", None).await;
    let section =
        old.post(SECTIONS, json!({"name": "Inside", "parent_id": id(&top).parse::<i64>().unwrap()})).await.ok();
    assert_eq!(section["type"], "section");
    assert_eq!(section["parent_id"].to_string(), id(&top));
    let path = format!("{SECTIONS}/{}", id(&section));
    assert_eq!(old.get(&path).await.ok(), section);
    // The same as the newest version shows it.
    let nested = app.get(&format!("{COLLECTIONS}/{}", id(&section))).await.ok();
    assert_eq!((&nested["name"], &nested["parent_id"]), (&json!("Inside"), &top["id"]));
    assert!(nested.get("type").is_none());
    for version in ["2.7", "2.8", "2.9"] {
        let client = app.version(version);
        let collections = client.get(COLLECTIONS).await.ok();
        assert_eq!(names(&collections), ["Top"]);
        assert_eq!(collections["data"][0]["type"], "collection");
        assert!(collections["data"][0].get("parent_id").is_none());
        let sections = client.get(SECTIONS).await.ok();
        assert_eq!(names(&sections), ["Inside"]);
        assert_eq!(sections["total_count"], 1);
        client.get(&format!("{COLLECTIONS}/{}", id(&section))).await.refused(404, "not_found");
        client.get(&format!("{SECTIONS}/{}", id(&top))).await.refused(404, "not_found");
    }
    for version in ["2.10", "2.11", "2.12", "2.14", "2.16"] {
        assert_eq!(names(&app.version(version).get(COLLECTIONS).await.ok()), ["Inside", "Top"]);
    }
    assert_eq!(app.version("2.11").get(COLLECTIONS).await.ok()["data"][0]["default_locale"], "en");
    let renamed = old.put(&path, json!({"name": "Renamed"})).await.ok();
    assert_eq!((&renamed["name"], &renamed["parent_id"]), (&json!("Renamed"), &section["parent_id"]));
    let other = create_collection(&app.client(), "Other", None).await;
    let moved = old.put(&path, json!({"parent_id": other["id"]})).await.ok();
    assert_eq!(moved["parent_id"].to_string(), id(&other));
    old.post(SECTIONS, json!({"name": "x"})).await.refused(400, "parameter_not_found");
    old.post(SECTIONS, json!({"name": "x", "parent_id": id(&section)})).await.refused(404, "not_found");
    let deleted = old.delete(&path).await.ok();
    assert_eq!(deleted, json!({"id": section["id"], "object": "section", "deleted": true}));
    app.get(SECTIONS).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn redirects_need_an_existing_target(app: TestApp) {
    let center = app.get(CENTERS).await.ok()["data"][0].clone();
    let redirects = format!("{CENTERS}/{}/redirects", id(&center));
    let collection = create_collection(&app.client(), "Guides", None).await;
    let from = |end: &str| format!("{}/{end}", center["url"].as_str().unwrap());
    let new = |end: &str| json!({"from_url": from(end), "locale": "en", "target_type": "collection", "target_id": collection["id"]});
    let made = app.post(&redirects, new("old")).await.ok();
    assert_eq!(
        made,
        json!({"id": made["id"], "type": "help_center_redirect", "from_url": from("old"), "locale": "en",
            "help_center_id": center["id"], "target_type": "collection", "target_id": collection["id"],
            "created_at": NOW, "updated_at": NOW})
    );
    let path = format!("{redirects}/{}", id(&made));
    assert_eq!(app.get(&path).await.ok(), made);
    assert_eq!(app.version("2.16").get(&path).await.ok(), made);
    let taken = app.post(&redirects, new("old")).await;
    assert_eq!(taken.refused(409, "resource_conflict"), "A redirect with that URL already exists");
    // However it is escaped, it is one address.
    let escaped = app.post(&redirects, new("%6fld")).await;
    assert_eq!(escaped.refused(409, "resource_conflict"), "A redirect with that URL already exists");
    let folded = app.post(&redirects, new("a%2fb/%C3%a9%7e?q=%61")).await.ok();
    assert_eq!(folded["from_url"], from("a%2Fb/%C3%A9~?q=a"));
    app.post(&redirects, new("a%2Fb/é~?q=a")).await.refused(409, "resource_conflict");
    app.delete(&format!("{redirects}/{}", id(&folded))).await.ok();
    let missing = json!({"from_url": from("x"), "locale": "en", "target_type": "article", "target_id": "99"});
    let why = app.post(&redirects, missing).await.refused(422, "data_invalid");
    assert_eq!(why, "target_id must be the id of an article in this help center");
    app.post(&redirects, new("older")).await.ok();
    let list = app.get(&format!("{redirects}?per_page=1")).await.ok();
    assert_eq!((&list["total_count"], &list["pages"]["total_pages"]), (&json!(2), &json!(2)));
    assert_eq!(list["data"][0]["from_url"], from("older"));
    for (key, value, status, code, why) in [
        ("from_url", json!(null), 400, "parameter_not_found", "from_url is required"),
        ("target_type", json!("page"), 400, "parameter_invalid", "target_type must be 'article' or 'collection'"),
        (
            "from_url",
            json!("https://other.test/x"),
            422,
            "data_invalid",
            "from_url must be an absolute URL within this help center's URL space",
        ),
        (
            "from_url",
            json!(from("../second/x")),
            422,
            "data_invalid",
            "from_url must be an absolute URL within this help center's URL space",
        ),
        (
            "from_url",
            json!(from("a#x")),
            422,
            "data_invalid",
            "from_url must be an absolute URL within this help center's URL space",
        ),
        ("target_id", json!("99"), 422, "data_invalid", "target_id must be the id of a collection in this help center"),
        ("locale", json!("xx"), 400, "parameter_invalid", "Unknown locale"),
    ] {
        let mut body = new("new");
        body[key] = value;
        assert_eq!(app.post(&redirects, body).await.refused(status, code), why);
    }
    for own in ["", "-guides", "-old-name?x=1", "/", "%2Dguides"] {
        let refused = app.post(&redirects, new(&format!("en/collection%73/{}{own}", id(&collection)))).await;
        let why = "from_url must not be the address of what it leads to";
        assert_eq!(refused.refused(422, "data_invalid"), why, "{own}");
    }
    let french = app.post(&redirects, new(&format!("fr/collections/{}", id(&collection)))).await.ok();
    app.delete(&format!("{redirects}/{}", id(&french))).await.ok();
    let missing = app.get(&format!("{CENTERS}/99/redirects")).await;
    assert_eq!(missing.refused(404, "not_found"), "Resource not found");
    let reader = app.scoped("read_help_center_redirects").await;
    reader.get(&redirects).await.ok();
    reader.post(&redirects, new("x")).await.refused(403, "forbidden");
    app.scoped("read_write_articles").await.get(&redirects).await.refused(403, "forbidden");
    let deleted = app.delete(&path).await.ok();
    assert_eq!(deleted, json!({"id": made["id"], "object": "help_center_redirect", "deleted": true}));
    app.get(&path).await.refused(404, "not_found");
    // Redirects are deleted with their targets.
    app.delete(&format!("{COLLECTIONS}/{}", id(&collection))).await.ok();
    assert_eq!(app.get(&redirects).await.ok()["total_count"], 0);
    let logs = app.get("/admins/activity_logs?created_at_after=1").await.ok();
    let described = logs["activity_logs"][0]["activity_description"].as_str().unwrap();
    assert!(described.ends_with(&format!("deleted a redirect from {}.", from("old"))), "{described}");
}

#[both]
async fn every_version_has_the_described_operations(app: TestApp) {
    for version in Version::ALL {
        let client = app.version(version.as_str());
        client.get(CENTERS).await.ok();
        client.get(&format!("{CENTERS}/1")).await.ok();
        let one = create_collection(&client, version.as_str(), None).await;
        let path = format!("{COLLECTIONS}/{}", id(&one));
        client.get(COLLECTIONS).await.ok();
        assert_eq!(client.get(&path).await.ok()["name"], version.as_str());
        assert_eq!(client.put(&path, json!({"name": "Renamed"})).await.ok()["name"], "Renamed");
        if *version < Version::V2_10 {
            let inside = client.post("/help_center/sections", json!({"name": "In", "parent_id": id(&one)})).await.ok();
            let section = format!("/help_center/sections/{}", id(&inside));
            client.get(&section).await.ok();
            client.put(&section, json!({"name": "Inside"})).await.ok();
            client.delete(&section).await.ok();
        } else {
            client.get("/articles/search?phrase=x").await.ok();
        }
        client.delete(&path).await.ok();
    }
}

#[both]
async fn a_collection_stays_in_its_help_center(app: TestApp) {
    assert_eq!(declare(&app, json!({"identifier": "second"})).await, Ok(true));
    let centers = app.get(CENTERS).await.ok();
    let second = centers["data"].as_array().unwrap().iter().find(|center| center["identifier"] == "second").unwrap();
    let number: i64 = id(second).parse().unwrap();
    let there = app.post(COLLECTIONS, json!({"name": "There", "help_center_id": number})).await.ok();
    let here = create_collection(&app.client(), "Here", None).await;
    let path = format!("{COLLECTIONS}/{}", id(&here));
    let why = app.put(&path, json!({"parent_id": there["id"]})).await.refused(400, "parameter_invalid");
    assert_eq!(why, "parent_id must be the id of a collection of the same help center");
    // A parent of another help center, or an unknown one, is rejected as well.
    for (center, status, code) in [(here["help_center_id"].clone(), 400, "parameter_invalid"), (json!(4242), 404, "")] {
        let collection = json!({"name": "Lost", "parent_id": there["id"], "help_center_id": center});
        let answer = app.post(COLLECTIONS, collection).await;
        assert!(answer.status == status && answer.text.contains(code), "{}", answer.text);
    }
    assert_eq!(app.get(&path).await.ok(), here);
}
