//! Conversations that teammates start: held for a moment, withdrawn, sent, and given back.

use deskwire_domain::inbox::replies::UNDO;
use deskwire_domain::{Cx, admins, jobs};
use deskwire_testkit::{Answer, Browser, TestApp, Value, both, json};

use super::replies::upload;
use super::roles::teammate;
use crate::support::{id, lead, user};

const PATH: &str = "/app/v1/held_conversations";

fn mail(to: &str) -> Value {
    json!({"contact_id": to, "html": "<p>Hello</p>", "channel": "email", "subject": "News",
           "cc": ["copy@a.test"], "bcc": ["hidden@a.test"]})
}

async fn hold(browser: &Browser, message: Value) -> String {
    id(&browser.post(PATH, message).await.ok())
}

async fn withdraw(browser: &Browser, held: &str) -> Answer {
    browser.post(&format!("{PATH}/{held}/withdraw"), json!({})).await
}

async fn shown(browser: &Browser, held: &str) -> Value {
    browser.get(&format!("{PATH}/{held}")).await.ok()
}

async fn unsent(browser: &Browser) -> Vec<Value> {
    browser.get(PATH).await.ok()["items"].as_array().unwrap().clone()
}

async fn conversations(app: &TestApp) -> Value {
    app.get("/conversations").await.ok()["total_count"].clone()
}

/// The number of contacts, of whom a conversation may create some.
async fn contacts(app: &TestApp) -> Value {
    app.get("/contacts").await.ok()["total_count"].clone()
}

async fn pass(app: &TestApp, seconds: i64) {
    app.clock.advance(seconds);
    app.run_jobs().await;
}

async fn tidy(app: &TestApp) {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| jobs::tidy(&mut tx.within(&workspace))).await;
}

#[both]
async fn a_held_conversation_is_invisible_until_it_is_sent_once(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let other = teammate(&app, "Agent", None).await;
    let other = Browser::signed_in(&app, &app.workspace_id, other).await;
    let before = (app.topics().await, contacts(&app).await);
    let held = hold(&browser, mail(&ada)).await;
    pass(&app, UNDO - 1).await;
    assert_eq!((app.topics().await, contacts(&app).await), before, "nobody hears of it, and no contact is created");
    assert_eq!(conversations(&app).await, json!(0));
    assert_eq!(app.mails().await.len(), 0);
    let own = unsent(&browser).await;
    assert_eq!((own.len(), &own[0]["id"], &own[0]["message"]["subject"]), (1, &json!(held), &json!("News")));
    assert!(unsent(&other).await.is_empty());
    other.get(&format!("{PATH}/{held}")).await.declined(404, "not_found");
    withdraw(&other, &held).await.declined(404, "not_found");

    pass(&app, 1).await;
    app.run_jobs().await;
    assert_eq!(conversations(&app).await, json!(1));
    let sent = shown(&browser, &held).await;
    assert_eq!((&sent["message"], &sent["error"]), (&Value::Null, &Value::Null));
    let conversation = sent["conversation_id"].as_str().unwrap();
    let thread = browser.get(&format!("/app/v1/conversations/{conversation}")).await.ok();
    assert_eq!((&thread["row"]["title"], &thread["row"]["more_contacts"]), (&json!("News"), &json!(1)));
    assert_eq!(thread["parts"][0]["html"], "<p>Hello</p>");
    assert!(app.topics().await.contains(&"conversation.admin.single.created".to_owned()));
    assert!(unsent(&browser).await.is_empty());
    assert!(!app.mails().await.is_empty());
    withdraw(&browser, &held).await.declined(409, "already_sent");
}

#[both]
async fn two_processes_send_a_held_conversation_once(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    for _ in 0..3 {
        hold(&browser, mail(&ada)).await;
    }
    app.clock.advance(UNDO);
    let other = app.another_worker();
    tokio::join!(app.run_jobs(), other.run_due());
    app.run_jobs().await;
    assert_eq!(conversations(&app).await, json!(3));
}

#[both]
async fn a_withdrawn_conversation_comes_back_as_it_was(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let file = upload(&browser, "plan.gif").await;
    let mut message = mail(&ada);
    message["attachment_ids"] = json!([file["id"]]);
    let held = hold(&browser, message.clone()).await;
    // The file is in use.
    browser.post(PATH, message.clone()).await.declined(400, "parameter_invalid");
    let back = withdraw(&browser, &held).await.ok()["message"].clone();
    assert_eq!((&back["to"]["id"], &back["to"]["email"]), (&json!(ada), &json!("ada@a.test")));
    assert_eq!((&back["cc"], &back["bcc"]), (&json!(["copy@a.test"]), &json!(["hidden@a.test"])));
    assert_eq!((&back["channel"], &back["subject"]), (&json!("email"), &json!("News")));
    assert_eq!((&back["html"], &back["attachments"][0]["id"]), (&json!("<p>Hello</p>"), &file["id"]));
    pass(&app, UNDO).await;
    assert_eq!(conversations(&app).await, json!(0));
    withdraw(&browser, &held).await.declined(404, "not_found");
    // It can be sent after all.
    let again = hold(&browser, message).await;
    pass(&app, UNDO).await;
    let sent = shown(&browser, &again).await["conversation_id"].as_str().unwrap().to_owned();
    let public = app.get(&format!("/conversations/{sent}")).await.ok();
    assert_eq!(public["source"]["attachments"][0]["name"], "plan.gif");
}

#[both]
async fn an_address_stays_one_until_it_is_sent(app: TestApp) {
    let browser = app.browser().await;
    let before = contacts(&app).await;
    let new = json!({"email": "new@a.test", "html": "<p>Hi</p>"});
    let held = hold(&browser, new.clone()).await;
    assert_eq!(contacts(&app).await, before);
    let back = withdraw(&browser, &held).await.ok()["message"].clone();
    assert_eq!(back["to"], json!({"id": null, "name": "new@a.test", "email": "new@a.test"}));
    assert_eq!(back["channel"], "messenger");
    hold(&browser, new).await;
    pass(&app, UNDO).await;
    let found = json!({"query": {"field": "email", "operator": "=", "value": "new@a.test"}});
    assert_eq!(app.post("/contacts/search", found).await.ok()["total_count"], 1);
}

#[both]
async fn what_cannot_be_sent_is_refused_at_once(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let reader = super::roles::permitted(&app, "Chat", &["read_people", "write_conversations"]).await;
    let before = (app.topics().await, contacts(&app).await);
    for (body, code) in [
        (json!({"contact_id": ada, "html": ""}), "parameter_not_found"),
        (json!({"contact_id": ada, "html": "<p>Hi</p>", "channel": "email"}), "parameter_not_found"),
        (json!({"email": "no address", "html": "<p>Hi</p>"}), "parameter_invalid"),
        (json!({"contact_id": ada, "html": "<p>Hi</p>", "cc": ["new@a.test"]}), "parameter_invalid"),
    ] {
        browser.post(PATH, body).await.declined(400, code);
    }
    reader.post(PATH, json!({"email": "new@a.test", "html": "<p>Hi</p>"})).await.declined(403, "forbidden");
    assert_eq!((app.topics().await, contacts(&app).await), before);
    assert!(unsent(&browser).await.is_empty());
    for _ in 0..20 {
        hold(&browser, mail(&ada)).await;
    }
    browser.post(PATH, mail(&ada)).await.with(422);
}

#[both]
async fn a_contact_that_was_merged_meanwhile_is_followed(app: TestApp) {
    let (browser, from, into) = (app.browser().await, lead(&app).await, user(&app, "lead@acme.test").await);
    let held = hold(&browser, json!({"contact_id": from, "html": "<p>Hello</p>"})).await;
    app.post("/contacts/merge", json!({"from": from, "into": into})).await.ok();
    pass(&app, UNDO).await;
    let sent = shown(&browser, &held).await;
    assert_eq!(sent["error"], Value::Null);
    let public = app.get(&format!("/conversations/{}", sent["conversation_id"].as_str().unwrap())).await.ok();
    assert_eq!(public["contacts"]["contacts"][0]["id"], json!(into));
}

#[both]
async fn what_could_not_be_sent_is_no_reason_to_refuse_more(app: TestApp) {
    let (browser, ada) = (app.browser().await, user(&app, "ada@a.test").await);
    let bob = user(&app, "bob@a.test").await;
    for _ in 0..20 {
        hold(&browser, mail(&ada)).await;
    }
    app.delete(&format!("/contacts/{ada}")).await.ok();
    pass(&app, UNDO).await;
    app.run_jobs().await;
    assert_eq!(unsent(&browser).await.len(), 20);
    hold(&browser, mail(&bob)).await;
}

#[both]
async fn a_conversation_that_may_not_be_sent_any_more_is_given_back(app: TestApp) {
    let grace = teammate(&app, "Chat", Some(&["read_people", "write_conversations"])).await;
    let browser = Browser::signed_in(&app, &app.workspace_id, grace).await;
    let (ada, bob) = (user(&app, "ada@a.test").await, user(&app, "bob@a.test").await);
    let file = upload(&browser, "plan.gif").await;
    let to = |contact: &str, text: &str| json!({"contact_id": contact, "html": text});
    let gone = hold(&browser, to(&ada, "<p>To Ada</p>")).await;
    app.delete(&format!("/contacts/{ada}")).await.ok();
    pass(&app, UNDO).await;
    let of_gone = shown(&browser, &gone).await;
    assert_eq!((&of_gone["error"]["code"], &of_gone["conversation_id"]), (&json!("not_found"), &Value::Null));

    let mut with_file = to(&bob, "<p>To Bob</p>");
    with_file["attachment_ids"] = json!([file["id"]]);
    let forbidden = hold(&browser, with_file).await;
    let actor = app.actor();
    app.write(move |tx| {
        let role = json!({"name": "Chat", "permissions": ["read_people"]});
        admins::declare_role(&mut Cx::new(tx, &actor), &serde_json::from_value(role).unwrap()).map(|_| ())
    })
    .await;
    pass(&app, UNDO).await;
    app.run_jobs().await;
    assert_eq!(conversations(&app).await, json!(0));
    // The words come back, although the role permits no conversations by now.
    let own = unsent(&browser).await;
    let texts: Vec<&Value> = own.iter().map(|held| &held["message"]["html"]).collect();
    assert_eq!(texts, [&json!("<p>To Ada</p>"), &json!("<p>To Bob</p>")]);
    assert_eq!(own[1]["error"]["code"], "forbidden");
    let back = withdraw(&browser, &forbidden).await.ok();
    assert_eq!(back["message"]["attachments"][0]["name"], "plan.gif");
    assert_eq!(unsent(&browser).await.len(), 1);
    // Nobody asks for the other one.
    app.clock.advance(31 * 86_400);
    tidy(&app).await;
    let workspace = app.workspace_id.clone();
    let left = app.write(move |tx| {
        let sql = "SELECT COUNT(*) FROM held_conversations WHERE workspace_id = $1";
        Ok(tx.query_one(sql, deskwire_store::params![&workspace], |row| row.get::<i64>(0))?)
    });
    assert_eq!(left.await, 0);
}
