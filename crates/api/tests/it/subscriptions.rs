//! `/subscription_types` and `/contacts/{id}/subscriptions`

use deskwire_api::versions::Version;
use deskwire_domain::Cx;
use deskwire_domain::subscriptions::{self, Declared};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::{id, since, topics, unknown_contact, user};

/// Declares a subscription type: whether that changed anything.
async fn declare(app: &TestApp, declared: Value) -> bool {
    let (actor, declared) = (app.actor(), serde_json::from_value::<Declared>(declared).unwrap());
    app.write(move |tx| subscriptions::declare(&mut Cx::new(tx, &actor), &declared)).await
}

/// Two types: their ids.
async fn declare_two(app: &TestApp) -> (String, String) {
    assert!(declare(app, json!({"name": "News", "description": "What is new", "consent_type": "opt_out"})).await);
    assert!(declare(app, json!({"name": "Offers", "consent_type": "opt_in", "content_types": ["sms_message"]})).await);
    let all = app.get("/subscription_types").await.ok();
    (id(&all["data"][0]), id(&all["data"][1]))
}

#[both]
async fn types_are_declared_and_listed(app: TestApp) {
    let (news, _) = declare_two(&app).await;
    let all = app.get("/subscription_types").await.ok();
    let default = json!({"name": "News", "description": "What is new", "locale": "en"});
    assert_eq!(
        all["data"][0],
        json!({
            "type": "subscription", "id": news, "state": "live", "consent_type": "opt_out", "default_translation": default,
            "translations": [default], "content_types": ["email"],
        })
    );
    assert_eq!(all["data"].as_array().unwrap().len(), 2);
    let german = json!({"name": "Neues", "description": "Was neu ist", "locale": "de"});
    let again =
        json!({"name": "News", "description": "What is new", "consent_type": "opt_out", "translations": [german]});
    assert!(declare(&app, again.clone()).await);
    assert!(!declare(&app, again).await);
    assert_eq!(app.get("/subscription_types").await.ok()["data"][0]["translations"], json!([default, german]));
    assert!(serde_json::from_value::<Declared>(json!({"name": "x", "consent_type": "opt_in", "other": 1})).is_err());
}

#[both]
async fn contacts_choose_their_subscriptions(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let (news, offers) = declare_two(&app).await;
    let path = format!("/contacts/{ada}/subscriptions");
    assert_eq!(app.get(&path).await.ok(), json!({"type": "list", "data": []}));
    app.clock.advance(3);
    let chosen = app.post(&path, json!({"id": news, "consent_type": "opt_out"})).await.ok();
    assert_eq!(chosen["id"], news);
    app.post(&path, json!({"id": offers.parse::<i64>().unwrap(), "consent_type": "opt_in"})).await.ok();
    app.clock.advance(3);
    app.post(&path, json!({"id": news, "consent_type": "opt_out"})).await.ok();
    assert_eq!(app.get(&path).await.ok()["data"][0], chosen);
    let contact = app.get(&format!("/contacts/{ada}")).await.ok();
    assert_eq!(contact["opted_out_subscription_types"]["data"][0]["id"], news);
    assert_eq!(contact["opted_in_subscription_types"]["total_count"], 1);
    assert_eq!(contact["updated_at"], NOW + 3);
    assert_eq!(app.delete(&format!("{path}/{news}")).await.ok(), chosen);
    assert_eq!(app.delete(&format!("{path}/{news}")).await.refused(404, "not_found"), "Resource Not Found");
    assert_eq!(app.get(&path).await.ok()["data"].as_array().unwrap().len(), 1);
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["opted_out_subscription_types"]["total_count"], 0);
    let emitted = topics(&app, &ada).await;
    let of = |prefix: &str| emitted.iter().filter_map(|t| Some(t.strip_prefix(prefix)?.to_owned())).collect::<Vec<_>>();
    assert_eq!(of("contact.")[1..], ["unsubscribed", "subscribed", "subscribed"]);
    assert_eq!(of("granular."), ["unsubscribe", "subscribe", "subscribe"]);
}

#[both]
async fn errors_name_the_missing_field(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let (news, _) = declare_two(&app).await;
    let (path, lost) =
        (format!("/contacts/{ada}/subscriptions"), format!("/contacts/{}/subscriptions", unknown_contact()));
    let body = json!({"id": "7", "consent_type": "opt_in"});
    assert_eq!(app.post(&lost, body.clone()).await.refused(404, "not_found"), "User Not Found");
    assert_eq!(app.get(&lost).await.refused(404, "not_found"), "User Not Found");
    assert_eq!(app.delete(&format!("{lost}/7")).await.refused(404, "not_found"), "User Not Found");
    assert_eq!(app.post(&path, body).await.refused(404, "not_found"), "Resource Not Found");
    let invalid = json!({"id": "invalid_id", "consent_type": "opt_in"});
    assert_eq!(app.post(&path, invalid).await.refused(404, "not_found"), "Resource Not Found");
    app.post(&path, json!({"id": news, "consent_type": "maybe"})).await.refused(400, "parameter_invalid");
    app.post(&path, json!({"id": news})).await.refused(400, "parameter_not_found");
    app.post(&path, json!({"consent_type": "opt_in"})).await.refused(400, "parameter_not_found");
    let other = app.other_workspace().await;
    assert_eq!(other.get("/subscription_types").await.ok()["data"], json!([]));
    other.get(&path).await.refused(404, "not_found");
}

#[both]
async fn every_operation_answers_in_every_version(app: TestApp) {
    let (news, _) = declare_two(&app).await;
    for version in since(Version::V2_7) {
        let client = app.version(version);
        let ada = user(&app, &format!("ada-{version}@acme.test")).await;
        let path = format!("/contacts/{ada}/subscriptions");
        client.get("/subscription_types").await.ok();
        client.post(&path, json!({"id": news, "consent_type": "opt_in"})).await.ok();
        client.get(&path).await.ok();
        client.delete(&format!("{path}/{news}")).await.ok();
        client.post(&path, json!({"id": "x", "consent_type": "opt_in"})).await.refused(404, "not_found");
    }
}
