//! Ids that the published descriptions type as integers fit 32 bits.

use deskwire_domain::Cx;
use std::sync::Arc;

use deskwire_domain::{Actor, admins, away_reasons, segments, subscriptions, teams, workspaces};
use deskwire_testkit::{Client, TestApp, Value, both, json};
use serde::de::DeserializeOwned;

use crate::support::{id, lead, user};

fn from_json<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).expect("a valid declaration")
}

/// What only a workspace file can make.
async fn declare(app: &TestApp) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let actor = Actor::system(Arc::new(workspaces::known(&mut tx.within(&workspace))?.into()));
        admins::declare(
            &mut Cx::new(tx, &actor),
            &from_json(json!({"email": "bea@acme.test", "name": "Bea", "role": "Agent"})),
        )?;
        teams::declare(&mut Cx::new(tx, &actor), &from_json(json!({"name": "Support", "members": ["bea@acme.test"]})))?;
        away_reasons::declare(&mut Cx::new(tx, &actor), &from_json(json!({"label": "Lunch", "emoji": "x"})))?;
        subscriptions::declare(
            &mut Cx::new(tx, &actor),
            &from_json(json!({"name": "News", "consent_type": "opt_out"})),
        )?;
        let query = json!({"field": "role", "operator": "=", "value": "user"});
        segments::declare(&mut Cx::new(tx, &actor), &from_json(json!({"name": "Users", "query": query})))?;
        Ok(())
    })
    .await;
}

/// That an id, as a number or as its digits, is a positive number that fits a signed integer of 32 bits.
#[track_caller]
fn small(what: &str, id: &Value) {
    let number = id.as_i64().or_else(|| id.as_str()?.parse().ok());
    let number = number.unwrap_or_else(|| panic!("{what} has no numeric id: {id}"));
    assert!((1..=i64::from(i32::MAX)).contains(&number), "{what}: {number}");
}

#[track_caller]
fn all_small(what: &str, list: &Value) {
    let list = list.as_array().unwrap_or_else(|| panic!("{what} is not a list: {list}"));
    assert!(!list.is_empty(), "there is no {what}");
    for item in list {
        small(what, &item["id"]);
    }
}

/// One of each attribute, in this order: of contacts, of companies, of conversations.
async fn attributes(client: &Client, name: &str) -> [Value; 3] {
    let of = |model: &str| json!({"name": format!("{name}_{model}"), "model": model, "data_type": "string"});
    let contact = client.post("/data_attributes", of("contact")).await.ok();
    let company = client.post("/data_attributes", of("company")).await.ok();
    let conversation = json!({"name": name, "data_type": "string"});
    [contact, company, client.post("/conversations/attributes", conversation).await.ok()]
}

#[both]
async fn ids_of_settings_fit_31_bits(app: TestApp) {
    declare(&app).await;
    all_small("admin", &app.get("/admins").await.ok()["admins"]);
    all_small("team", &app.get("/teams").await.ok()["teams"]);
    all_small("away reason", &app.get("/away_status_reasons").await.ok()["data"]);
    all_small("subscription type", &app.get("/subscription_types").await.ok()["data"]);
    all_small("ticket state", &app.get("/ticket_states").await.ok()["data"]);
    let made = app.post("/ticket_types", json!({"name": "Bug"})).await.ok();
    small("ticket type", &made["id"]);
    small("ticket type of an attribute", &made["ticket_type_attributes"]["data"][0]["ticket_type_id"]);
    all_small("ticket attribute", &made["ticket_type_attributes"]["data"]);
    for attribute in attributes(&app.client(), "plan").await {
        small("attribute", &attribute["id"]);
    }
    small("tag", &app.post("/tags", json!({"name": "VIP"})).await.ok()["id"]);
    let contact = lead(&app).await;
    let note = app.post(&format!("/contacts/{contact}/notes"), json!({"body": "x"})).await.ok();
    small("note", &note["id"]);
    assert_eq!(app.get(&format!("/notes/{}", id(&note))).await.ok()["id"], note["id"]);
}

#[both]
async fn assignee_ids_are_unique_across_admins_and_teams(app: TestApp) {
    declare(&app).await;
    let (admins, teams) = (app.get("/admins").await.ok(), app.get("/teams").await.ok());
    let all = admins["admins"].as_array().unwrap().iter().chain(teams["teams"].as_array().unwrap()).map(id);
    let mut all: Vec<String> = all.collect();
    assert_eq!(all.len(), 3);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 3, "{all:?}");
}

#[both]
async fn searches_distinguish_attributes_with_equal_names(app: TestApp) {
    let client = app.client();
    // More of them than there are numbers of standard fields between two.
    for n in 0..4 {
        attributes(&client, &format!("a{n}")).await;
    }
    let ada =
        json!({"role": "user", "external_id": "ada", "custom_attributes": {"a0_contact": "one", "a1_contact": "two"}});
    let ada = id(&client.post("/contacts", ada).await.ok());
    let message = json!({"from": {"type": "user", "id": ada}, "body": "x"});
    let conversation = client.post("/conversations", message).await.ok();
    let conversation = format!("/conversations/{}", conversation["conversation_id"].as_str().unwrap());
    client.put(&conversation, json!({"custom_attributes": {"a2": "three"}})).await.ok();
    let count = async |path: &str, field: &str, value: &str| {
        let query = json!({"query": {"field": field, "operator": "=", "value": value}});
        client.post(path, query).await.ok()["total_count"].as_i64().unwrap()
    };
    let found = [
        count("/contacts/search", "custom_attributes.a0_contact", "one").await,
        count("/contacts/search", "custom_attributes.a1_contact", "one").await,
        count("/contacts/search", "browser", "one").await,
        count("/conversations/search", "custom_attributes.a2", "three").await,
        count("/conversations/search", "custom_attributes.a3", "three").await,
    ];
    assert_eq!(found, [1, 0, 0, 1, 0]);
}

#[both]
async fn counts_are_per_workspace(app: TestApp) {
    let (other, _) = app.neighbour().await;
    user(&app, "ada@a.test").await;
    let mine = app.post("/tags", json!({"name": "VIP"})).await.ok();
    let theirs = other.post("/tags", json!({"name": "VIP"})).await.ok();
    let next = app.post("/tags", json!({"name": "Next"})).await.ok();
    let number = |tag: &Value| id(tag).parse::<i64>().unwrap();
    assert_eq!(number(&next), number(&mine) + 1);
    assert!((number(&theirs) - number(&mine)).abs() > 1000);
    other.get(&format!("/tags/{}", id(&mine))).await.refused(404, "not_found");
}

#[both]
async fn concurrent_creates_make_one_tag(app: TestApp) {
    let (first, second) = (app.client(), app.client());
    for n in 0..10 {
        let body = json!({"name": format!("tag {n}")});
        let (a, b) = tokio::join!(first.post("/tags", body.clone()), second.post("/tags", body));
        assert_eq!(a.ok()["id"], b.ok()["id"]);
    }
    assert_eq!(app.get("/tags").await.ok()["data"].as_array().unwrap().len(), 10);
}
