//! Writing in the inbox: held replies, notes, drafts and read marks.

use deskwire_domain::error::{ErrorKind, Result};
use deskwire_domain::html::Html;
use deskwire_domain::ids::{AdminId, ConversationId, MacroId, PartId};
use deskwire_domain::inbox::drafts::{self, Content, DraftKind, Saved};
use deskwire_domain::inbox::replies::{Message, Outcome, Then, UNDO, send};
use deskwire_domain::inbox::{held, reads};
use deskwire_domain::{Actor, Cx, Principal, conversations};
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::support::user;

const ORIGIN: &str = "http://deskwire.test";

/// A conversation that a new user started: its id.
async fn conversation(app: &TestApp, email: &str) -> ConversationId {
    let user = user(app, email).await;
    let made = app.post("/conversations", json!({"from": {"type": "user", "id": user}, "body": "Help!"})).await.ok();
    ConversationId::parse(made["conversation_id"].as_str().unwrap()).unwrap()
}

/// A reply, to be changed.
fn message(kind: DraftKind, text: &str) -> Message {
    Message {
        kind,
        body: Html::read(text, ORIGIN, "html").unwrap(),
        origin: ORIGIN.to_owned(),
        attachments: Vec::new(),
        seen: None,
        then: None,
        send_at: None,
        macros: Vec::new(),
        mentions: Vec::new(),
        base: None,
    }
}

fn reply(text: &str) -> Message {
    message(DraftKind::Reply, text)
}

/// Runs a verb as the first admin.
async fn act<T: Send + 'static>(
    app: &TestApp,
    mut f: impl FnMut(&mut Cx<'_, '_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    let actor = app.actor();
    app.db().write(move |tx| f(&mut Cx::new(tx, &actor))).await
}

/// Sends a message: the id of the held reply or the note.
async fn sent(app: &TestApp, to: ConversationId, message: Message) -> PartId {
    match act(app, move |cx| send(cx, to, &message)).await.unwrap() {
        Outcome::Written(_, part, _) => part,
        Outcome::Held(_, held, _) => held.id,
        Outcome::Newer(newer) => panic!("{newer:?}"),
    }
}

async fn conversation_row(app: &TestApp, id: ConversationId) -> Value {
    app.get(&format!("/conversations/{id}")).await.ok()
}

/// The texts of the parts that say something.
fn texts(conversation: &Value) -> Vec<&str> {
    let parts = conversation["conversation_parts"]["conversation_parts"].as_array().unwrap();
    parts.iter().filter_map(|part| part["body"].as_str()).collect()
}

#[both]
async fn a_held_reply_is_invisible_until_it_is_sent_once(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let before = conversation_row(&app, to).await;
    let topics = app.topics().await;
    app.clock.advance(60);
    sent(&app, to, reply("On it")).await;
    app.clock.advance(UNDO - 1);
    app.run_jobs().await;
    assert_eq!(conversation_row(&app, to).await, before);
    assert_eq!(app.topics().await, topics);

    app.clock.advance(1);
    app.run_jobs().await;
    app.run_jobs().await;
    let after = conversation_row(&app, to).await;
    assert_eq!(texts(&after), ["<p>On it</p>"]);
    let part = &after["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["part_type"], &part["created_at"]), (&json!("comment"), &json!(NOW + 70)));
    assert_eq!(part["author"]["id"], json!(app.admin_id.to_string()));
    assert_eq!(after["statistics"]["time_to_admin_reply"], json!(70));
    assert_eq!(after["waiting_since"], Value::Null);
    assert_eq!(app.topics().await[topics.len()..], ["conversation.admin.replied"]);
}

#[both]
async fn two_processes_send_a_held_reply_once(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    for text in ["one", "two", "three"] {
        sent(&app, to, reply(text)).await;
    }
    app.clock.advance(UNDO);
    let other = app.another_worker();
    tokio::join!(app.run_jobs(), other.run_due());
    app.run_jobs().await;
    assert_eq!(texts(&conversation_row(&app, to).await), ["<p>one</p>", "<p>two</p>", "<p>three</p>"]);
}

#[both]
async fn a_withdrawn_reply_is_a_draft_and_never_sent(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let held = sent(&app, to, reply("Too soon")).await;
    let draft = Content { body: Html::of_text("more"), origin: ORIGIN.into(), attachments: Vec::new(), base: 0 };
    act(&app, move |cx| drafts::save(cx, to, DraftKind::Reply, &draft)).await.unwrap();
    let (_, back) = act(&app, move |cx| held::withdraw(cx, to, held)).await.unwrap();
    assert_eq!(back.draft.body.as_deref(), Some("<p>Too soon</p><p>more</p>"));
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert!(texts(&conversation_row(&app, to).await).is_empty());
    let unknown = act(&app, move |cx| held::withdraw(cx, to, held)).await.unwrap_err();
    assert_eq!(unknown.kind, ErrorKind::ResourceNotFound);

    let held = sent(&app, to, reply("Now")).await;
    app.clock.advance(UNDO);
    app.run_jobs().await;
    let late = act(&app, move |cx| held::withdraw(cx, to, held)).await.unwrap_err();
    assert_eq!(late.kind, ErrorKind::AlreadySent);
    assert_eq!(texts(&conversation_row(&app, to).await), ["<p>Now</p>"]);
    // Its draft went with it.
    assert!(act(&app, move |cx| drafts::of(cx, to)).await.unwrap().is_empty());
}

#[both]
async fn a_reply_is_sent_for_later_and_closes_then(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let later = Message { then: Some(Then::Close), send_at: Some(NOW + 86_400), ..reply("Tomorrow") };
    sent(&app, to, later).await;
    app.clock.advance(86_399);
    app.run_jobs().await;
    assert_eq!(conversation_row(&app, to).await["state"], "open");
    app.clock.advance(1);
    app.run_jobs().await;
    let after = conversation_row(&app, to).await;
    assert_eq!((texts(&after), &after["state"]), (vec!["<p>Tomorrow</p>"], &json!("closed")));
    let topics = app.topics().await;
    assert_eq!(topics[topics.len() - 2..], ["conversation.admin.replied", "conversation.admin.closed"]);

    for wrong in [
        Message { send_at: Some(NOW), ..reply("Before") },
        Message { send_at: Some(NOW + 900 * 86_400), ..reply("In years") },
        Message { then: Some(Then::Snooze(NOW)), ..reply("Asleep") },
        Message { send_at: Some(NOW + 90_000), ..message(DraftKind::Note, "Notes are for now") },
        Message { mentions: vec![app.admin_id], ..reply("Nobody is mentioned here") },
        Message { mentions: vec![AdminId::new(4711)], ..message(DraftKind::Note, "Who?") },
        reply(""),
    ] {
        let error = act(&app, move |cx| send(cx, to, &wrong)).await.unwrap_err();
        assert!(error.field.is_some() && error.kind.class() == ErrorKind::ParameterInvalid.class(), "{error:?}");
    }
}

#[both]
async fn held_replies_follow_later_changes_of_the_conversation(app: TestApp) {
    let (closed, snoozed) = (conversation(&app, "a@acme.test").await, conversation(&app, "b@acme.test").await);
    let (merged, into) = (conversation(&app, "c@acme.test").await, conversation(&app, "d@acme.test").await);
    let deleted = conversation(&app, "e@acme.test").await;
    for to in [closed, snoozed, merged, deleted] {
        sent(&app, to, reply("Here you are")).await;
    }
    let admin = app.admin_id.to_string();
    let parts = |id: ConversationId| format!("/conversations/{id}/parts");
    let close = json!({"type": "admin", "admin_id": admin, "message_type": "close"});
    app.post(&parts(closed), close).await.ok();
    let snooze = json!({"admin_id": admin, "message_type": "snoozed", "snoozed_until": NOW + 3600});
    app.post(&parts(snoozed), snooze).await.ok();
    act(&app, move |cx| conversations::merge(cx, merged, into)).await.unwrap();
    app.delete(&format!("/conversations/{deleted}")).await.ok();
    app.clock.advance(UNDO);
    app.run_jobs().await;
    for (id, state) in [(closed, "closed"), (snoozed, "open"), (into, "open")] {
        let after = conversation_row(&app, id).await;
        assert_eq!((texts(&after), &after["state"]), (vec!["<p>Here you are</p>"], &json!(state)));
    }
    assert!(texts(&conversation_row(&app, merged).await).is_empty());
    let left = act(&app, move |cx| held::of(cx, deleted)).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
}

#[both]
async fn undoing_a_merge_takes_back_the_replies_that_are_still_held(app: TestApp) {
    let (merged, into) = (conversation(&app, "c@acme.test").await, conversation(&app, "d@acme.test").await);
    let later = |text| Message { send_at: Some(NOW + 3600), ..reply(text) };
    sent(&app, merged, later("For c")).await;
    sent(&app, into, later("For d")).await;
    act(&app, move |cx| conversations::merge(cx, merged, into)).await.unwrap();
    sent(&app, merged, later("For both")).await;
    act(&app, move |cx| conversations::unmerge(cx, merged)).await.unwrap();
    app.clock.advance(3600);
    app.run_jobs().await;
    assert_eq!(texts(&conversation_row(&app, merged).await), ["<p>For c</p>"]);
    assert_eq!(texts(&conversation_row(&app, into).await), ["<p>For d</p>", "<p>For both</p>"]);
}

#[both]
async fn a_reply_that_crosses_another_is_stopped_and_shows_it(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let other = other_admin(&app).await;
    let first = Message { seen: Some(PartId::new(0)), ..reply("First") };
    let held = match as_admin(&app, other.clone(), move |cx| send(cx, to, &first)).await.unwrap() {
        Outcome::Held(_, held, _) => held.id,
        outcome => panic!("{outcome:?}"),
    };
    let mine = Message { seen: Some(PartId::new(0)), ..reply("Second") };
    let newer = |app| {
        let mine = mine.clone();
        async move { act(app, move |cx| send(cx, to, &mine)).await.unwrap() }
    };
    assert!(matches!(newer(&app).await, Outcome::Newer(n) if n.held.len() == 1 && n.parts.is_empty()));
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert!(matches!(newer(&app).await, Outcome::Newer(n) if n.held.is_empty() && n.parts.len() == 1));
    // A teammate who saw it while it was held is not told of a newer part.
    let mine = Message { seen: Some(held), ..mine };
    sent(&app, to, mine).await;
}

#[both]
async fn a_note_mentions_and_is_read(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let other = other_admin(&app).await;
    let whom = other.admin_id().unwrap();
    let mine = |actor: Actor| {
        as_admin(&app, actor, move |cx| {
            let row = deskwire_store::conversations::get(cx, to)?.unwrap();
            Ok(reads::marks(cx, &[reads::MarkedConversation::of_row(&row)])?[&to])
        })
    };
    assert!(mine(app.actor()).await.unwrap().unread);
    sent(&app, to, Message { mentions: vec![whom], ..message(DraftKind::Note, "Could you look?") }).await;
    app.run_jobs().await;
    let seen = mine(app.actor()).await.unwrap();
    assert_eq!((seen.unread, seen.mentioned), (false, false));
    let others_marks = mine(other.clone()).await.unwrap();
    assert_eq!((others_marks.unread, others_marks.mentioned), (true, true));
    assert_eq!(as_admin(&app, other.clone(), reads::mentions).await.unwrap(), [to]);

    as_admin(&app, other.clone(), move |cx| reads::read(cx, to)).await.unwrap();
    assert!(!mine(other.clone()).await.unwrap().unread);
    app.post(
        &format!("/conversations/{to}/reply"),
        json!({"message_type": "comment", "type": "user", "email": "bo@acme.test", "body": "Hm"}),
    )
    .await
    .ok();
    assert!(mine(other.clone()).await.unwrap().unread);
    as_admin(&app, other.clone(), move |cx| reads::read(cx, to)).await.unwrap();
    as_admin(&app, other.clone(), move |cx| reads::unread(cx, to)).await.unwrap();
    assert!(mine(other).await.unwrap().unread);
}

#[both]
async fn what_was_marked_as_unread_after_a_reply_was_written_stays_unread(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let is_unread = || {
        act(&app, move |cx| {
            let row = deskwire_store::conversations::get(cx, to)?.unwrap();
            Ok(reads::marks(cx, &[reads::MarkedConversation::of_row(&row)])?[&to].unread)
        })
    };
    act(&app, move |cx| reads::read(cx, to)).await.unwrap();
    sent(&app, to, reply("On it")).await;
    app.clock.advance(1);
    act(&app, move |cx| reads::unread(cx, to)).await.unwrap();
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(texts(&conversation_row(&app, to).await), ["<p>On it</p>"]);
    assert!(is_unread().await.unwrap());
    // A reply that was written later says that the teammate has read it.
    sent(&app, to, reply("Done")).await;
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert!(!is_unread().await.unwrap());
}

#[both]
async fn the_newest_draft_wins(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let save = |text: &'static str, base: i64| {
        let content = Content { body: Html::of_text(text), origin: ORIGIN.into(), attachments: Vec::new(), base };
        act(&app, move |cx| drafts::save(cx, to, DraftKind::Reply, &content))
    };
    let Saved::Now(Some(first)) = save("a", 0).await.unwrap() else { panic!() };
    let Saved::Now(Some(second)) = save("ab", first.updated_at).await.unwrap() else { panic!() };
    assert!(second.updated_at > first.updated_at);
    assert_eq!(save("ax", first.updated_at).await.unwrap(), Saved::Changed(Some(second.clone())));
    assert_eq!(save("ax", 0).await.unwrap(), Saved::Changed(Some(second.clone())));
    let stale = first.updated_at;
    let discarded = act(&app, move |cx| drafts::discard(cx, to, DraftKind::Reply, Some(stale))).await.unwrap();
    assert_eq!(discarded, Saved::Changed(Some(second.clone())));
    assert_eq!(save("", second.updated_at).await.unwrap(), Saved::Now(None));
    assert_eq!(save("ab", second.updated_at).await.unwrap(), Saved::Changed(None));
    let unknown = Content { body: Html::of_text("a"), origin: ORIGIN.into(), attachments: Vec::new(), base: 0 };
    let unknown = act(&app, move |cx| drafts::save(cx, ConversationId::new(1), DraftKind::Note, &unknown)).await;
    assert_eq!(unknown.unwrap_err().kind, ErrorKind::ResourceNotFound);
}

#[both]
async fn held_replies_of_removed_teammates_become_notes(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let other = other_admin(&app).await;
    let later = Message { send_at: Some(NOW + 3600), ..reply("See you") };
    as_admin(&app, other.clone(), move |cx| send(cx, to, &later)).await.unwrap();
    let gone = other.admin_id().unwrap();
    act(&app, move |cx| {
        let sql = "UPDATE admins SET removed_at = $2 WHERE workspace_id = $1 AND id = $3";
        Ok(cx.execute(sql, &[NOW.into(), gone.into()])?)
    })
    .await
    .unwrap();
    app.clock.advance(3600);
    app.run_jobs().await;
    let after = conversation_row(&app, to).await;
    let part = &after["conversation_parts"]["conversation_parts"][0];
    assert_eq!(part["part_type"], "note");
    assert!(part["body"].as_str().unwrap().ends_with("<p>See you</p>"), "{part}");
}

#[both]
async fn held_replies_of_teammates_who_may_not_reply_any_more_become_notes(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let other = other_admin(&app).await;
    let later = Message { then: Some(Then::Close), send_at: Some(NOW + 3600), ..reply("See you") };
    as_admin(&app, other, move |cx| send(cx, to, &later)).await.unwrap();
    act(&app, move |cx| {
        let viewer = json!({"email": "ben@acme.test", "name": "Ben", "role": "Viewer"});
        deskwire_domain::admins::declare(cx, &serde_json::from_value(viewer).unwrap())
    })
    .await
    .unwrap();
    app.clock.advance(3600);
    app.run_jobs().await;
    let after = conversation_row(&app, to).await;
    assert_eq!(after["state"], "open");
    let part = &after["conversation_parts"]["conversation_parts"][0];
    assert_eq!(part["part_type"], "note");
    let body = part["body"].as_str().unwrap();
    assert!(body.contains("may not reply any more") && body.ends_with("<p>See you</p>"), "{body}");
}

#[both]
async fn the_actions_of_macros_wait_for_the_reply(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let mut declared = Vec::new();
    for (name, action) in [("Thanks", json!({"type": "note", "body": "Thanked"})), ("Done", json!({"type": "close"}))] {
        declared.push(serde_json::from_value(json!({"name": name, "body": "x", "actions": [action]})).unwrap());
    }
    let macros: Vec<MacroId> = act(&app, move |cx| {
        for one in &declared {
            deskwire_domain::macros::declare(cx, one)?;
        }
        let all = deskwire_domain::macros::list(cx, None, None, 10)?.macros;
        let id = |name: &str| all.iter().find(|one| one.row.name == name).unwrap().row.id;
        Ok(vec![id("Thanks"), MacroId::new(4711), id("Done")])
    })
    .await
    .unwrap();
    let before = conversation_row(&app, to).await;
    let held = sent(&app, to, Message { macros: macros.clone(), ..reply("Bye") }).await;
    app.run_jobs().await;
    act(&app, move |cx| held::withdraw(cx, to, held)).await.unwrap();
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(conversation_row(&app, to).await, before);

    sent(&app, to, Message { macros: macros.clone(), ..reply("Bye") }).await;
    app.clock.advance(UNDO);
    app.run_jobs().await;
    let after = conversation_row(&app, to).await;
    let parts = after["conversation_parts"]["conversation_parts"].as_array().unwrap();
    let kinds: Vec<&str> = parts.iter().map(|part| part["part_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["comment", "note", "close"]);
    assert_eq!(after["state"], "closed");

    let note = Message { macros, ..message(DraftKind::Note, "Bye") };
    let refused = act(&app, move |cx| send(cx, to, &note)).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("macro_ids"));
}

#[both]
async fn only_its_author_takes_back_a_reply(app: TestApp) {
    let to = conversation(&app, "bo@acme.test").await;
    let other = other_admin(&app).await;
    let held = sent(&app, to, reply("Mine")).await;
    let taken = as_admin(&app, other, move |cx| held::withdraw(cx, to, held).map(drop)).await;
    assert_eq!(taken.unwrap_err().kind, ErrorKind::Forbidden);
    app.clock.advance(UNDO);
    app.run_jobs().await;
    assert_eq!(texts(&conversation_row(&app, to).await), ["<p>Mine</p>"]);
}

/// A second teammate.
async fn other_admin(app: &TestApp) -> Actor {
    let declared = serde_json::from_value(json!({"email": "ben@acme.test", "name": "Ben"})).unwrap();
    let made = act(app, move |cx| {
        deskwire_domain::admins::declare(cx, &declared)?;
        let all = deskwire_store::admins::all(cx)?;
        Ok(all.into_iter().find(|admin| admin.email == "ben@acme.test").unwrap().id)
    });
    Actor { principal: Principal::Admin(made.await.unwrap()), ..app.actor() }
}

async fn as_admin<T: Send + 'static>(
    app: &TestApp,
    actor: Actor,
    mut f: impl FnMut(&mut Cx<'_, '_>) -> Result<T> + Send + 'static,
) -> Result<T> {
    app.db().write(move |tx| f(&mut Cx::new(tx, &actor))).await
}
