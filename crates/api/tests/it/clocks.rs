//! Times follow the order of changes, although transactions wait for each other and the clocks of servers differ.

use deskwire_domain::ids::{ArticleId, CompanyId, ContactId, ConversationId};
use deskwire_testkit::{Database, NOW, TestApp, both, json};

use crate::articles::create_article;
use crate::conversations::{parts, started};
use crate::locks::{Locked, number, sent};
use crate::support::id;
use crate::tickets::ticket;

/// A change that waited for another transaction is not dated before it.
#[tokio::test]
async fn the_time_of_a_change_is_when_its_wait_ends_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let talk = conversation.trim_start_matches("/conversations/");
    let ticket = id(&ticket(&app, "Customer").await);
    let company = id(&app.post("/companies", json!({"company_id": "acme", "name": "Acme"})).await.ok());
    let article = id(&create_article(&app, "Refunds", json!({})).await);
    let said = json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "Hello?"});
    let name = json!({"name": "New"});
    let changes = [
        ("contacts", number::<ContactId>(&ada), "PUT", format!("/contacts/{ada}"), name.clone()),
        ("companies", number::<CompanyId>(&company), "PUT", format!("/companies/{company}"), name),
        ("conversations", number::<ConversationId>(talk), "POST", format!("{conversation}/reply"), said),
        (
            "conversations",
            number::<ConversationId>(&ticket),
            "PUT",
            format!("/tickets/{ticket}"),
            json!({"open": false}),
        ),
        ("articles", number::<ArticleId>(&article), "PUT", format!("/articles/{article}"), json!({"title": "New"})),
    ];
    for (table, row, method, path, body) in changes {
        let locked = Locked::rows(&app, table, &format!("id = {row}")).await;
        let answer = sent(&app, method, &path, Some(body));
        locked.awaited_by(&app, 1).await;
        app.clock.advance(3);
        locked.release();
        let shown = answer.await.unwrap().ok();
        assert_eq!(shown["updated_at"], app.clock.now(), "{path}");
    }
    let shown = app.get(&conversation).await.ok();
    assert_eq!(parts(&shown).last().unwrap()["created_at"], shown["updated_at"]);
}

/// A server whose clock is 4 seconds ahead changed the same objects.
#[both]
async fn a_clock_that_is_behind_sets_no_time_back(app: TestApp) {
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let contact = format!("/contacts/{ada}");
    let company = json!({"company_id": "acme", "name": "Acme"});
    let reply = format!("{conversation}/reply");
    let say = |text: &str| json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": text});

    app.clock.advance(4);
    let ahead = app.clock.now();
    app.put(&contact, json!({"name": "Ada"})).await.ok();
    app.post("/companies", company.clone()).await.ok();
    app.post(&reply, say("First")).await.ok();
    app.clock.advance(-4);

    assert_eq!(app.put(&contact, json!({"name": "Ada L."})).await.ok()["updated_at"], ahead);
    assert_eq!(app.post("/companies", company).await.ok()["updated_at"], ahead);
    let shown = app.post(&reply, say("Second")).await.ok();
    assert_eq!(shown["updated_at"], ahead);
    let times: Vec<_> = parts(&shown).iter().map(|part| part["created_at"].as_i64().unwrap()).collect();
    assert_eq!(times[times.len() - 2..], [ahead, ahead]);

    app.post(&format!("{contact}/notes"), json!({"body": "Called"})).await.ok();
    assert_eq!(app.get(&contact).await.ok()["updated_at"], ahead);
}

/// The times of one object stay, but those of others are not taken from it.
#[both]
async fn a_clock_that_was_wrong_does_not_spread(app: TestApp) {
    let (conversation, ada) = started(&app, "ada@a.test").await;
    let contact = format!("/contacts/{ada}");
    app.clock.advance(3600);
    let wrong = app.clock.now();
    app.put(&contact, json!({"name": "Ada"})).await.ok();
    app.clock.advance(-3600);

    app.put(&contact, json!({"name": "Ada L."})).await.ok();
    let shown = app.get(&contact).await.ok();
    assert_eq!((&shown["name"], &shown["updated_at"]), (&json!("Ada L."), &json!(wrong)));
    let said = json!({"message_type": "comment", "type": "user", "intercom_user_id": ada, "body": "Hello?"});
    let shown = app.post(&format!("{conversation}/reply"), said).await.ok();
    assert_eq!((&shown["updated_at"], &parts(&shown)[0]["created_at"]), (&json!(NOW), &json!(NOW)));
}
