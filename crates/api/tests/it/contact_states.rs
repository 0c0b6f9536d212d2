//! Archiving, unarchiving, blocking: what comes along, and what counts.

use deskwire_testkit::{TestApp, Value, both, json};

use crate::conversations::{parts, started};
use crate::support::{id, user};

async fn company(app: &TestApp, name: &str) -> String {
    id(&app.post("/companies", json!({"company_id": name, "name": name})).await.ok())
}

/// That a company's count is that of its list, everywhere it is shown.
async fn counts(app: &TestApp, company: &str, expected: u64) {
    let listed = app.get(&format!("/companies/{company}/contacts")).await.ok();
    assert_eq!((&listed["total_count"], listed["data"].as_array().unwrap().len() as u64), (&json!(expected), expected));
    assert_eq!(app.get(&format!("/companies/{company}")).await.ok()["user_count"], expected);
    let found = app.get("/companies").await.ok();
    let of = |c: &&Value| c["id"] == company;
    let shown = found["data"].as_array().unwrap().iter().find(of).map(|c| c["user_count"].clone());
    assert_eq!(shown, (expected > 0).then(|| json!(expected)));
}

#[both]
async fn a_company_counts_its_active_contacts(app: TestApp) {
    let acme = company(&app, "acme").await;
    let [ada, bob, lee] = [
        user(&app, "ada@a.test").await,
        user(&app, "bob@a.test").await,
        id(&app.post("/contacts", json!({"role": "lead", "email": "ada@a.test"})).await.ok()),
    ];
    for contact in [&ada, &bob, &lee] {
        app.post(&format!("/contacts/{contact}/companies"), json!({"id": acme})).await.ok();
    }
    counts(&app, &acme, 3).await;
    for (contact, what, expected) in [
        (&ada, "archive", 2),
        (&ada, "archive", 2),
        (&ada, "unarchive", 3),
        (&ada, "unarchive", 3),
        (&bob, "block", 2),
        (&bob, "block", 2),
        (&bob, "archive", 2),
    ] {
        app.post(&format!("/contacts/{contact}/{what}"), json!({})).await.ok();
        counts(&app, &acme, expected).await;
    }
    app.post("/contacts/merge", json!({"from": lee, "into": ada})).await.ok();
    counts(&app, &acme, 1).await;
    // A contact that was archived already is not removed a second time.
    app.delete(&format!("/contacts/{bob}")).await.ok();
    counts(&app, &acme, 1).await;
    app.post(&format!("/contacts/{ada}/archive"), json!({})).await.ok();
    counts(&app, &acme, 0).await;
    app.post(&format!("/contacts/{ada}/unarchive"), json!({})).await.ok();
    app.delete(&format!("/contacts/{ada}/companies/{acme}")).await.ok();
    counts(&app, &acme, 0).await;
}

#[both]
async fn companies_of_archived_contacts_can_be_deleted(app: TestApp) {
    let acme = company(&app, "acme").await;
    let ada = user(&app, "ada@a.test").await;
    app.post(&format!("/contacts/{ada}/companies"), json!({"id": acme})).await.ok();
    app.post(&format!("/contacts/{ada}/archive"), json!({})).await.ok();
    app.delete(&format!("/companies/{acme}")).await.ok();
    app.post(&format!("/contacts/{ada}/unarchive"), json!({})).await.ok();
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["companies"]["total_count"], 0);
}

#[both]
async fn blocking_closes_conversations_without_other_contacts(app: TestApp) {
    let admin = app.admin_id.to_string();
    let (alone, ada) = started(&app, "ada@a.test").await;
    let (snoozed, shared) = {
        let message = || json!({"from": {"type": "user", "id": ada}, "body": "Help!"});
        let path = |made: Value| format!("/conversations/{}", made["conversation_id"].as_str().unwrap());
        (path(app.post("/conversations", message()).await.ok()), path(app.post("/conversations", message()).await.ok()))
    };
    let until = json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": deskwire_testkit::NOW + 60});
    app.post(&format!("{snoozed}/parts"), until).await.ok();
    let bob = user(&app, "bob@a.test").await;
    let add = json!({"admin_id": admin, "customer": {"intercom_user_id": bob}});
    app.post(&format!("{shared}/customers"), add).await.ok();
    app.post(&format!("/contacts/{ada}/block"), json!({})).await.ok();
    for path in [&alone, &snoozed] {
        let shown = app.get(path).await.ok();
        assert_eq!(
            (&shown["state"], &shown["open"], &shown["snoozed_until"]),
            (&json!("closed"), &json!(false), &Value::Null)
        );
        let last = parts(&shown).last().unwrap();
        assert_eq!((&last["part_type"], &last["author"]["id"]), (&json!("close"), &json!(admin)));
    }
    assert_eq!(app.get(&shared).await.ok()["state"], "open");
    let closed = app.topics().await.iter().filter(|topic| *topic == "conversation.admin.closed").count();
    assert_eq!(closed, 2);
    // No notifications are sent about it.
    assert!(app.mails().await.is_empty());
    app.post(&format!("/contacts/{ada}/block"), json!({})).await.ok();
    assert_eq!(parts(&app.get(&alone).await.ok()).len(), 1);
    let reply = json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "x"});
    app.post(&format!("{alone}/reply"), reply).await.refused(404, "not_found");
}
