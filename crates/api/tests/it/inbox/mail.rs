//! Mail to teammates: which notifications are mailed, and when.

use deskwire_domain::ids::AdminId;
use deskwire_domain::notifications::Recipient;
use deskwire_domain::{Cx, admins};
use deskwire_testkit::{Browser, Mail, TestApp, Value, both, json};

use crate::conversations::started;
use crate::mail::states;
use crate::notifications::notifications_of;
use crate::support::id;
use crate::tickets::ticket;

const SETTINGS: &str = "/app/v1/me/mail";

/// Grace, who gets these notifications by mail, and a conversation of the user Ada: its path and the user's id.
async fn scene(app: &TestApp, wishes: Value) -> (AdminId, String, String) {
    let grace = app.teammate("Grace Hopper", "grace@acme.test").await;
    Browser::signed_in(app, &app.workspace_id, grace).await.put(SETTINGS, wishes).await.ok();
    let (path, ada) = started(app, "ada@a.test").await;
    app.run_jobs().await;
    // She leaves.
    app.clock.advance(3_600);
    (grace, path, ada)
}

async fn assign(app: &TestApp, path: &str, to: AdminId) {
    let part = json!({"type": "admin", "admin_id": app.admin_id.to_string(), "assignee_id": to.to_string(),
        "message_type": "assignment"});
    app.post(&format!("{path}/parts"), part).await.ok();
}

async fn say(app: &TestApp, path: &str, ada: &str, text: &str) {
    let message = json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": text});
    app.post(&format!("{path}/reply"), message).await.ok();
    app.run_jobs().await;
}

async fn note(app: &TestApp, path: &str, text: &str) {
    let message = json!({"type": "admin", "admin_id": app.admin_id.to_string(), "message_type": "note", "body": text});
    app.post(&format!("{path}/reply"), message).await.ok();
    app.run_jobs().await;
}

/// What Grace has got, after a while.
async fn got(app: &TestApp, seconds: i64) -> Vec<Mail> {
    app.clock.advance(seconds);
    app.mails().await.into_iter().filter(|mail| mail.delivered_to == ["grace@acme.test"]).collect()
}

/// Gives Grace a role with these permissions.
async fn permit(app: &TestApp, permissions: &'static [&'static str]) {
    let actor = app.actor();
    app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let role = json!({"name": "Billing", "permissions": permissions});
        admins::declare_role(cx, &serde_json::from_value(role).unwrap())?;
        let grace = json!({"email": "grace@acme.test", "name": "Grace Hopper", "role": "Billing"});
        admins::declare(cx, &serde_json::from_value(grace).unwrap())
    })
    .await;
}

#[both]
async fn each_teammate_chooses_notifications(app: TestApp) {
    let browser = app.browser().await;
    let nothing = json!({"assigned": false, "mentioned": false, "replied": false, "other": false});
    let mut shown = browser.get(SETTINGS).await.ok();
    shown.as_object_mut().unwrap().remove("position");
    assert_eq!(shown, nothing, "mail is off by default");
    let expected = json!({"assigned": false, "mentioned": true, "replied": false, "other": false});
    let (grace, path, ada) = scene(&app, expected).await;
    assign(&app, &path, grace).await;
    say(&app, &path, &ada, "first").await;
    note(&app, &path, "look, all").await;
    assert!(got(&app, 600).await.is_empty());
    note(&app, &path, "@Grace Hopper what do you think?").await;
    let mails = got(&app, 600).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("mentioned you in a note") && mails[0].text.contains("what do you think?"));
    Browser::signed_in(&app, &app.workspace_id, grace).await.put(SETTINGS, nothing).await.ok();
    note(&app, &path, "@Grace Hopper and now?").await;
    assert_eq!(got(&app, 3_600).await.len(), 1);
    for bad in [json!({}), json!({"assigned": 1, "mentioned": true, "replied": true, "other": true})] {
        assert_eq!(browser.put(SETTINGS, bad.clone()).await.status, 400, "{bad}");
    }
}

#[both]
async fn mail_leads_to_the_conversation_and_to_the_settings(app: TestApp) {
    let all = json!({"assigned": true, "mentioned": true, "replied": true, "other": true});
    let (grace, path, _) = scene(&app, all).await;
    assign(&app, &path, grace).await;
    app.run_jobs().await;
    let mails = got(&app, 200).await;
    let id = path.rsplit('/').next().unwrap();
    let text = &mails[0].text;
    assert!(text.contains("Ada Lovelace assigned a conversation to you"), "{text}");
    assert!(text.contains(&format!("/inbox/c/{id}\n")), "{text}");
    assert!(text.contains("/inbox/settings/notifications"), "{text}");
    assert!(mails[0].html.contains(&format!("/inbox/c/{id}\"")), "{}", mails[0].html);
}

#[both]
async fn mail_waits_until_the_teammate_leaves_the_inbox(app: TestApp) {
    let all = json!({"assigned": true, "mentioned": true, "replied": true, "other": true});
    let (grace, path, ada) = scene(&app, all).await;
    assign(&app, &path, grace).await;
    let browser = Browser::signed_in(&app, &app.workspace_id, grace).await;
    say(&app, &path, &ada, "first").await;
    for _ in 0..5 {
        browser.get("/app/v1/notifications").await.ok();
        assert!(got(&app, 100).await.is_empty());
    }
    say(&app, &path, &ada, "second").await;
    let mails = got(&app, 300).await;
    assert_eq!(mails.len(), 1, "one mail tells both");
    assert!(mails[0].text.contains("first") && mails[0].text.contains("second"), "{}", mails[0].text);
    // What they read there is not sent at all.
    app.clock.advance(3_600);
    say(&app, &path, &ada, "third").await;
    let id = path.rsplit('/').next().unwrap();
    let browser = Browser::signed_in(&app, &app.workspace_id, grace).await;
    browser.post("/app/v1/notifications/read", json!({"conversation_id": id})).await.ok();
    assert_eq!(got(&app, 3_600).await.len(), 1);
}

#[both]
async fn a_conversation_sends_a_teammate_one_mail_in_a_quarter_of_an_hour(app: TestApp) {
    let all = json!({"assigned": true, "mentioned": true, "replied": true, "other": true});
    let (grace, path, ada) = scene(&app, all).await;
    assign(&app, &path, grace).await;
    app.run_jobs().await;
    assert_eq!(got(&app, 200).await.len(), 1);
    for text in ["one", "two", "three"] {
        say(&app, &path, &ada, text).await;
        assert_eq!(got(&app, 200).await.len(), 1, "{text}");
    }
    let mails = got(&app, 400).await;
    assert_eq!(mails.len(), 2);
    let text = &mails[1].text;
    assert!(text.contains("one") && text.contains("two") && text.contains("three"), "{text}");
    // Other conversations have mails of their own.
    let (other, _) = started(&app, "bob@a.test").await;
    assign(&app, &other, grace).await;
    app.run_jobs().await;
    let mails = got(&app, 200).await;
    assert_eq!(mails.len(), 3, "{:?}", mails.iter().map(|mail| (&mail.subject, &mail.text)).collect::<Vec<_>>());
}

#[both]
async fn teammates_who_may_not_read_a_conversation_are_not_notified_of_it(app: TestApp) {
    let all = json!({"assigned": true, "mentioned": true, "replied": true, "other": true});
    let (grace, path, ada) = scene(&app, all).await;
    assign(&app, &path, grace).await;
    app.run_jobs().await;
    // A mail waits when her role changes.
    permit(&app, &["read_people", "read_tickets"]).await;
    say(&app, &path, &ada, "It is a secret").await;
    note(&app, &path, "@Grace Hopper it is a secret").await;
    assert!(got(&app, 600).await.is_empty());
    let why = "the role of the teammate does not permit reading it".to_owned();
    assert_eq!(states(&app).await, [("dropped".to_owned(), Some(why))]);
    let notified = notifications_of(&app, Recipient::Admin(grace)).await;
    assert_eq!(notified.len(), 1, "only of the assignment: {notified:?}");
    // Tickets need another permission than conversations.
    permit(&app, &["read_conversations"]).await;
    let other = format!("/conversations/{}", id(&ticket(&app, "Customer").await));
    assign(&app, &other, grace).await;
    say(&app, &path, &ada, "And now?").await;
    let mails = got(&app, 600).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("And now?") && !mails[0].text.contains("secret"), "{}", mails[0].text);
    assert_eq!(notifications_of(&app, Recipient::Admin(grace)).await.len(), 2);
}
