//! Mail: its content, its recipients and its delivery.

use deskwire_domain::Cx;
use deskwire_domain::ids::ContactId;
use deskwire_domain::mail;
use deskwire_domain::notifications::{Recipient, Which};
use deskwire_testkit::{Database, Mail, TestApp, Value, both, json};

use crate::conversations::started;
use crate::locks::{Locked, number, sent};
use crate::notifications::{by_admin, contact, notifications_of, teammate};
use crate::support::{id, lead, main_of, snapshot, user};

/// A conversation by mail that the first admin started with a new user, Ada: its path, and hers.
async fn by_mail(app: &TestApp) -> (String, String) {
    let ada = id(&app.post("/contacts", json!({"email": "ada@a.test", "name": "Ada"})).await.ok());
    let sent = app.post("/messages", message(app, &json!({"type": "user", "id": ada}))).await.ok();
    (format!("/conversations/{}", sent["conversation_id"].as_str().unwrap()), format!("/contacts/{ada}"))
}

pub(crate) fn message(app: &TestApp, to: &Value) -> Value {
    json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": to, "message_type": "email", "subject": "Grüße aus Köln",
        "body": "<p>Hi <b>Ada</b>, see <a href=\"https://a.test/?a=1&b=2\">this</a></p>", "create_conversation_without_contact_reply": true})
}

/// How the mails to someone stand, oldest first: state, and why.
pub(crate) async fn states(app: &TestApp) -> Vec<(String, Option<String>)> {
    app.write(|tx| {
        Ok(tx.query_all("SELECT state, error FROM mails ORDER BY id", &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
    })
    .await
}

fn subjects(mails: &[Mail]) -> Vec<&str> {
    mails.iter().map(|m| m.subject.as_str()).collect()
}

/// A mail as people get it.
fn printed(mail: &Mail) -> String {
    format!(
        "From: {}\nTo: {}\nSubject: {}\n\n{}\n{}",
        mail.from,
        mail.to.join(", "),
        mail.subject,
        mail.text,
        mail.html
    )
}

#[both]
async fn messages_are_sent_by_mail(app: TestApp) {
    let (path, _) = by_mail(&app).await;
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1, "{:?}", states(&app).await);
    let mail = &mails[0];
    snapshot("mail_message", &printed(mail), &[("unsubscribe", &mail.unsubscribe().expect("a link"))]);
    assert_eq!(mail.delivered_to, ["ada@a.test"]);
    assert_eq!(mail.header("list-unsubscribe-post").as_deref(), Some("List-Unsubscribe=One-Click"));
    assert!(mail.header("content-type").unwrap().starts_with("multipart/alternative"));
    assert_eq!(mail.header("in-reply-to"), None, "it is the first mail of the conversation");
    assert_eq!(mail.header("reply-to"), None, "nothing reads answers");
    // Unless there is a mailbox that people read.
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "two")).await.ok();
    app.send_mail_answered_at(&app.post_office().await.url(), Some("help@acme.test")).await;
    let mail = app.post_office().await.mails().pop().unwrap();
    assert_eq!(mail.reply_to, "Ada Lovelace (Acme) <help@acme.test>");
    assert!(!mail.text.contains("not read") && !mail.html.contains("not read"), "{}", mail.text);
}

#[both]
async fn mail_replies_share_a_thread(app: TestApp) {
    let (path, _) = by_mail(&app).await;
    for word in ["two", "three"] {
        app.mails().await;
        app.post(&format!("{path}/reply"), by_admin(&app, "comment", word)).await.ok();
    }
    let mails = app.mails().await;
    assert_eq!(subjects(&mails), ["Grüße aus Köln", "Re: Grüße aus Köln", "Re: Grüße aus Köln"]);
    let ids: Vec<String> = mails.iter().map(|m| m.header("message-id").unwrap()).collect();
    assert!(ids.iter().all(|id| id.starts_with("<mail-") && id.ends_with("@mail.acme.test>")), "{ids:?}");
    assert_eq!(mails[1].header("in-reply-to").as_ref(), Some(&ids[0]));
    assert_eq!(mails[2].header("in-reply-to").as_ref(), Some(&ids[1]));
    let references = mails[2].header("references").unwrap();
    let references: Vec<&str> = references.split_whitespace().collect();
    assert_eq!(references[1..], [ids[0].as_str(), ids[1].as_str()]);
    assert!(references[0].starts_with("<conversation-"));
    assert!(mails[2].text.starts_with("three\n"));
}

#[both]
async fn unread_chats_are_sent_by_mail(app: TestApp) {
    let (path, ada) = started(&app, "ada@a.test").await;
    for word in ["one", "two"] {
        app.post(&format!("{path}/reply"), by_admin(&app, "comment", word)).await.ok();
    }
    app.post(&format!("{path}/reply"), by_admin(&app, "note", "secret")).await.ok();
    assert!(app.mails().await.is_empty(), "it may still be read");
    app.clock.advance(119);
    assert!(app.mails().await.is_empty());
    app.clock.advance(1);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1, "later messages are added to the waiting mail");
    assert!(mails[0].text.starts_with("one\ntwo\n"), "{}", mails[0].text);
    assert!(!mails[0].raw.contains("secret"));
    assert_eq!(mails[0].subject, "Your conversation with Acme");
    // Read in the messenger.
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "three")).await.ok();
    let last = notifications_of(&app, contact(&ada)).await[0].id;
    let (actor, who) = (app.actor(), contact(&ada));
    app.write(move |tx| {
        deskwire_domain::notifications::mark_read(&mut Cx::new(tx, &actor), who, &Which::Ids(vec![last]))
    })
    .await;
    app.clock.advance(300);
    assert_eq!(app.mails().await.len(), 1);
    // Answered.
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "four")).await.ok();
    app.clock.advance(5);
    app.post(
        &format!("{path}/reply"),
        json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "Thanks"}),
    )
    .await
    .ok();
    app.clock.advance(300);
    assert_eq!(app.mails().await.len(), 1);
    let why = Some("it was read before it was due".to_owned());
    assert_eq!(states(&app).await[1..], [("dropped".to_owned(), why.clone()), ("dropped".to_owned(), why)]);
}

#[both]
async fn redacted_parts_are_not_sent(app: TestApp) {
    let (path, _) = by_mail(&app).await;
    app.mails().await;
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "oh no")).await.ok();
    app.run_jobs().await;
    app.write(|tx| Ok(tx.execute("UPDATE conversation_parts SET redacted = TRUE", &[])?)).await;
    assert_eq!(app.mails().await.len(), 1);
    assert_eq!(states(&app).await[1].1.as_deref(), Some("what was said was taken back"));
}

#[both]
async fn notes_are_never_sent(app: TestApp) {
    let (path, _) = by_mail(&app).await;
    app.post(&format!("{path}/reply"), by_admin(&app, "note", "the customer is difficult")).await.ok();
    app.clock.advance(600);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    assert!(mails.iter().all(|m| !m.raw.contains("difficult")));
}

#[both]
async fn group_mail_shows_recipients_except_bcc(app: TestApp) {
    for name in ["ada", "bob", "cc", "hidden"] {
        user(&app, &format!("{name}@a.test")).await;
    }
    let mut body = message(&app, &json!([{"email": "ada@a.test"}, {"email": "bob@a.test"}]));
    body["cc"] = json!({"email": "cc@a.test"});
    body["bcc"] = json!({"email": "hidden@a.test"});
    body["template"] = "personal".into();
    app.post("/messages", body).await.ok();
    let mails = app.mails().await;
    let delivered: Vec<&str> = mails.iter().map(|m| m.delivered_to[0].as_str()).collect();
    assert_eq!(delivered, ["ada@a.test", "bob@a.test", "cc@a.test", "hidden@a.test"]);
    for mail in &mails {
        assert_eq!((mail.to.len(), mail.cc.len(), mail.delivered_to.len()), (2, 1, 1));
        assert!(!mail.raw.split("\r\n\r\n").next().unwrap().contains("hidden@"));
        assert!(mail.text.contains("Ada Lovelace\nAcme\n"), "a personal message is signed: {}", mail.text);
    }
    let links: std::collections::HashSet<_> = mails.iter().map(Mail::unsubscribe).collect();
    assert_eq!(links.len(), 4, "each has links of their own");
}

#[both]
async fn headers_cannot_be_forged(app: TestApp) {
    let evil = "Eve\r\nBcc: victim@b.test\r\n\r\n<script>alert(1)</script>";
    let ada = id(&app.post("/contacts", json!({"email": "ada@a.test", "name": evil})).await.ok());
    let grace = teammate(&app, "Zoë \"Z\" O'Neil <x@evil.test>", "grace@acme.test").await;
    let mut body = message(&app, &json!({"type": "user", "id": ada}));
    body["from"]["id"] = grace.to_string().into();
    body["subject"] = "Hi\r\nX-Evil: 1\nBcc: victim@b.test 🎉".into();
    body["body"] = "one\n.\ntwo\n..three\n<script>alert(1)</script>".into();
    app.post("/messages", body).await.ok();
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1, "{:?}", states(&app).await);
    let mail = &mails[0];
    assert_eq!(mail.subject, "Hi X-Evil: 1 Bcc: victim@b.test 🎉");
    assert_eq!((mail.headers("bcc"), mail.headers("x-evil"), mail.headers("subject")), (0, 0, 1));
    assert_eq!(mail.delivered_to, ["ada@a.test"]);
    assert_eq!(mail.to, ["Eve Bcc: victim@b.test <script>alert(1)</script> <ada@a.test>"]);
    assert_eq!(mail.from, "Zoë \"Z\" O'Neil <x@evil.test> (Acme) <support@acme.test>");
    assert!(!mail.html.contains("<script>") && mail.text.contains("..three"), "{}", mail.text);
}

#[both]
async fn unsubscribing_takes_one_click(app: TestApp) {
    let (path, ada) = by_mail(&app).await;
    let mail = app.mails().await.remove(0);
    let link = mail.unsubscribe().unwrap();
    let anonymous = app.anonymous().off_the_record();
    let page = anonymous.get(&link).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    snapshot("unsubscribe_page", main_of(&page.text), &[]);
    assert_eq!(app.get(&ada).await.ok()["unsubscribed_from_emails"], false, "looking changes nothing");
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let done = anonymous.raw("POST", &link, &form, "List-Unsubscribe=One-Click").await;
    assert_eq!(done.status, 200, "{}", done.text);
    snapshot("unsubscribed_page", main_of(&done.text), &[]);
    anonymous.raw("POST", &link, &form, "List-Unsubscribe=One-Click").await;
    assert_eq!(app.get(&ada).await.ok()["unsubscribed_from_emails"], true);
    assert_eq!(app.topics().await.iter().filter(|t| *t == "contact.unsubscribed").count(), 1);
    app.run_jobs().await;
    let unsubscribed = "/app/events?after=0&topics=contact.unsubscribed";
    let event = app.client().follow(unsubscribed, None).await.next().await.unwrap();
    let actor = json!({"type": "contact", "id": ada.rsplit('/').next()});
    assert_eq!(event.data["actor"], actor, "the contact who clicked is the actor");
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "Hello?")).await.ok();
    app.post("/messages", message(&app, &json!({"type": "user", "email": "ada@a.test"}))).await.ok();
    assert_eq!(app.mails().await.len(), 1);
    // Forged links get the same message, whatever is wrong with them.
    let forged = format!("{}{}", &link[..link.len() - 1], if link.ends_with('0') { '1' } else { '0' });
    for path in [forged.as_str(), "/unsubscribe/x", "/unsubscribe/x-1-y", "/unsubscribe/%00"] {
        for method in ["GET", "POST"] {
            let refused = anonymous.call(method, path, None).await;
            assert_eq!(
                (refused.status, refused.header("content-type")),
                (404, Some("text/html; charset=utf-8")),
                "{path}"
            );
        }
    }
    assert_eq!(anonymous.call("DELETE", &link, None).await.status, 405);
}

/// The merge has locked the lead and waits for the user when the lead follows the link.
#[tokio::test]
async fn a_contact_who_unsubscribes_beside_a_merge_stays_unsubscribed_on_postgres() {
    let app = TestApp::start(Database::Postgres).await;
    let (lead, ada) = (lead(&app).await, user(&app, "ada@a.test").await);
    app.post("/messages", message(&app, &json!({"type": "lead", "id": lead}))).await.ok();
    let link = app.mails().await.remove(0).unsubscribe().unwrap();

    let locked = Locked::rows(&app, "contacts", &format!("id = {}", number::<ContactId>(&ada))).await;
    let body = json!({"from": lead, "into": ada, "skip_duplicate_validation": true});
    let merge = sent(&app, "POST", "/contacts/merge", Some(body));
    locked.awaited_by(&app, 1).await;
    let anonymous = app.anonymous().off_the_record();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let done =
        tokio::spawn(async move { anonymous.raw("POST", &link, &form, "List-Unsubscribe=One-Click").await.status });
    locked.awaited_by(&app, 2).await;
    locked.release();
    assert_eq!((merge.await.unwrap().status, done.await.unwrap()), (200, 200));
    assert_eq!(app.get(&format!("/contacts/{ada}")).await.ok()["unsubscribed_from_emails"], true);
}

#[both]
async fn permanently_rejected_mail_bounces(app: TestApp) {
    let (path, ada) = by_mail(&app).await;
    let post_office = app.post_office().await;
    post_office.refuse("rcpt to:<ada@", "550 5.1.1 no such user");
    assert!(app.mails().await.is_empty());
    assert_eq!(states(&app).await[0].0, "bounced");
    let contact = app.get(&ada).await.ok();
    assert_eq!(contact["has_hard_bounced"], true);
    post_office.relent();
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "Hello?")).await.ok();
    assert!(app.mails().await.is_empty(), "no more mail is sent to a bounced address");
    // A failure on our side does not mark the address.
    let bob = user(&app, "bob@a.test").await;
    post_office.refuse("rcpt to:<bob@", "554 5.7.1 relay access denied");
    app.post("/messages", message(&app, &json!({"type": "user", "id": bob}))).await.ok();
    assert!(app.mails().await.is_empty());
    assert_eq!(states(&app).await.last().unwrap().0, "failed");
    assert_eq!(app.get(&format!("/contacts/{bob}")).await.ok()["has_hard_bounced"], false);
}

#[both]
async fn mail_is_retried(app: TestApp) {
    let (_, _) = by_mail(&app).await;
    let post_office = app.post_office().await;
    for (with, answer) in [
        ("rcpt to", "450 4.2.0 greylisted"),
        ("data", "421 busy"),
        ("mail from", "550 5.7.1 who are you"),
        ("rcpt", "drop"),
    ] {
        post_office.refuse(with, answer);
        assert!(app.mails().await.is_empty(), "{answer}");
        assert_eq!(states(&app).await[0].0, "pending", "{answer}");
        post_office.relent();
        assert!(app.mails().await.is_empty(), "it is not yet due again");
        app.clock.advance(3600);
    }
    // Nobody listens there.
    assert_eq!(app.send_mail("smtp://127.0.0.1:1").await, 1);
    app.clock.advance(4 * 3600);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    let attempts: i64 = app.write(|tx| Ok(tx.query_one("SELECT attempts FROM mails", &[], |row| row.get(0))?)).await;
    assert_eq!(attempts, 6);
    assert_eq!(states(&app).await, [("sent".to_owned(), None)]);
    assert!(app.mails().await.len() == 1, "once is enough");
}

#[both]
async fn mail_is_resent_after_a_crash_with_the_same_id(app: TestApp) {
    by_mail(&app).await;
    let first = app.mails().await.remove(0);
    // The server took it, and we died before we wrote that down.
    let now = deskwire_testkit::NOW;
    app.write(move |tx| {
        deskwire_store::global::workers::beat(
            tx,
            deskwire_store::global::workers::Claimant { id: 1, now_ms: now * 1000 },
        )?;
        Ok(tx.execute("UPDATE mails SET state = 'pending', owner = 1, lease_until = $1", &[(now + 300).into()])?)
    })
    .await;
    assert_eq!(app.mails().await.len(), 1, "a live process keeps its claim");
    app.clock.advance(4);
    let mails = app.mails().await;
    assert_eq!((mails.len(), mails[1].header("message-id")), (2, first.header("message-id")));
}

#[both]
async fn a_mailer_that_was_paused_leaves_its_batch_to_the_one_that_took_it_over(app: TestApp) {
    by_mail(&app).await;
    app.run_jobs().await;
    let claim = async |id| {
        let (workspace, now_ms) = (app.workspace_id.clone(), app.clock.now_ms());
        let (address, domain) = ("support@acme.test".to_owned(), "mail.acme.test".to_owned());
        let sender = mail::Sender { address, domain, reply_to: None, public_url: None };
        app.write(move |tx| {
            let by = deskwire_store::global::workers::Claimant { id, now_ms };
            deskwire_store::global::workers::beat(tx, by)?;
            mail::claim(tx, by, &sender, &[(workspace.clone(), 10)])
        })
        .await
    };
    let is_claimed = async |claimed: &mail::Claimed| {
        let claimed = claimed.clone();
        app.write(move |tx| mail::is_claimed(tx, &claimed)).await
    };
    let first = claim(1).await.remove(0);
    assert!(is_claimed(&first).await);
    app.clock.advance(4);
    let second = claim(2).await.remove(0);
    assert!(!is_claimed(&first).await && is_claimed(&second).await);
    assert!(app.mails().await.is_empty(), "the second one is about to send it");
}

#[both]
async fn one_invalid_address_does_not_block_others(app: TestApp) {
    for n in 0..25 {
        user(&app, &format!("user{n}@a.test")).await;
        app.post("/messages", message(&app, &json!({"email": format!("user{n}@a.test")}))).await.ok();
    }
    app.write(|tx| Ok(tx.execute("UPDATE contacts SET email = 'no address' WHERE email = 'user3@a.test'", &[])?)).await;
    app.post_office().await.refuse("rcpt to:<user7@", "550 no such user");
    assert_eq!(app.mails().await.len(), 23);
    assert_eq!(app.post_office().await.sessions(), 2, "a connection a batch");
    let (state, why) = states(&app).await[3].clone();
    assert_eq!((state.as_str(), why.as_deref()), ("bounced", Some("mail cannot be sent to this address")));
}

#[both]
async fn without_a_mail_server_mail_waits(app: TestApp) {
    by_mail(&app).await;
    app.run_jobs().await;
    app.clock.advance(86_400);
    app.run_jobs().await;
    let waiting = app.write(mail::waiting).await;
    assert_eq!((waiting.count, waiting.since), (1, Some(deskwire_testkit::NOW)));
    assert_eq!(app.mails().await.len(), 1, "and goes out once there is one");
    assert_eq!(app.write(mail::waiting).await.count, 0);
}

#[both]
async fn teammates_get_mail_if_they_ask_for_it(app: TestApp) {
    let grace = teammate(&app, "Grace Hopper", "grace@acme.test").await;
    let (path, ada) = started(&app, "ada@a.test").await;
    app.run_jobs().await;
    app.post(&format!("{path}/parts"), json!({"type": "admin", "admin_id": app.admin_id.to_string(), "assignee_id": grace.to_string(), "message_type": "assignment"})).await.ok();
    let says = |text: &str| json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": text});
    app.post(&format!("{path}/reply"), says("first")).await.ok();
    app.clock.advance(600);
    assert!(app.mails().await.is_empty(), "mail to teammates is off by default");
    let actor = app.actor();
    let declared = json!({"name": "Grace Hopper", "email": "grace@acme.test", "notify_by_mail": true});
    let again = app
        .write(move |tx| {
            let declared = serde_json::from_value(declared.clone()).unwrap();
            Ok((
                deskwire_domain::admins::declare(&mut Cx::new(tx, &actor), &declared)?,
                deskwire_domain::admins::declare(&mut Cx::new(tx, &actor), &declared)?,
            ))
        })
        .await;
    assert_eq!(again, (true, false));
    app.post(&format!("{path}/reply"), says("second")).await.ok();
    app.post(&format!("{path}/reply"), by_admin(&app, "note", "look")).await.ok();
    assert!(app.mails().await.is_empty());
    app.clock.advance(120);
    let mails = app.mails().await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!((mail.delivered_to.as_slice(), mail.unsubscribe()), (&["grace@acme.test".to_owned()][..], None));
    assert!(
        mail.text.contains("second") && mail.text.contains("look") && !mail.text.contains("first"),
        "{}",
        mail.text
    );
    assert_eq!(mail.header("auto-submitted").as_deref(), Some("auto-generated"));
    assert_eq!(notifications_of(&app, Recipient::Admin(grace)).await.len(), 4);
}
