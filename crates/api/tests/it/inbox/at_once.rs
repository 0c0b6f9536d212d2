//! What teammates do at once has the outcome of one order of the two. On SQLite one thread writes, so only PostgreSQL is
//! tested.

use std::time::Duration;

use deskwire_testkit::{Browser, Database, TestApp, Value, json};

const SETTINGS: &str = "/app/v1/settings";
/// How often each pair is run.
const ROUNDS: usize = 8;

fn at(path: &str) -> String {
    format!("{SETTINGS}/{path}")
}

/// A server whose writes wait before each statement, and a teammate.
async fn slowed() -> (TestApp, Browser) {
    let app = TestApp::start_slowed(Database::Postgres, Duration::from_millis(2)).await;
    let browser = app.browser().await;
    (app, browser)
}

/// The item of a list whose field has this value, if there is one.
async fn listed(browser: &Browser, list: &str, field: &str, value: &str) -> Option<Value> {
    let all = browser.get(&at(list)).await.ok();
    all["items"].as_array().unwrap().iter().find(|item| item[field] == value).cloned()
}

#[tokio::test]
async fn changes_of_an_object_type_add_up_on_postgres() {
    let (_app, browser) = slowed().await;
    for round in 0..ROUNDS {
        let identifier = format!("Order{round}");
        browser.post(&at("object_types"), json!({"identifier": identifier})).await.ok();
        let path = at(&format!("object_types/{identifier}"));
        let (named, described) = tokio::join!(
            browser.patch(&path, json!({"name": "Orders"})),
            browser.patch(&path, json!({"description": "What they bought"})),
        );
        named.ok();
        described.ok();
        let shown = listed(&browser, "object_types", "identifier", &identifier).await.unwrap();
        assert_eq!((&shown["name"], &shown["description"]), (&json!("Orders"), &json!("What they bought")));
    }
}

#[tokio::test]
async fn deleting_an_object_type_leaves_a_new_one_on_postgres() {
    let (_app, browser) = slowed().await;
    for round in 0..ROUNDS {
        let (old, new) = (format!("Old{round}"), format!("New{round}"));
        browser.post(&at("object_types"), json!({"identifier": old})).await.ok();
        let path = at(&format!("object_types/{old}"));
        let types = at("object_types");
        let (deleted, made) = tokio::join!(browser.delete(&path), browser.post(&types, json!({"identifier": new})));
        deleted.ok();
        made.ok();
        assert!(listed(&browser, "object_types", "identifier", &old).await.is_none());
        assert!(listed(&browser, "object_types", "identifier", &new).await.is_some(), "{new} was deleted too");
    }
}

/// Contacts show their attributes and the objects that refer to them in one list.
#[tokio::test]
async fn an_attribute_and_a_relation_do_not_share_a_name_on_postgres() {
    let (app, browser) = slowed().await;
    browser.post(&at("object_types"), json!({"identifier": "Order"})).await.ok();
    let (client, path) = (app.client().off_the_record(), at("object_types/Order/attributes"));
    for round in 0..ROUNDS {
        let name = format!("orders{round}");
        let relation = json!({"name": format!("buyer{round}"), "data_type": "relation", "to": "contact",
            "reverse": name});
        let attribute = json!({"name": name, "model": "contact", "data_type": "string"});
        let (related, made) = tokio::join!(browser.post(&path, relation), client.post("/data_attributes", attribute));
        let mut statuses = [related.status, made.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "{} {}", related.text, made.text);
    }
}
