//! Whose texts mail contains, the limits on mail, and the addresses that it is sent to.

use deskwire_domain::mail::{self, ADDRESS, AUTOMATIC, WORKSPACE};
use deskwire_store::params;
use deskwire_testkit::{TestApp, both, json};

use crate::mail::{message, states};
use crate::notifications::by_admin;
use crate::support::{id, user};
use crate::tickets::ticket;

const EVIL: &str = "Your account is locked, see evil.test";

fn number(length: usize) -> i64 {
    i64::try_from(length).unwrap()
}

async fn count(app: &TestApp, state: &str) -> usize {
    states(app).await.iter().filter(|(s, _)| s == state).count()
}

#[both]
async fn text_of_contacts_is_not_mailed_to_other_addresses(app: TestApp) {
    let kind = ticket(&app, "Customer").await["ticket_type"]["id"].clone();
    app.mails().await;
    let mut last = String::new();
    for _ in 0..30 {
        let new = json!({"ticket_type_id": kind, "contacts": [{"email": "victim@b.test"}],
            "ticket_attributes": {"_default_title_": EVIL, "_default_description_": EVIL}});
        let made = app.post("/tickets", new).await.ok();
        app.put(
            &format!("/contacts/{}", made["contacts"]["contacts"][0]["id"].as_str().unwrap()),
            json!({"name": EVIL}),
        )
        .await
        .ok();
        last = id(&made);
    }
    let before = app.mails().await;
    let sent: Vec<_> = before.iter().filter(|m| m.delivered_to == ["victim@b.test"]).collect();
    assert_eq!(number(sent.len()), AUTOMATIC, "{:?}", states(&app).await);
    let held = states(&app).await.into_iter().find(|(state, _)| state == "dropped").unwrap();
    assert_eq!(held.1.unwrap(), format!("the address was sent {AUTOMATIC} automatic mails in this hour"));
    assert_eq!(app.write(mail::held_back).await.dropped, 30 - AUTOMATIC);
    // Only text by teammates is sent.
    app.post(&format!("/tickets/{last}/reply"), by_admin(&app, "comment", "We look into it")).await.ok();
    app.clock.advance(120);
    let mails = app.mails().await;
    assert!(mails.last().unwrap().text.starts_with("We look into it\n"), "{}", mails.last().unwrap().text);
    for mail in mails.iter().filter(|m| m.delivered_to == ["victim@b.test"]) {
        let all = [&mail.subject, &mail.text, &mail.html, &mail.raw, &mail.from, &mail.to.join(" ")];
        assert!(all.iter().all(|text| !text.contains("evil") && !text.contains("locked")), "{}", mail.raw);
        assert!(mail.subject.contains("Your request to Acme"), "{}", mail.subject);
    }
}

#[both]
async fn starting_a_conversation_as_someone_else_is_rejected(app: TestApp) {
    let victim = id(&app.post("/contacts", json!({"email": "victim@b.test", "name": EVIL})).await.ok());
    let started = app
        .post("/conversations", json!({"from": {"type": "user", "id": victim}, "subject": EVIL, "body": EVIL}))
        .await
        .ok();
    let path = format!("/conversations/{}", started["conversation_id"].as_str().unwrap());
    app.put(&path, json!({"title": EVIL})).await.ok();
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "Hello")).await.ok();
    app.clock.advance(120);
    let mails = app.mails().await;
    assert_eq!(
        (mails.len(), mails[0].subject.as_str(), mails[0].to.as_slice()),
        (1, "Your conversation with Acme", &["victim@b.test".to_owned()][..])
    );
    assert!(!mails[0].raw.contains("evil") && !mails[0].text.contains("evil"), "{}", mails[0].raw);
}

#[both]
async fn hourly_mail_limit_of_an_address(app: TestApp) {
    let ada = user(&app, "ada@a.test").await;
    for _ in 0..ADDRESS + 3 {
        app.post("/messages", message(&app, &json!({"type": "user", "id": ada}))).await.ok();
    }
    assert_eq!(number(app.mails().await.len()), ADDRESS);
    assert_eq!(count(&app, "dropped").await, 0, "what people wrote comes later");
    // The same mailbox under other contacts is the same.
    let lead = id(&app.post("/contacts", json!({"role": "lead", "email": "Ada@A.test"})).await.ok());
    app.post("/messages", message(&app, &json!({"type": "lead", "id": lead}))).await.ok();
    let bob = user(&app, "bob@a.test").await;
    app.post("/messages", message(&app, &json!({"type": "user", "id": bob}))).await.ok();
    let mails = app.mails().await;
    assert_eq!(
        (number(mails.len()), mails.last().unwrap().delivered_to.as_slice()),
        (ADDRESS + 1, &["bob@a.test".to_owned()][..])
    );
    app.clock.advance(3600);
    app.post("/messages", message(&app, &json!({"type": "user", "id": ada}))).await.ok();
    // The four that waited, and the new one.
    assert_eq!(number(app.mails().await.len()), ADDRESS + 6);
}

#[both]
async fn hourly_mail_limit_of_a_workspace_delays_the_rest(app: TestApp) {
    let (workspace, hour) = (app.workspace_id.clone(), app.clock.now() / 3600);
    app.write(move |tx| {
        let sql =
            "INSERT INTO mail_counts (workspace_id, hour, kind, address, count) VALUES ($1, $2, 'workspace', '', $3)";
        Ok(tx.execute(sql, params![&workspace, hour, WORKSPACE - 1])?)
    })
    .await;
    for name in ["ada", "bob"] {
        let to = user(&app, &format!("{name}@a.test")).await;
        app.post("/messages", message(&app, &json!({"type": "user", "id": to}))).await.ok();
    }
    assert_eq!(app.mails().await.len(), 1);
    let waiting = states(&app).await.into_iter().find(|(state, _)| state == "pending").unwrap();
    assert_eq!(waiting.1.unwrap(), format!("the workspace sent {WORKSPACE} mails in this hour"));
    assert_eq!(app.write(mail::held_back).await.postponed, 1);
    app.clock.advance(3600);
    assert_eq!(app.mails().await.len(), 2);
    assert_eq!(count(&app, "sent").await, 2);
}

#[both]
async fn non_ascii_addresses_need_smtputf8(app: TestApp) {
    for email in ["ä@a.test", "ada@bücher.example", "bob@a.test"] {
        let to = id(&app.post("/contacts", json!({"email": email})).await.ok());
        app.post("/messages", message(&app, &json!({"type": "user", "id": to}))).await.ok();
    }
    let mails = app.mails().await;
    let delivered: Vec<&str> = mails.iter().map(|m| m.delivered_to[0].as_str()).collect();
    assert_eq!(delivered, ["ada@xn--bcher-kva.example", "bob@a.test"]);
    assert!(mails.iter().all(|m| !m.announced.contains("smtputf8") && m.raw.is_ascii()));
    let (state, why) = states(&app).await[0].clone();
    assert_eq!(
        (state.as_str(), why.as_deref()),
        ("bounced", Some("the mail server takes addresses in ASCII only: it has no SMTPUTF8"))
    );
    let list = app.get("/contacts").await.ok();
    assert!(list["data"].as_array().unwrap().iter().all(|c| c["has_hard_bounced"] == false), "the address may be good");
    let post_office = app.post_office().await;
    post_office.take_utf8();
    let found = list["data"].as_array().unwrap().iter().find(|c| c["email"] == "ä@a.test").unwrap()["id"].clone();
    app.post("/messages", message(&app, &json!({"type": "user", "id": found}))).await.ok();
    let mail = app.mails().await.pop().unwrap();
    assert_eq!((mail.delivered_to[0].as_str(), mail.to[0].as_str()), ("ä@a.test", "ä@a.test"));
    assert!(mail.announced.contains("smtputf8") && mail.announced.contains("body=8bitmime"), "{}", mail.announced);
}
