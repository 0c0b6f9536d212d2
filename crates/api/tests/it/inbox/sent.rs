//! Sent mail and webhooks, as demos and test servers show them.

use deskwire_api::{Config, Outbox};
use deskwire_domain::mail::Sender;
use deskwire_testkit::{Browser, TestApp, Value, both, json};

use super::lists::{act, conversation};
use super::roles::permitted;
use crate::mail::message;
use crate::support::{id, user};
use crate::tickets::ticket;

const MAILS: &str = "/app/v1/sent/mails";

async fn test_server(app: &TestApp) -> TestApp {
    let sender = Sender {
        address: "help@acme.test".to_owned(),
        domain: "acme.test".to_owned(),
        reply_to: None,
        public_url: Some("https://help.acme.test".to_owned()),
    };
    let outbox = Some(Outbox { sender, raw: deskwire_worker::mail::raw });
    TestApp::start_with(app.database, Config { rate_limit: None, outbox, ..Config::default() }).await
}

/// A mail to a new user, Ada.
async fn mail(app: &TestApp) -> Value {
    let ada = id(&app.post("/contacts", json!({"email": "ada@a.test", "name": "Ada"})).await.ok());
    app.post("/messages", message(app, &json!({"type": "user", "id": ada}))).await.ok()
}

#[both]
async fn a_live_server_shows_nothing(app: TestApp) {
    mail(&app).await;
    let browser = app.browser().await;
    assert_eq!(browser.get("/app/v1/start").await.ok()["workspace"]["shows_sent"], false);
    for path in [MAILS, "/app/v1/sent/mails/1", "/app/v1/sent/mails/1/body", "/app/v1/sent/webhooks"] {
        browser.get(path).await.declined(404, "not_found");
    }
}

#[both]
async fn mail_of_a_conversation_without_a_subject_has_none_until_it_is_sent(app: TestApp) {
    let app = test_server(&app).await;
    let (path, _) = crate::conversations::started(&app, "ada@a.test").await;
    let reply = crate::notifications::by_admin(&app, "comment", "Hello");
    app.post(&format!("{path}/reply"), reply).await.ok();
    app.run_jobs().await;
    let browser = app.browser().await;
    let waiting = browser.get(MAILS).await.ok()["items"][0].clone();
    assert_eq!((&waiting["state"], &waiting["subject"]), (&json!("pending"), &Value::Null));
}

#[both]
async fn mail_is_visible_before_and_after_it_is_sent(app: TestApp) {
    let app = test_server(&app).await;
    mail(&app).await;
    let browser = app.browser().await;
    assert_eq!(browser.get("/app/v1/start").await.ok()["workspace"]["shows_sent"], true);
    let waiting = browser.get(MAILS).await.ok()["items"][0].clone();
    assert_eq!((&waiting["to"], &waiting["state"]), (&json!("ada@a.test"), &json!("pending")));
    let path = format!("{MAILS}/{}", waiting["id"].as_str().unwrap());
    let shown = browser.get(&path).await.ok();
    let content = &shown["content"];
    assert_eq!((&content["subject"], &content["to"]), (&json!("Grüße aus Köln"), &json!(["Ada <ada@a.test>"])));
    assert!(content["text"].as_str().unwrap().contains("Hi Ada"), "{content}");
    assert!(content["raw"].as_str().unwrap().contains("Message-ID: <mail-"), "{content}");
    let body = browser.get(&format!("{path}/body")).await;
    assert_eq!(body.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = body.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("sandbox;"), "{policy}");
    assert!(body.text.contains("<b>Ada</b>"), "{}", body.text);
    app.mails().await;
    let sent = browser.get(MAILS).await.ok()["items"][0].clone();
    assert_eq!((&sent["state"], &sent["subject"]), (&json!("sent"), &json!("Grüße aus Köln")));
    assert_eq!(sent["sent_at"], json!(app.clock.now()));
    // Deleting the contact deletes the conversation and its mail.
    let ada = id(&app.get("/contacts").await.ok()["data"][0]);
    app.delete(&format!("/contacts/{ada}")).await.ok();
    browser.get(&path).await.declined(404, "not_found");
    assert_eq!(browser.get(MAILS).await.ok()["items"], json!([]));
    browser.get(&format!("{path}/body")).await.declined(404, "not_found");
    browser.get(&format!("{MAILS}?before=x")).await.declined(400, "parameter_invalid");
    let (_, eve) = app.neighbour().await;
    let outsider = Browser::signed_in(&app, eve.workspace(), eve.admin_id().unwrap()).await;
    outsider.get(&path).await.declined(404, "not_found");
    assert_eq!(outsider.get(MAILS).await.ok()["items"], json!([]));
}

/// The number of mails that a teammate sees.
async fn seen(browser: &Browser) -> usize {
    browser.get(MAILS).await.ok()["items"].as_array().unwrap().len()
}

#[both]
async fn mail_is_visible_to_those_who_may_read_what_it_holds(app: TestApp) {
    let app = test_server(&app).await;
    mail(&app).await;
    ticket(&app, "Customer").await;
    app.run_jobs().await;
    let ada = app.browser().await;
    let invitation = json!({"email": "new@acme.test", "role": "Admin", "by_mail": true});
    ada.post("/app/v1/settings/invitations", invitation).await.ok();
    let talks = permitted(&app, "Talks", &["read_conversations"]).await;
    let desk = permitted(&app, "Desk", &["read_conversations", "read_people"]).await;
    let support = permitted(&app, "Support", &["read_conversations", "read_people", "read_tickets"]).await;
    let lead = permitted(&app, "Lead", &["read_conversations", "write_admins"]).await;
    let tickets = permitted(&app, "Tickets", &["read_tickets", "read_people"]).await;
    let counts = [seen(&ada).await, seen(&talks).await, seen(&desk).await, seen(&support).await, seen(&lead).await];
    assert_eq!((counts, seen(&tickets).await), ([3, 0, 1, 2, 1], 1));

    // The link of an invitation is for those who could send it.
    let newest = lead.get(MAILS).await.ok()["items"][0].clone();
    assert_eq!((&newest["to"], &newest["to_teammate"]), (&json!("new@acme.test"), &json!(false)));
    assert_eq!(newest["subject"], "Join Acme on Deskwire");
    let path = format!("{MAILS}/{}", newest["id"].as_str().unwrap());
    let shown = ada.get(&path).await.ok();
    assert!(shown["content"]["text"].as_str().unwrap().contains("/inbox/join/"), "{shown}");
    for (browser, status, code) in [(&support, 404, "not_found"), (&lead, 403, "forbidden")] {
        browser.get(&path).await.declined(status, code);
        browser.get(&format!("{path}/body")).await.declined(status, code);
    }
    // The mail about the ticket came before it.
    let before = ada.get(MAILS).await.ok()["items"][1]["id"].as_str().unwrap().to_owned();
    support.get(&format!("{MAILS}/{before}")).await.ok();
    desk.get(&format!("{MAILS}/{before}")).await.declined(404, "not_found");
}

#[both]
async fn mail_to_teammates_names_only_people_whom_the_role_may_see(app: TestApp) {
    let app = test_server(&app).await;
    let grace = app.teammate("Grace", "grace@acme.test").await;
    let all = json!({"assigned": true, "mentioned": true, "replied": true, "other": true});
    Browser::signed_in(&app, &app.workspace_id, grace).await.put("/app/v1/me/mail", all).await.ok();
    let (to, ada) = (conversation(&app, "tomasz").await, app.browser().await);
    act(&ada, &to, json!({"type": "assign", "admin_id": grace.to_string()})).await;
    app.run_jobs().await;
    let mail = ada.get(MAILS).await.ok()["items"][0].clone();
    assert_eq!((&mail["to"], &mail["to_teammate"]), (&json!("grace@acme.test"), &json!(true)));
    let path = format!("{MAILS}/{}", id(&mail));
    let reader = permitted(&app, "Reader", &["read_conversations", "read_people", "read_admins"]).await;
    assert!(reader.get(&path).await.ok()["content"].is_object());
    let desk = permitted(&app, "Desk", &["read_conversations", "read_admins"]).await;
    let blind = permitted(&app, "Blind", &["read_conversations", "read_people"]).await;
    for browser in [&desk, &blind] {
        assert!(!browser.get(MAILS).await.ok().to_string().contains("grace@acme.test"));
        for end in ["", "/body"] {
            browser.get(&format!("{path}{end}")).await.declined(404, "not_found");
        }
    }
}

#[both]
async fn pages_of_mails_and_webhooks_go_on(app: TestApp) {
    let app = test_server(&app).await;
    let hooks = app.webhooks("all", "2.16", &["contact.user.created"]).await;
    for at in 0..51 {
        let ada = user(&app, &format!("ada{at}@a.test")).await;
        app.post("/messages", message(&app, &json!({"type": "user", "id": ada}))).await.ok();
    }
    app.run_jobs().await;
    assert!(hooks.sink.received().len() >= 51);
    let browser = app.browser().await;
    // A ping came before the others.
    for (path, rest) in [(MAILS, 1), ("/app/v1/sent/webhooks", 2)] {
        let first = browser.get(path).await.ok();
        assert_eq!(first["items"].as_array().unwrap().len(), 50, "{path}");
        let next = first["next"].as_str().unwrap();
        let second = browser.get(&format!("{path}?before={next}")).await.ok();
        assert_eq!((second["items"].as_array().unwrap().len(), &second["next"]), (rest, &Value::Null), "{path}");
    }
    browser.get("/app/v1/sent/webhooks?before=x").await.declined(400, "parameter_invalid");
}
