//! Webhook items of teammates, the activity log and subscription types.

use deskwire_domain::error::ErrorKind;
use deskwire_domain::sign_in::inbox::{self, Device};
use deskwire_domain::subscriptions::{self, Declared};
use deskwire_domain::{Cx, activity, admins, tokens};
use deskwire_testkit::{TestApp, Value, both, json};

use crate::webhooks::{items, live, user};

fn names(sent: &[(String, Value)]) -> Vec<&str> {
    sent.iter().map(|(topic, _)| topic.as_str()).collect()
}

#[both]
async fn teammates_join_and_leave(app: TestApp) {
    let topics = ["admin.added_to_workspace", "admin.logged_in", "admin.logged_out", "admin.removed_from_workspace"];
    let hooks = live(&app, "read_admins", "2.16", &topics).await;
    let blind = live(&app, "read_users", "2.16", &topics).await;
    let grace = app.teammate("Grace Hopper", "grace@acme.test").await;
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let link = inbox::make_link(&mut tx.within(&workspace), grace)?;
        let session = inbox::follow_link(tx, &link, &Device::default())?.expect("the link is good");
        let signed = inbox::find(tx, &session)?.expect("the session is still valid");
        inbox::sign_out(tx, &signed, None)
    })
    .await;
    app.run_jobs().await;
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let admin = admins::find(cx, grace, ErrorKind::AdminNotFound)?.admin;
        admins::remove(cx, &admin)
    })
    .await;
    app.run_jobs().await;
    assert!(blind.sink.take().is_empty());
    let sent = items(&hooks.sink.take());
    assert_eq!(names(&sent), topics);
    for (topic, item) in &sent {
        assert_eq!((&item["type"], &item["id"]), (&json!("admin"), &json!(grace.to_string())), "{topic}");
        assert_eq!((&item["name"], &item["email"]), (&json!("Grace Hopper"), &json!("grace@acme.test")), "{topic}");
    }
    // Declaring a removed admin again restores them.
    let actor = app.actor();
    app.write(move |tx| {
        let declared = json!({"name": "Grace Hopper", "email": "grace@acme.test", "removed": false});
        admins::declare(&mut Cx::new(tx, &actor), &serde_json::from_value(declared).unwrap())
    })
    .await;
    app.run_jobs().await;
    assert_eq!(names(&items(&hooks.sink.take())), ["admin.added_to_workspace"]);
}

#[both]
async fn webhooks_report_each_activity_log_entry_once(app: TestApp) {
    const TOPIC: &str = "admin.activity_log_event.created";
    let new = live(&app, "read_admins", "2.16", &[TOPIC]).await;
    let old = live(&app, "read_admins", "2.13", &[TOPIC]).await;
    let away = json!({"away_mode_enabled": true, "away_mode_reassign": false});
    app.put(&format!("/admins/{}/away", app.admin_id), away).await.ok();
    let (actor, admin_id, token) = (app.actor(), app.admin_id, tokens::generate().unwrap());
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let (activity_type, description) = ("tag_creation", "Ada created a tag.".to_owned());
        activity::log(cx, activity::Entry { activity_type, description, metadata: json!({}), ip: None })?;
        let scopes = "read_users";
        let token = tokens::New { app_id: None, admin_id, token: &token, scopes, name: Some("CI"), api_version: None };
        tokens::issue(cx, &token, None).map(drop)
    })
    .await;
    app.run_jobs().await;
    let (sent, old_sent) = (items(&new.sink.take()), items(&old.sink.take()));
    let types = |sent: &[(String, Value)]| {
        sent.iter().map(|(_, item)| item["activity_type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    // The API shows no entries about tags, and versions show only types that they know.
    assert_eq!(types(&sent), ["admin_away_mode_change", "custom_authentication_token_creation"]);
    assert_eq!(types(&old_sent), ["admin_away_mode_change"]);
    let listed = app.version("2.16").get("/admins/activity_logs?created_at_after=0").await.ok();
    let (item, entry) = (&sent[0].1, &listed["activity_logs"][1]);
    assert_eq!(item["type"], "admin_activity_log_event");
    for field in ["id", "performed_by", "created_at", "activity_type", "activity_description"] {
        assert_eq!(item[field], entry[field], "{field}");
    }
    app.run_jobs().await;
    assert!(new.sink.take().is_empty(), "sending a notification adds no activity log entry");
}

#[both]
async fn webhooks_report_subscription_choices(app: TestApp) {
    let hooks = live(&app, "read_users", "2.16", &["granular.subscribe", "granular.unsubscribe"]).await;
    let actor = app.actor();
    app.write(move |tx| {
        let declared: Declared = serde_json::from_value(json!({"name": "News", "consent_type": "opt_out"})).unwrap();
        subscriptions::declare(&mut Cx::new(tx, &actor), &declared)
    })
    .await;
    let ada = user(&app, "ada@acme.test").await["id"].as_str().unwrap().to_owned();
    let news = app.get("/subscription_types").await.ok()["data"][0]["id"].clone();
    for consent in ["opt_out", "opt_in"] {
        let choice = json!({"id": news, "consent_type": consent});
        app.post(&format!("/contacts/{ada}/subscriptions"), choice).await.ok();
    }
    app.run_jobs().await;
    let sent = items(&hooks.sink.take());
    assert_eq!(names(&sent), ["granular.unsubscribe", "granular.subscribe"]);
    for (topic, item) in &sent {
        assert_eq!((&item["type"], &item["contact"]["id"]), (&json!("subscription"), &json!(ada)), "{topic}");
        assert!(item["subscription_types"].to_string().contains("News"), "{item}");
    }
}
