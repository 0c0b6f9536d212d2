//! Which notifications teammates and contacts get, and which they do not get.

use deskwire_domain::Cx;
use deskwire_domain::notifications::{self, Notification, Recipient, Which};
use deskwire_domain::teams;
use deskwire_testkit::{TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::{id, user};
use crate::tickets::{state, ticket};

/// Another teammate: the id.
pub(crate) async fn teammate(app: &TestApp, name: &str, email: &str) -> deskwire_domain::ids::AdminId {
    app.teammate(name, email).await
}

/// The notifications of a recipient, newest first, after all events were fanned out.
pub(crate) async fn notifications_of(app: &TestApp, who: Recipient) -> Vec<Notification> {
    app.run_jobs().await;
    let actor = app.actor();
    app.write(move |tx| notifications::list(&mut Cx::new(tx, &actor), who, false, None)).await
}

async fn causes_of(app: &TestApp, who: Recipient) -> Vec<String> {
    notifications_of(app, who).await.into_iter().map(|n| n.cause).collect()
}

async fn unread(app: &TestApp, who: Recipient) -> usize {
    let actor = app.actor();
    app.write(move |tx| Ok(notifications::list(&mut Cx::new(tx, &actor), who, true, None)?.len())).await
}

pub(crate) fn contact(id: &str) -> Recipient {
    Recipient::Contact(deskwire_domain::ids::ContactId::parse(id).unwrap())
}

pub(crate) fn by_admin(app: &TestApp, kind: &str, body: &str) -> Value {
    json!({"type": "admin", "admin_id": app.admin_id.to_string(), "message_type": kind, "body": body})
}

fn assign(app: &TestApp, kind: &str, to: impl std::fmt::Display) -> Value {
    json!({"type": kind, "admin_id": app.admin_id.to_string(), "assignee_id": to.to_string(), "message_type": "assignment"})
}

#[both]
async fn a_reply_reaches_the_contact_and_a_note_does_not(app: TestApp) {
    let (path, ada) = started(&app, "ada@a.test").await;
    app.run_jobs().await;
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "Hello")).await.ok();
    let first = notifications_of(&app, contact(&ada)).await;
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(
        (first[0].cause.as_str(), first[0].topic.as_str()),
        ("Ada Lovelace replied", "conversation.admin.replied")
    );
    assert!(first[0].part_id.is_some() && first[0].read_at.is_none());
    app.post(&format!("{path}/reply"), by_admin(&app, "note", "The customer is difficult")).await.ok();
    app.post(
        &format!("{path}/parts"),
        json!({"message_type": "close", "type": "admin", "admin_id": app.admin_id.to_string()}),
    )
    .await
    .ok();
    let notifications = notifications_of(&app, contact(&ada)).await;
    assert_eq!(notifications.len(), 1, "the contact gets no notification of a note, nor of closing without a message");
    app.post(&format!("{path}/parts"), json!({"message_type": "open", "admin_id": app.admin_id.to_string()}))
        .await
        .ok();
    app.post(
        &format!("{path}/parts"),
        json!({"message_type": "close", "type": "admin", "admin_id": app.admin_id.to_string(), "body": "Bye"}),
    )
    .await
    .ok();
    assert_eq!(causes_of(&app, contact(&ada)).await, ["Ada Lovelace replied", "Ada Lovelace replied"]);
    // The author is not notified.
    assert_eq!(causes_of(&app, Recipient::Admin(app.admin_id)).await, Vec::<String>::new());
}

#[both]
async fn teammates_are_notified_of_their_conversations(app: TestApp) {
    let (grace, joan) =
        (teammate(&app, "Grace Hopper", "grace@acme.test").await, teammate(&app, "Joan", "joan@acme.test").await);
    let actor = app.actor();
    let team = app
        .write(move |tx| {
            let declared = serde_json::from_value(json!({"name": "Support", "members": ["joan@acme.test"]}));
            teams::declare(&mut Cx::new(tx, &actor), &declared.unwrap())?;
            Ok(deskwire_store::teams::lock_by_name(&mut tx.within(actor.workspace()), "Support")?.unwrap().id)
        })
        .await;
    let (path, ada) = started(&app, "ada@a.test").await;
    assert_eq!(causes_of(&app, Recipient::Admin(grace)).await, Vec::<String>::new(), "it is not assigned yet");
    app.post(&format!("{path}/parts"), assign(&app, "team", team)).await.ok();
    app.post(
        &format!("{path}/reply"),
        json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "Hello?"}),
    )
    .await
    .ok();
    assert_eq!(
        causes_of(&app, Recipient::Admin(joan)).await,
        ["ada@a.test replied", "Ada Lovelace assigned a conversation to you"]
    );
    let causes = causes_of(&app, Recipient::Admin(app.admin_id)).await;
    assert_eq!(causes, ["ada@a.test replied"], "teammates who took part are notified");
    app.post(&format!("{path}/parts"), assign(&app, "admin", grace)).await.ok();
    app.post(
        &format!("{path}/reply"),
        json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "Anyone?"}),
    )
    .await
    .ok();
    assert_eq!(
        causes_of(&app, Recipient::Admin(grace)).await,
        ["ada@a.test replied", "Ada Lovelace assigned a conversation to you"]
    );
    let causes = causes_of(&app, Recipient::Admin(joan)).await;
    assert_eq!(causes.len(), 2, "it is assigned to a teammate, so the team is not notified");
    app.post(&format!("{path}/reply"), by_admin(&app, "note", "<p>@Joan, can you help? Not @Grace Hoppers</p>"))
        .await
        .ok();
    assert_eq!(causes_of(&app, Recipient::Admin(joan)).await[0], "Ada Lovelace mentioned you in a note");
    assert_eq!(causes_of(&app, Recipient::Admin(grace)).await[0], "Ada Lovelace left a note");
    assert_eq!(causes_of(&app, contact(&ada)).await, Vec::<String>::new());
}

#[both]
async fn skip_notifications_silences(app: TestApp) {
    let grace = teammate(&app, "Grace Hopper", "grace@acme.test").await;
    let (path, ada) = started(&app, "ada@a.test").await;
    app.post(&format!("{path}/parts"), assign(&app, "admin", grace)).await.ok();
    let before = notifications_of(&app, Recipient::Admin(grace)).await.len();
    let mut quiet = by_admin(&app, "comment", "Quiet");
    quiet["skip_notifications"] = true.into();
    app.post(&format!("{path}/reply"), quiet).await.ok();
    let quiet = json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "Psst", "skip_notifications": true});
    app.post(&format!("{path}/reply"), quiet).await.ok();
    assert_eq!(notifications_of(&app, contact(&ada)).await.len(), 0);
    assert_eq!(notifications_of(&app, Recipient::Admin(grace)).await.len(), before);
    app.clock.advance(600);
    assert!(app.mails().await.is_empty());
}

#[both]
async fn notifications_are_read(app: TestApp) {
    let (path, ada) = started(&app, "ada@a.test").await;
    for word in ["one", "two", "three"] {
        app.post(&format!("{path}/reply"), by_admin(&app, "comment", word)).await.ok();
    }
    let all = notifications_of(&app, contact(&ada)).await;
    let who = contact(&ada);
    assert_eq!(unread(&app, who).await, 3);
    // The read state of the conversation is independent.
    app.put(&path, json!({"read": true})).await;
    assert_eq!(unread(&app, who).await, 3);
    let (actor, first) = (app.actor(), all[2].id);
    let marked = app
        .write(move |tx| {
            notifications::mark_read(
                &mut Cx::new(tx, &actor),
                who,
                &Which::Ids(vec![first, deskwire_domain::ids::NotificationId::new(17)]),
            )
        })
        .await;
    assert_eq!((marked, unread(&app, who).await), (1, 2));
    let (actor, second) = (app.actor(), all[1].id);
    let marked =
        app.write(move |tx| notifications::mark_read(&mut Cx::new(tx, &actor), who, &Which::UpTo(second))).await;
    assert_eq!((marked, unread(&app, who).await), (1, 1));
    let (actor, conversation) = (app.actor(), all[0].conversation_id.unwrap());
    let other = app.neighbour().await.1;
    let marked = app
        .write(move |tx| notifications::mark_read(&mut Cx::new(tx, &other), who, &Which::Conversation(conversation)))
        .await;
    assert_eq!((marked, unread(&app, who).await), (0, 1), "another workspace marks nothing here");
    let marked = app
        .write(move |tx| notifications::mark_read(&mut Cx::new(tx, &actor), who, &Which::Conversation(conversation)))
        .await;
    assert_eq!((marked, unread(&app, who).await), (1, 0));
    let actor = app.actor();
    let page = app.write(move |tx| notifications::list(&mut Cx::new(tx, &actor), who, false, Some(second))).await;
    assert_eq!(page.iter().map(|n| n.id).collect::<Vec<_>>(), [first]);
}

#[both]
async fn subscriptions_are_deleted_with_their_contact(app: TestApp) {
    let (path, lead) = {
        let lead = id(&app.post("/contacts", json!({"role": "lead", "email": "ada@a.test"})).await.ok());
        let made = app.post("/conversations", json!({"from": {"type": "lead", "id": lead}, "body": "Hi"})).await.ok();
        (format!("/conversations/{}", made["conversation_id"].as_str().unwrap()), lead)
    };
    let user = user(&app, "ada@a.test").await;
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "Hello")).await.ok();
    let message = json!({"from": {"type": "admin", "id": app.admin_id.number()}, "to": {"type": "lead", "id": lead}, "message_type": "inapp", "body": "x"});
    app.post("/messages", message).await.ok();
    assert_eq!(
        causes_of(&app, contact(&lead)).await,
        ["Ada Lovelace sent you a message", "Ada Lovelace replied"]
            .map(str::to_owned)
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    app.post("/contacts/merge", json!({"from": lead, "into": user})).await.ok();
    assert_eq!(notifications_of(&app, contact(&lead)).await.len(), 0);
    assert_eq!(notifications_of(&app, contact(&user)).await.len(), 2);
    app.delete(&format!("/contacts/{user}")).await.ok();
    assert_eq!(notifications_of(&app, contact(&user)).await.len(), 0);
    let left: i64 = app
        .write(|tx| {
            Ok(tx.query_one(
                "SELECT (SELECT count(*) FROM mails) + (SELECT count(*) FROM message_recipients)",
                &[],
                |r| r.get(0),
            )?)
        })
        .await;
    assert_eq!(left, 0);
}

#[both]
async fn ticket_notifications_reach_only_those_concerned(app: TestApp) {
    let made = ticket(&app, "Customer").await;
    let ada = contact(made["contacts"]["contacts"][0]["id"].as_str().unwrap());
    let path = format!("/tickets/{}", id(&made));
    assert_eq!(causes_of(&app, ada).await, ["Your ticket was created"]);
    let (progress, resolved) = (state(&app, "in_progress").await, state(&app, "resolved").await);
    let admin = app.admin_id.to_string();
    app.put(&path, json!({"ticket_state_id": progress, "admin_id": admin})).await.ok();
    app.post(&format!("{path}/reply"), by_admin(&app, "note", "secret")).await.ok();
    app.post(&format!("{path}/reply"), by_admin(&app, "comment", "We are on it")).await.ok();
    app.put(&path, json!({"ticket_state_id": resolved, "admin_id": admin, "skip_notifications": true})).await.ok();
    let causes = causes_of(&app, ada).await;
    assert_eq!(causes, ["Ada Lovelace replied", "Your ticket was updated", "Your ticket was created"]);
    app.clock.advance(120);
    let mails = app.mails().await;
    let number = made["ticket_id"].as_str().unwrap();
    let subject = format!("[#{number}] Your request to Acme");
    let subjects: Vec<&str> = mails.iter().map(|m| m.subject.as_str()).collect();
    assert_eq!(subjects.len(), 3);
    assert!(subjects.iter().all(|s| s.trim_start_matches("Re: ") == subject), "{subjects:?}");
    assert!(mails[0].text.starts_with(&format!("We have received your request (#{number}).")), "{}", mails[0].text);
    assert!(
        mails.iter().any(|m| m.text.starts_with("We are on it")) && mails.iter().all(|m| !m.raw.contains("secret"))
    );
    for category in ["Back-office", "Tracker"] {
        let made = ticket(&app, category).await;
        let path = format!("/tickets/{}", id(&made));
        app.put(&path, json!({"ticket_state_id": progress, "admin_id": admin})).await.ok();
        for who in made["contacts"]["contacts"].as_array().unwrap() {
            assert_eq!(causes_of(&app, contact(who["id"].as_str().unwrap())).await, Vec::<String>::new(), "{category}");
        }
    }
    app.clock.advance(600);
    assert_eq!(app.mails().await.len(), 3);
}
