//! `GET /app/events`: the history, followed.

use std::sync::atomic::Ordering;
use std::time::Duration;

use deskwire_domain::conversations::{self, MessageType, Reply, ReplyTo};
use deskwire_domain::ids::{AppId, ContactId, ConversationId, TagId};
use deskwire_domain::{
    Access, Actor, Cx, Noun, Permissions, Person, Principal, activity, events, html::Html, tags, tokens,
};
use deskwire_store::{Dialect, params};
use deskwire_testkit::{Following, NOW, StreamEvent, TestApp, Value, both, json};

use crate::support::user;

async fn read_events(stream: &mut Following, count: usize) -> Vec<StreamEvent> {
    let mut received = Vec::new();
    while received.len() < count {
        received.push(stream.next().await.expect("the stream goes on"));
    }
    received
}

/// The names of all events so far, with their places.
async fn positions_and_topics(app: &TestApp) -> Vec<(i64, String)> {
    let actor = app.actor();
    let all = app.write(move |tx| events::after(&mut Cx::new(tx, &actor), 0, 100_000)).await;
    all.0.into_iter().map(|e| (e.position, e.topic.as_str().to_owned())).collect()
}

#[both]
async fn streams_are_ordered_and_resume_anywhere(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    app.put(&format!("/contacts/{ada}"), json!({"name": "Ada"})).await.ok();
    app.post(&format!("/contacts/{ada}/archive"), json!({})).await.ok();
    app.run_jobs().await;
    let mut stream = app.client().follow("/app/events?after=0", None).await;
    let received = read_events(&mut stream, 3).await;
    let positions: Vec<_> = received.iter().map(|s| (s.id.unwrap(), s.event.clone())).collect();
    assert_eq!(positions, positions_and_topics(&app).await);
    assert_eq!(positions.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(
        received[0].data,
        json!({
            "id": 1, "topic": "contact.user.created", "object": {"type": "contact", "id": ada},
            "actor": {"type": "admin", "id": app.admin_id.to_string()}, "payload": {}, "notify": true, "created_at": NOW,
        })
    );
    stream.is_silent().await;
    // `Last-Event-ID`, which libraries send when they reconnect, is newer than the URL.
    let mut again = app.client().follow("/app/events?after=0", Some(2)).await;
    assert_eq!(again.next().await.unwrap(), received[2]);
    let mut now = app.client().follow("/app/events", None).await;
    now.is_silent().await;
    user(&app, "bob@acme.test").await;
    app.run_jobs().await;
    for stream in [&mut stream, &mut again, &mut now] {
        assert_eq!(stream.next().await.unwrap().id, Some(4));
    }
}

/// What contacts, apps and the system do by the verbs that admins use.
#[both]
async fn events_and_the_activity_log_say_who_acted(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let started = json!({"from": {"type": "user", "id": ada}, "body": "hello"});
    let conversation = app.post("/conversations", started).await.ok()["conversation_id"].clone();
    let tag = app.post("/tags", json!({"name": "VIP"})).await.ok()["id"].clone();
    let conversation = ConversationId::parse(conversation.as_str().unwrap()).unwrap();
    let tag = TagId::parse(tag.as_str().unwrap()).unwrap();
    let contact = ContactId::parse(&ada).unwrap();
    app.run_jobs().await;
    let mut stream = app.client().follow("/app/events", None).await;

    let (tenant, person) = (app.actor().tenant, Person::Id(ada.clone()));
    app.write(move |tx| {
        let mut permissions = Permissions::default();
        permissions.grant(Noun::Conversations, Access::Write);
        let reply = Reply {
            by: conversations::ReplyAuthor::Contact(person.clone()),
            message_type: MessageType::Comment,
            body: Html::of_text("hi"),
            options: None,
            attachments: Vec::new(),
            created_at: None,
            notify: true,
            skip_unsnooze: false,
        };
        let visitor = Actor::new(tenant.clone(), Principal::Contact(contact), permissions);
        let cx = &mut Cx::new(tx, &visitor);
        conversations::reply(cx, &ReplyTo::Id(conversation), &reply)?;
        activity::log_action(cx, "message_deletion", "did it", json!({}), None)?;
        let integration = Actor::new(tenant.clone(), Principal::App(AppId::new(7)), Permissions::ALL);
        tags::tag_contact(&mut Cx::new(tx, &integration), contact, Some(tag))?;
        tags::untag_contact(&mut Cx::new(tx, &Actor::system(tenant.clone())), contact, Some(tag))?;
        Ok(())
    })
    .await;
    app.run_jobs().await;
    let received = read_events(&mut stream, 4).await;
    let acted: Vec<_> = received.iter().map(|s| (s.event.as_str(), s.data["actor"].clone())).collect();
    let expected = [
        ("conversation.user.replied", json!({"type": "contact", "id": ada})),
        ("admin.activity_log_event.created", json!({"type": "contact", "id": ada})),
        ("contact.user.tag.created", json!({"type": "app", "id": "7"})),
        ("contact.user.tag.deleted", json!(null)),
    ];
    assert_eq!(acted, expected);

    let log = app.get("/admins/activity_logs?created_at_after=0").await.ok()["activity_logs"][0].clone();
    assert_eq!(log["activity_description"], "ada@acme.test did it.");
    assert_eq!(log["performed_by"], json!({"type": "admin", "id": "0", "email": "", "ip": ""}));
    let sql = "SELECT actor_type, actor_id FROM activity_logs WHERE workspace_id = $1 ORDER BY id DESC LIMIT 1";
    let workspace = app.workspace_id.clone();
    let actor = app.write(move |tx| Ok(tx.query_one(sql, params![&workspace], |row| Ok((row.get(0)?, row.get(1)?)))?));
    assert_eq!(actor.await, ("contact".to_owned(), contact));
}

#[both]
async fn stream_items_equal_webhook_items(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    app.put(&format!("/contacts/{ada}"), json!({"owner_id": app.admin_id.number()})).await.ok();
    app.run_jobs().await;
    for (version, owner) in [("2.16", json!(app.admin_id.to_string())), ("2.15", json!(app.admin_id.number()))] {
        let mut stream = app.version(version).follow("/app/events?after=1&items=true", None).await;
        let item = stream.next().await.unwrap().data["item"].clone();
        assert_eq!((&item["id"], &item["owner_id"]), (&json!(ada), &owner));
    }
}

#[both]
async fn streams_are_limited_by_scopes(app: TestApp) {
    user(&app, "ada@acme.test").await;
    app.post("/events", json!({"event_name": "ordered", "user_id": "ada", "created_at": NOW})).await;
    app.run_jobs().await;
    let events = app.scoped("read_events").await;
    let mut stream = events.follow("/app/events?after=0", None).await;
    assert_eq!(stream.next().await.unwrap().event, "event.created");
    stream.is_silent().await;
    let mut chosen = app.client().follow("/app/events?after=0&topics=event.created,company.created", None).await;
    assert_eq!(chosen.next().await.unwrap().event, "event.created");
    chosen.is_silent().await;
    let words = events.get("/app/events?topics=contact.user.created").await.refused(403, "forbidden");
    assert!(words.contains("read_users"), "{words}");
    app.scoped("write_tags").await.get("/app/events").await.refused(403, "forbidden");
    app.anonymous().get("/app/events").await.refused(401, "unauthorized");
    app.get("/app/events?topics=nothing").await.refused(400, "parameter_invalid");
    app.get("/app/events?after=-1").await.refused(400, "parameter_invalid");
    app.get("/app/events?after=99").await.refused(400, "parameter_invalid");
    app.get("/app/events?after=x").await.refused(400, "parameter_invalid");
    app.post("/app/events", json!({})).await.refused(405, "method_not_allowed");
    app.get("/app/nothing").await.refused(404, "not_found");
}

#[both]
async fn tickets_need_ticket_scopes_in_streams(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let started = json!({"from": {"type": "user", "id": ada}, "body": "hello"});
    app.post("/conversations", started.clone()).await.ok();
    app.post("/conversations", started).await.ok();
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let first = "SELECT min(id) FROM conversations WHERE workspace_id = $1";
        let id: i64 = tx.query_one(first, params![&workspace], |row| row.get(0))?;
        tx.execute(
            "UPDATE conversations SET is_ticket = $1 WHERE workspace_id = $2 AND id = $3",
            params![true, &workspace, id],
        )?;
        Ok(())
    })
    .await;
    app.run_jobs().await;
    let topics = "topics=conversation.user.created";
    for (scopes, count) in [("read_conversations", 1), ("read_conversations read_tickets", 2)] {
        for items in ["", "&items=true"] {
            let client = app.scoped(scopes).await;
            let mut stream = client.follow(&format!("/app/events?after=0&{topics}{items}"), None).await;
            let received = read_events(&mut stream, count).await;
            assert_eq!(received[0].data["item"].is_object(), !items.is_empty());
            stream.is_silent().await;
        }
    }
}

#[both]
async fn a_stream_ends_with_its_token(app: TestApp) {
    let token = app.token("read_users").await;
    let mut stream = app.client().with_token(&token).follow("/app/events?after=0", None).await;
    stream.is_silent().await;
    app.write(move |tx| {
        let (grant, _) = tokens::find(tx, &tokens::hash(&token))?.expect("the token is there");
        tokens::revoke(&mut tx.within(&grant.tenant.id), grant.token_id)
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    assert_eq!(stream.next().await, None);
}

#[both]
async fn a_stream_ends_with_the_server(app: TestApp) {
    let mut stream = app.client().follow("/app/events", None).await;
    stream.is_silent().await;
    app.app.stopping.store(true, Ordering::Relaxed);
    app.db().announce_all();
    assert_eq!(stream.next().await, None);
}

#[both]
async fn streams_are_per_workspace(app: TestApp) {
    let other = app.other_workspace().await;
    other.post("/contacts", json!({"email": "eve@other.test"})).await.ok();
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    for client in [app.client(), other] {
        let mut stream = client.follow("/app/events?after=0", None).await;
        assert_eq!(stream.next().await.unwrap().id, Some(1));
        stream.is_silent().await;
    }
}

#[both]
async fn expired_events_are_reported_as_a_gap(app: TestApp) {
    for name in ["a", "b"] {
        user(&app, &format!("{name}@acme.test")).await;
    }
    app.run_jobs().await;
    app.clock.advance(31 * 86_400);
    user(&app, "c@acme.test").await;
    app.run_jobs().await;
    deskwire_worker::tidy(app.db()).await;
    assert_eq!(positions_and_topics(&app).await.iter().map(|(p, _)| *p).collect::<Vec<_>>(), [3]);
    let mut stream = app.client().follow("/app/events?after=1", None).await;
    let gap = stream.next().await.unwrap();
    assert_eq!((gap.event.as_str(), gap.id, gap.data), ("gap", None, json!({"after": 1, "next": 3})));
    assert_eq!(stream.next().await.unwrap().id, Some(3));
    let mut stream = app.client().follow("/app/events?after=2", None).await;
    assert_eq!(stream.next().await.unwrap().id, Some(3));
}

#[both]
async fn nothing_is_missed_while_many_write(app: TestApp) {
    const WRITERS: usize = 8;
    const EACH: usize = 25;
    // Two workers give out places at once, as two servers on one database do.
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let until = |mut stopped: tokio::sync::watch::Receiver<bool>| async move { drop(stopped.wait_for(|s| *s).await) };
    let workers: Vec<_> = (0..2).map(|_| tokio::spawn(app.worker.clone().run(until(stopped.clone())))).collect();
    let mut stream = app.client().follow("/app/events?after=0", None).await;
    let writers = (0..WRITERS).map(|w| {
        let client = app.client();
        tokio::spawn(async move {
            for n in 0..EACH {
                client.post("/contacts", json!({"email": format!("{w}-{n}@acme.test")})).await.ok();
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    let mut last = 0;
    let mut seen: Vec<Value> = Vec::new();
    while seen.len() < WRITERS * EACH {
        let event = stream.next().await.expect("the stream goes on");
        assert_eq!(event.id, Some(last + 1), "the places follow each other");
        last += 1;
        seen.push(event.data["object"]["id"].clone());
        // Now and then the line breaks.
        if last % 37 == 0 {
            stream = app.client().follow("/app/events", Some(last)).await;
        }
    }
    for writer in writers {
        writer.await.expect("the writer writes");
    }
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), WRITERS * EACH);
    stop.send_replace(true);
    for worker in workers {
        worker.await.expect("the worker works");
    }
}

#[both]
async fn tag_names_need_read_tags(app: TestApp) {
    let ada = user(&app, "ada@acme.test").await;
    let tag = app.post("/tags", json!({"name": "Bankrupt"})).await.ok()["id"].clone();
    app.post(&format!("/contacts/{ada}/tags"), json!({"id": tag})).await.ok();
    app.delete(&format!("/contacts/{ada}/tags/{}", tag.as_str().unwrap())).await.ok();
    app.run_jobs().await;
    let plain = json!({"type": "tag", "id": tag});
    let named = json!({"type": "tag", "id": tag, "name": "Bankrupt"});
    for (scopes, shown) in [("read_users", &plain), ("read_users read_tags", &named)] {
        let client = app.scoped(scopes).await;
        let url = "/app/events?after=0&items=true&topics=contact.user.tag.created,contact.user.tag.deleted";
        for event in read_events(&mut client.follow(url, None).await, 2).await {
            assert_eq!((&event.data["payload"]["tag"], &event.data["item"]["tag"]), (shown, shown), "{scopes}");
        }
    }
}

#[both]
async fn single_read_scope_does_not_open_the_stream_of_contacts(app: TestApp) {
    user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    let one = app.scoped("read_single_user_and_company").await;
    for path in
        ["/app/events?after=0", "/app/events?topics=contact.user.created", "/app/events?after=0&topics=company.created"]
    {
        one.get(path).await.refused(403, "forbidden");
    }
    let both = app.scoped("read_single_user_and_company read_conversations").await;
    let mut stream = both.follow("/app/events?after=0", None).await;
    stream.is_silent().await;
}

/// However many follow a workspace, one looks for new events, and one reads those that several follow.
#[both]
async fn streams_share_their_reads(app: TestApp) {
    const STREAMS: usize = 30;
    let mut streams = Vec::new();
    for _ in 0..STREAMS {
        let mut stream = app.client().follow("/app/events", None).await;
        stream.is_open().await;
        streams.push(stream);
    }
    let statements = || app.db().stats().statements;
    let before = statements();
    streams[0].is_silent().await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle = statements() - before;
    // Other servers of a PostgreSQL do not announce their events: they are looked for.
    let most = if app.db().dialect() == Dialect::Postgres { 25 } else { 6 };
    assert!((2..=most).contains(&idle), "{idle} statements in three seconds");

    user(&app, "ada@acme.test").await;
    let before = statements();
    app.run_jobs().await;
    let placing = statements() - before;
    for stream in &mut streams {
        assert_eq!(stream.next().await.unwrap().id, Some(1));
    }
    let all = statements() - before;
    assert!(all <= placing + 6, "{all} statements, {placing} of them to place the event");
}
