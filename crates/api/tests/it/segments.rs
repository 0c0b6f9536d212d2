//! `/segments` and `/contacts/{id}/segments`

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::segments::{self, Declared};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{company, id, lead, since, unknown_contact, user};

const DAY: i64 = 86_400;

/// Declares a segment; returns whether it changed anything, or the error message.
async fn declare(app: &TestApp, name: &str, person_type: &str, query: Value) -> Result<bool, String> {
    let (actor, name, person_type) = (app.actor(), name.to_owned(), person_type.to_owned());
    app.write(move |tx| {
        let declared = Declared { name: name.clone(), person_type: person_type.clone(), query: query.clone() };
        Ok(tx.nested(|tx| segments::declare(&mut Cx::new(tx, &actor), &declared)).map_err(|e| e.message.into_owned()))
    })
    .await
}

/// The segments of a list by name, each with its count.
fn counts(list: &Value) -> Vec<(String, i64)> {
    let all = list["segments"].as_array().unwrap();
    all.iter().map(|s| (s["name"].as_str().unwrap().to_owned(), s["count"].as_i64().unwrap())).collect()
}

/// The names of the segments a contact is in.
async fn segments_of(app: &TestApp, contact: &str) -> Vec<String> {
    let list = app.get(&format!("/contacts/{contact}/segments")).await.ok();
    list["data"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned()).collect()
}

#[both]
async fn new_workspaces_have_three_subscription_types(app: TestApp) {
    let list = app.get("/segments").await.ok();
    assert_eq!(list["type"], "segment.list");
    let active = &list["segments"][0];
    assert_eq!(
        *active,
        json!({
            "type": "segment", "id": active["id"], "name": "Active", "created_at": NOW, "updated_at": NOW, "person_type": "user",
        })
    );
    assert_eq!(id(active).len(), 24);
    assert_eq!((&list["segments"][1]["name"], &list["segments"][2]["name"]), (&json!("New"), &json!("Slipping Away")));
    assert_eq!(app.get(&format!("/segments/{}", id(active))).await.ok(), *active);
    for lost in [unknown_contact(), "x".to_owned()] {
        assert_eq!(app.get(&format!("/segments/{lost}")).await.refused(404, "not_found"), "Resource Not Found");
    }
    app.other_workspace().await.get(&format!("/segments/{}", id(active))).await.refused(404, "not_found");
    app.scoped("read_tags").await.get("/segments").await.refused(401, "token_unauthorized");
}

#[both]
async fn segment_membership_follows_contact_data(app: TestApp) {
    let (ada, bob, lee) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await, lead(&app).await);
    app.put(&format!("/contacts/{ada}"), json!({"last_seen_at": NOW - DAY})).await.ok();
    app.put(&format!("/contacts/{bob}"), json!({"last_seen_at": NOW - 45 * DAY})).await.ok();
    app.put(&format!("/contacts/{lee}"), json!({"last_seen_at": NOW - DAY, "name": "Lee"})).await.ok();
    assert_eq!(
        declare(&app, "Lees", "contact", json!({"field": "name", "operator": "~", "value": "LE"})).await,
        Ok(true)
    );
    assert_eq!(segments_of(&app, &ada).await, ["Active", "New"]);
    assert_eq!(segments_of(&app, &bob).await, ["New", "Slipping Away"]);
    assert_eq!(segments_of(&app, &lee).await, ["Lees"]);
    let counted = counts(&app.get("/segments?include_count=true").await.ok());
    let expected = [("Active", 1), ("New", 2), ("Slipping Away", 1), ("Lees", 1)];
    assert_eq!(counted, expected.map(|(name, count)| (name.to_owned(), count)));
    app.clock.advance(40 * DAY);
    assert_eq!(segments_of(&app, &ada).await, ["Slipping Away"]);
    assert!(segments_of(&app, &bob).await.is_empty());
    app.get(&format!("/contacts/{}/segments", unknown_contact())).await.refused(404, "not_found");
}

#[both]
async fn searches_understand_segments(app: TestApp) {
    let (ada, bob) = (user(&app, "ada@acme.test").await, user(&app, "bob@acme.test").await);
    app.put(&format!("/contacts/{ada}"), json!({"last_seen_at": NOW - DAY})).await.ok();
    let active = id(&app.get("/segments").await.ok()["segments"][0]);
    for (operator, expected) in [("=", &ada), ("!=", &bob)] {
        let query = json!({"query": {"field": "segment_id", "operator": operator, "value": active}});
        let found = app.post("/contacts/search", query).await.ok();
        assert_eq!((&found["total_count"], &found["data"][0]["id"]), (&json!(1), &json!(expected)));
    }
}

#[both]
async fn declared_segments_are_validated_and_created_once(app: TestApp) {
    let query = json!({"operator": "AND", "value": [{"field": "last_seen_at", "operator": ">", "days_ago": 7}, {"field": "role", "operator": "=", "value": "user"}]});
    assert_eq!(declare(&app, "Week", "user", query.clone()).await, Ok(true));
    assert_eq!(declare(&app, "Week", "user", query).await, Ok(false));
    let other = json!({"field": "email_domain", "operator": "=", "value": "acme.test"});
    app.clock.advance(5);
    assert_eq!(declare(&app, "Week", "user", other.clone()).await, Ok(true));
    assert_eq!(app.get("/segments").await.ok()["segments"][3]["updated_at"], NOW + 5);
    assert_eq!(declare(&app, "Week", "contact", other.clone()).await, Ok(true));
    let refused = [
        ("", "user", other.clone(), "name must not be empty"),
        ("x", "everyone", other, "person_type must be 'user', 'contact' or 'company'"),
        ("x", "user", json!({"field": "nose", "operator": "=", "value": "a"}), "nose is not a valid search field"),
        ("x", "company", json!({"field": "email", "operator": "=", "value": "a"}), "email is not a valid search field"),
        (
            "x",
            "user",
            json!({"operator": "OR", "value": [{"field": "segment_id", "operator": "=", "value": "a"}]}),
            "A segment cannot ask for a segment",
        ),
    ];
    for (name, person_type, query, words) in refused {
        assert_eq!(declare(&app, name, person_type, query).await, Err(words.to_owned()));
    }
}

#[both]
async fn segments_ignore_archived_attributes(app: TestApp) {
    app.post("/data_attributes", json!({"name": "plan", "model": "contact", "data_type": "string"})).await.ok();
    let ada = user(&app, "ada@acme.test").await;
    app.put(&format!("/contacts/{ada}"), json!({"custom_attributes": {"plan": "Gold"}})).await.ok();
    declare(&app, "Gold", "user", json!({"field": "custom_attributes.plan", "operator": "=", "value": "gold"}))
        .await
        .unwrap();
    assert_eq!(segments_of(&app, &ada).await, ["New", "Gold"]);
}

#[both]
async fn companies_have_segments_of_their_own(app: TestApp) {
    let (one, two) = (company(&app, "one").await, company(&app, "two").await);
    app.post("/tags", json!({"name": "Big", "companies": [{"id": one}]})).await.ok();
    let tag = id(&app.post("/tags", json!({"name": "Big"})).await.ok());
    declare(&app, "Big ones", "company", json!({"field": "tag_id", "operator": "=", "value": tag})).await.unwrap();
    declare(&app, "All", "company", json!({"field": "user_count", "operator": ">", "value": 0})).await.unwrap();
    assert_eq!(app.get("/segments").await.ok()["segments"].as_array().unwrap().len(), 3);
    let ids = [&one, &two].map(|c| deskwire_domain::ids::CompanyId::parse(c).unwrap()).to_vec();
    let (actor, companies) = (app.actor(), ids.clone());
    let of = app.write(move |tx| segments::of_companies(&mut Cx::new(tx, &actor), &companies)).await;
    let names =
        |company: deskwire_domain::ids::CompanyId| of[&company].iter().map(|s| s.name.as_str()).collect::<Vec<_>>();
    assert_eq!((names(ids[0]), names(ids[1])), (vec!["Big ones", "All"], vec!["All"]));
}

#[both]
async fn every_operation_answers_in_every_version(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let list = client.get("/segments").await.ok();
        client.get("/segments?include_count=true").await.ok();
        client.get(&format!("/segments/{}", id(&list["segments"][0]))).await.ok();
        assert_eq!(client.get(&format!("/contacts/{ada}/segments")).await.ok()["data"][0]["name"], "New");
        client.get("/segments/x").await.refused(404, "not_found");
    }
}
