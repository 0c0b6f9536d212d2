//! Following a workspace by server-sent events and by polling; `tests/http/sockets.rs` has the WebSocket.

use std::sync::atomic::Ordering;
use std::time::Duration;

use deskwire_domain::{Cx, admins};
use deskwire_testkit::{Browser, Following, TestApp, Value, both, json};

use super::lists::{act, conversation};
use super::roles::permitted;
use crate::support::user;
use crate::tickets::ticket_type;

/// The next frame of a stream, without signs of life and counts, and the id that it has there.
async fn next(stream: &mut Following) -> (Option<i64>, Value) {
    loop {
        let event = stream.next().await.expect("the stream goes on");
        if event.data["t"] != "ping" && event.data["t"] != "count" {
            return (event.id, event.data);
        }
    }
}

pub(super) async fn read_hello(stream: &mut Following) -> i64 {
    let (id, hello) = next(stream).await;
    assert_eq!((id, &hello["t"], &hello["carrier"]), (None, &json!("hello"), &json!("sse")));
    hello["position"].as_i64().unwrap()
}

#[both]
async fn streams_go_on_after_a_position(app: TestApp) {
    let browser = app.browser().await;
    let mut stream = browser.follow("/app/v1/live/stream", None).await;
    let position = read_hello(&mut stream).await;
    let ada = user(&app, "ada@acme.test").await;
    app.run_jobs().await;
    let created_frame = |p: i64, id: &str| {
        let object = json!({"type": "contact", "id": id});
        json!({"t": "ev", "p": p, "type": "contact.user.created", "object": object})
    };
    assert_eq!(next(&mut stream).await, (Some(position + 1), created_frame(position + 1, &ada)));
    let bob = user(&app, "bob@acme.test").await;
    app.run_jobs().await;
    assert_eq!(next(&mut stream).await.1, created_frame(position + 2, &bob));
    stream.is_silent().await;
    let path = format!("/app/v1/live/stream?after={position}");
    let mut again = browser.follow(&path, None).await;
    read_hello(&mut again).await;
    assert_eq!(next(&mut again).await.1, created_frame(position + 1, &ada));
    // `Last-Event-ID`, which clients send when they reconnect, is newer than the URL.
    let mut resumed = browser.follow(&path, Some(position + 1)).await;
    read_hello(&mut resumed).await;
    assert_eq!(next(&mut resumed).await.1, created_frame(position + 2, &bob));
    resumed.is_silent().await;
}

#[both]
async fn polls_wait_for_the_next_event(app: TestApp) {
    let browser = app.browser().await;
    let poll =
        async |after: i64, wait: u32| browser.get(&format!("/app/v1/live/poll?after={after}&wait={wait}")).await.ok();
    let position = browser.get("/app/v1/live/poll?wait=0").await.ok()["position"].as_i64().unwrap();
    assert_eq!(poll(position, 0).await, json!({"position": position, "frames": []}));
    let ada = user(&app, "ada@acme.test").await;
    let (polled, _) = tokio::join!(poll(position, 20), async {
        tokio::time::sleep(Duration::from_millis(100)).await;
        app.run_jobs().await
    });
    assert_eq!((&polled["position"], &polled["frames"][0]["object"]["id"]), (&json!(position + 1), &json!(ada)));
    // A later poll is answered at once.
    assert_eq!(poll(position, 20).await, polled);
    for (query, field) in [("wait=26", "wait"), ("wait=-1", "wait"), ("after=-1", "after"), ("after=x", "after")] {
        let refused = browser.get(&format!("/app/v1/live/poll?{query}")).await;
        assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!(field)), "{query}");
    }
    let anonymous = Browser::new(&app).get("/app/v1/live/poll?wait=0").await;
    assert_eq!((anonymous.status, &anonymous.body["error"]["code"]), (401, &json!("unauthorized")));
}

#[both]
async fn expired_and_unknown_positions_are_gaps(app: TestApp) {
    let browser = app.browser().await;
    for name in ["a", "b"] {
        user(&app, &format!("{name}@acme.test")).await;
    }
    app.run_jobs().await;
    // A position of the future is of a history that is lost.
    for after in [99, i64::MAX] {
        let polled = browser.get(&format!("/app/v1/live/poll?wait=0&after={after}")).await.ok();
        assert_eq!(polled, json!({"position": 2, "frames": [{"t": "gap", "next": 2}]}));
    }
    // A session does not last as long as the history.
    app.clock.advance(31 * 86_400);
    deskwire_worker::tidy(app.db()).await;
    let browser = app.browser().await;
    let polled = browser.get("/app/v1/live/poll?wait=0&after=0").await.ok();
    assert_eq!(polled, json!({"position": 2, "frames": [{"t": "gap", "next": 2}]}));
}

#[both]
async fn teammates_get_events_that_they_may_see(app: TestApp) {
    let actor = app.actor();
    let admin = app.write(move |tx| {
        let cx = &mut Cx::new(tx, &actor);
        let role = json!({"name": "Tickets", "permissions": ["read_tickets"]});
        admins::declare_role(cx, &serde_json::from_value(role).unwrap())?;
        let declared = json!({"email": "grace@acme.test", "name": "Grace", "role": "Tickets"});
        admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
        admins::named(cx, Some("grace@acme.test"))
    });
    let grace = Browser::signed_in(&app, &app.workspace_id, admin.await).await;
    let (outsider, eve) = app.neighbour().await;
    let eve = Browser::signed_in(&app, eve.workspace(), eve.admin_id().unwrap()).await;
    let (mut hers, mut elsewhere) =
        (grace.follow("/app/v1/live/stream", None).await, eve.follow("/app/v1/live/stream", None).await);
    read_hello(&mut hers).await;
    read_hello(&mut elsewhere).await;
    conversation(&app, "ada").await;
    app.run_jobs().await;
    // She may read tickets only, of which there are none.
    assert_eq!(next_of(&mut hers, "count").await["counts"]["all"], 0);
    hers.is_silent().await;
    elsewhere.is_silent().await;
    outsider.post("/contacts", json!({"email": "bob@other.test"})).await.ok();
    app.run_jobs().await;
    assert_eq!(next(&mut elsewhere).await.1["type"], "contact.user.created");
    // Nothing is missing for her: her position moves on.
    let polled = grace.get("/app/v1/live/poll?wait=1&after=0").await.ok();
    let last = app.browser().await.get("/app/v1/live/poll?wait=0").await.ok()["position"].clone();
    assert_eq!(polled, json!({"position": last, "frames": []}));
}

const READS_TICKETS: &[&str] = &["read_tickets"];
const READS_CONVERSATIONS: &[&str] = &["read_conversations"];

#[both]
async fn frames_show_the_kinds_that_a_role_permits(app: TestApp) {
    let (ticket, plain) = (conversation(&app, "ada").await, conversation(&app, "bob").await);
    let kind = ticket_type(&app, "Bug", "Customer").await;
    act(&app.browser().await, &ticket, json!({"type": "convert", "ticket_type_id": kind})).await;
    app.run_jobs().await;
    for (role, permissions, own, other) in
        [("Tickets", READS_TICKETS, &ticket, &plain), ("Talks", READS_CONVERSATIONS, &plain, &ticket)]
    {
        let browser = permitted(&app, role, permissions).await;
        let mut stream = browser.follow("/app/v1/live/stream", None).await;
        read_hello(&mut stream).await;
        for id in [other, own] {
            let note = json!({"message_type": "note", "type": "admin", "admin_id": app.admin_id.to_string(),
                "body": "Look"});
            app.post(&format!("/conversations/{id}/reply"), note).await.ok();
        }
        app.run_jobs().await;
        let (mut row, mut count) = (Value::Null, Value::Null);
        while row.is_null() || count.is_null() {
            let frame = stream.next().await.expect("the stream goes on").data;
            assert!(!frame.to_string().contains(other.as_str()), "{role}: {frame}");
            match frame["t"].as_str() {
                Some("row") => row = frame,
                Some("count") => count = frame,
                _ => {}
            }
        }
        assert_eq!((&row["row"]["id"], &count["counts"]["all"]), (&json!(own), &json!(1)), "{role}");
    }
}

#[both]
async fn a_stream_of_a_teammate_ends_with_the_server(app: TestApp) {
    let mut stream = app.browser().await.follow("/app/v1/live/stream", None).await;
    read_hello(&mut stream).await;
    app.app.stopping.store(true, Ordering::Relaxed);
    app.db().announce_all();
    let (_, bye) = next(&mut stream).await;
    assert_eq!((&bye["t"], &bye["why"]), (&json!("bye"), &json!("restart")));
    assert_eq!(stream.next().await, None);
}

#[both]
async fn frames_show_conversations_as_lists_do(app: TestApp) {
    let browser = app.browser().await;
    let mut stream = browser.follow("/app/v1/live/stream", None).await;
    read_hello(&mut stream).await;
    let ada = user(&app, "ada@acme.test").await;
    let message = json!({"from": {"type": "user", "id": ada}, "body": "Help"});
    let started = app.post("/conversations", message).await.ok();
    let id = started["conversation_id"].as_str().unwrap();
    app.run_jobs().await;
    assert_eq!(next(&mut stream).await.1["type"], "contact.user.created");
    let event = next(&mut stream).await.1;
    assert_eq!((&event["t"], &event["type"]), (&json!("ev"), &json!("conversation.user.created")));
    let (at, row) = next(&mut stream).await;
    assert_eq!((&row["t"], &row["p"], at), (&json!("row"), &event["p"], event["p"].as_i64()));
    assert_eq!((&row["row"]["id"], &row["row"]["excerpt"]), (&json!(id), &json!("Help")));
    let listed = browser.get("/app/v1/conversations?view=all").await.ok()["items"][0].clone();
    let mut shared = listed.as_object().unwrap().clone();
    shared.retain(|name, _| !["unread", "mentioned", "draft"].contains(&name.as_str()));
    assert_eq!(row["row"], Value::Object(shared));
    // Several changes at once are one row, after the last of them.
    let admin = app.admin_id.to_string();
    for kind in ["close", "open"] {
        let part = json!({"message_type": kind, "type": "admin", "admin_id": admin});
        app.post(&format!("/conversations/{id}/parts"), part).await.ok();
    }
    app.run_jobs().await;
    let (mut events, mut last) = (0, 0);
    let row = loop {
        let frame = next(&mut stream).await.1;
        if frame["t"] == "row" {
            break frame;
        }
        (events, last) = (events + 1, frame["p"].as_i64().unwrap());
    };
    assert!(events >= 2, "{events}");
    assert_eq!((&row["p"], &row["row"]["state"]), (&json!(last), &json!("open")));
    app.delete(&format!("/conversations/{id}")).await.ok();
    app.run_jobs().await;
    assert_eq!(next(&mut stream).await.1["type"], "conversation.deleted");
    let deleted = next(&mut stream).await.1;
    assert_eq!((&deleted["t"], &deleted["id"]), (&json!("gone"), &json!(id)));
}

/// The next frame of this kind.
pub(super) async fn next_of(stream: &mut Following, kind: &str) -> Value {
    loop {
        let event = stream.next().await.expect("the stream goes on");
        if event.data["t"] == kind {
            return event.data;
        }
    }
}

#[both]
async fn counts_follow_what_happens(app: TestApp) {
    let browser = app.browser().await;
    let mut stream = browser.follow("/app/v1/live/stream", None).await;
    read_hello(&mut stream).await;
    let ada = user(&app, "ada@acme.test").await;
    let message = json!({"from": {"type": "user", "id": ada}, "body": "Help"});
    let started = app.post("/conversations", message).await.ok();
    let id = started["conversation_id"].as_str().unwrap();
    app.run_jobs().await;
    let first = next_of(&mut stream, "count").await;
    assert_eq!((&first["counts"]["unassigned"], &first["counts"]["mine"]), (&json!(1), &json!(0)));
    assert_eq!(first["unread_notifications"], 0);
    let action = json!({"type": "assign", "admin_id": app.admin_id.to_string()});
    browser.post(&format!("/app/v1/conversations/{id}/actions"), action).await.ok();
    app.run_jobs().await;
    let second = next_of(&mut stream, "count").await;
    assert_eq!(second["counts"], json!({"mine": 1, "unassigned": 0}), "only changed counts are sent");
    // A notification, and reading it on another client.
    let reply = json!({"type": "user", "intercom_user_id": ada, "message_type": "comment", "body": "And?"});
    app.post(&format!("/conversations/{id}/reply"), reply).await.ok();
    app.run_jobs().await;
    let third = next_of(&mut stream, "count").await;
    assert_eq!((&third["counts"], &third["unread_notifications"]), (&json!({}), &json!(1)));
    browser.post("/app/v1/notifications/read", json!({"conversation_id": id})).await.ok();
    assert_eq!(next_of(&mut stream, "count").await["unread_notifications"], 0);
}

#[both]
async fn a_teammates_own_state_reaches_their_other_clients(app: TestApp) {
    let browser = app.browser().await;
    let grace = app.teammate("Grace Hopper", "grace@acme.test").await;
    let hers = Browser::signed_in(&app, &app.workspace_id, grace).await;
    let id = conversation(&app, "ada").await;
    app.run_jobs().await;
    let mut stream = browser.follow("/app/v1/live/stream", None).await;
    let mut of_grace = hers.follow("/app/v1/live/stream", None).await;
    read_hello(&mut stream).await;
    read_hello(&mut of_grace).await;
    let actions = format!("/app/v1/conversations/{id}/actions");
    browser.post(&actions, json!({"type": "read"})).await.ok();
    assert_eq!(next_of(&mut stream, "me").await, json!({"t": "me", "id": id, "unread": false}));
    browser.post(&actions, json!({"type": "unread"})).await.ok();
    assert_eq!(next_of(&mut stream, "me").await["unread"], true);
    let draft = json!({"html": "<p>Let me see</p>", "base": 0, "attachment_ids": []});
    let path = format!("/app/v1/conversations/{id}/drafts/reply");
    let saved = browser.put(&path, draft).await.ok()["draft"]["updated_at"].clone();
    let versions = |reply: &Value| json!({"reply": reply, "note": 0});
    let frame = |draft: bool, reply: &Value| json!({"t": "me", "id": id, "draft": draft, "drafts": versions(reply)});
    assert_eq!(next_of(&mut stream, "me").await, frame(true, &saved));
    browser.delete(&path).await.ok();
    assert_eq!(next_of(&mut stream, "me").await, frame(false, &json!(0)));
    // A message that is sent takes its draft along, and brings it back when it is withdrawn.
    let again = json!({"html": "<p>On it</p>", "base": 0, "attachment_ids": []});
    let saved = browser.put(&path, again).await.ok()["draft"]["updated_at"].clone();
    assert_eq!(next_of(&mut stream, "me").await, frame(true, &saved));
    let thread = format!("/app/v1/conversations/{id}");
    let reply = json!({"kind": "reply", "html": "<p>On it</p>", "seen": "source", "base": saved});
    let sent = browser.post(&format!("{thread}/reply"), reply).await.ok();
    assert_eq!(next_of(&mut stream, "me").await, frame(false, &json!(0)));
    let part = sent["part"]["id"].as_str().unwrap();
    let back = browser.post(&format!("{thread}/parts/{part}/withdraw"), json!({})).await.ok();
    assert_eq!(next_of(&mut stream, "me").await, frame(true, &back["draft"]["updated_at"]));
    let note = json!({"type": "admin", "admin_id": app.admin_id.to_string(), "message_type": "note",
        "body": "@Grace Hopper what do you think?"});
    app.post(&format!("/conversations/{id}/reply"), note).await.ok();
    app.run_jobs().await;
    // Her own state is sent after the row; the other teammate's state is never sent to her.
    assert_eq!(next_of(&mut of_grace, "row").await["row"]["id"], json!(id));
    assert_eq!(next_of(&mut of_grace, "me").await, json!({"t": "me", "id": id, "unread": true, "mentioned": true}));
}

#[both]
async fn held_replies_reach_the_clients_that_may_see_them(app: TestApp) {
    let browser = app.browser().await;
    let grace = app.teammate("Grace Hopper", "grace@acme.test").await;
    let hers = Browser::signed_in(&app, &app.workspace_id, grace).await;
    let id = conversation(&app, "ada").await;
    let path = format!("/app/v1/conversations/{id}");
    app.run_jobs().await;
    let mut of_grace = hers.follow("/app/v1/live/stream", None).await;
    read_hello(&mut of_grace).await;
    let reply = json!({"kind": "reply", "html": "<p>On it</p>", "seen": "source"});
    let sent = browser.post(&format!("{path}/reply"), reply).await.ok();
    assert_eq!(next_of(&mut of_grace, "held").await, json!({"t": "held", "id": id}));
    let parts = hers.get(&path).await.ok()["parts"].as_array().unwrap().clone();
    assert_eq!(parts.last().unwrap()["id"], sent["part"]["id"]);
    let held = sent["part"]["id"].as_str().unwrap();
    browser.post(&format!("{path}/parts/{held}/withdraw"), json!({})).await.ok();
    assert_eq!(next_of(&mut of_grace, "held").await, json!({"t": "held", "id": id}));
    let parts = hers.get(&path).await.ok()["parts"].as_array().unwrap().clone();
    assert!(parts.iter().all(|part| part["id"] != sent["part"]["id"]), "{parts:?}");
}

#[both]
async fn a_role_that_changes_ends_the_line(app: TestApp) {
    const READS: &[&str] = &["read_people"];
    const WRITES: &[&str] = &["write_people"];
    let actor = app.actor();
    let declare = |permissions: &'static [&'static str], manages: bool| {
        let actor = actor.clone();
        app.write(move |tx| {
            let cx = &mut Cx::new(tx, &actor);
            let role = json!({"name": "Ops", "permissions": permissions, "can_manage_apps": manages});
            admins::declare_role(cx, &serde_json::from_value(role).unwrap())?;
            let declared = json!({"email": "grace@acme.test", "name": "Grace", "role": "Ops"});
            admins::declare(cx, &serde_json::from_value(declared).unwrap())?;
            admins::named(cx, Some("grace@acme.test"))
        })
    };
    let grace = declare(READS, false).await;
    let browser = Browser::signed_in(&app, &app.workspace_id, grace).await;
    for (permissions, manages) in [(READS, true), (WRITES, true)] {
        let mut stream = browser.follow("/app/v1/live/stream", None).await;
        read_hello(&mut stream).await;
        declare(permissions, manages).await;
        app.app.tokens.refresh(app.db()).await;
        let bye = next_of(&mut stream, "bye").await;
        assert_eq!(bye["why"], "restart", "it reconnects and reads its permissions again");
    }
    let mut stream = browser.follow("/app/v1/live/stream", None).await;
    read_hello(&mut stream).await;
    let sessions = browser.get("/app/v1/me/sessions").await.ok();
    let session = sessions["items"][0]["id"].as_str().unwrap();
    browser.delete(&format!("/app/v1/me/sessions/{session}")).await.ok();
    assert_eq!(next_of(&mut stream, "bye").await["why"], "session");
}

#[both]
async fn a_role_that_permits_less_ends_the_lines_of_its_holders(app: TestApp) {
    let owner = app.browser().await;
    let browser = permitted(&app, "Ops", &["write_people"]).await;
    app.run_jobs().await;
    let (mut kept, mut ended) =
        (owner.follow("/app/v1/live/stream", None).await, browser.follow("/app/v1/live/stream", None).await);
    read_hello(&mut kept).await;
    read_hello(&mut ended).await;
    let roles = owner.get("/app/v1/settings/roles").await.ok();
    let role = roles["items"].as_array().unwrap().iter().find(|role| role["name"] == "Ops").unwrap();
    let path = format!("/app/v1/settings/roles/{}", role["id"].as_str().unwrap());
    owner.put(&path, json!({"name": "Ops", "permissions": ["read_people"]})).await.ok();
    assert_eq!(next_of(&mut ended, "bye").await["why"], "restart");
    user(&app, "eve@a.test").await;
    app.run_jobs().await;
    assert_eq!(next(&mut kept).await.1["type"], "contact.user.created");
}

#[both]
async fn a_session_that_ended_gets_nothing_more(app: TestApp) {
    let (kept, ended, left) = (app.browser().await, app.browser().await, app.browser().await);
    let mut lines = Vec::new();
    for browser in [&kept, &ended, &left] {
        let mut line = browser.follow("/app/v1/live/stream", None).await;
        read_hello(&mut line).await;
        lines.push(line);
    }
    let sessions = ended.get("/app/v1/me/sessions").await.ok();
    let own = sessions["items"].as_array().unwrap().iter().find(|one| one["is_this"] == true).unwrap();
    kept.delete(&format!("/app/v1/me/sessions/{}", own["id"].as_str().unwrap())).await.ok();
    left.delete("/app/v1/session").await.ok();
    user(&app, "eve@a.test").await;
    app.run_jobs().await;
    assert_eq!(next(&mut lines[0]).await.1["type"], "contact.user.created");
    for line in &mut lines[1..] {
        assert_eq!(next(line).await.1["why"], "session");
    }
}

#[both]
async fn a_surge_of_clients_is_asked_to_retry_later(app: TestApp) {
    let config = deskwire_api::Config { rate_limit: None, handshakes: 1, ..deskwire_api::Config::default() };
    let app = TestApp::start_with(app.database, config).await;
    let browser = app.browser().await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = browser.follow("/app/v1/live/stream", None).await;
        read_hello(&mut stream).await;
        kept.push(stream);
    }
    let mut refused = None;
    for _ in 0..5 {
        let answer = browser.get("/app/v1/live").await;
        if answer.status == 503 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("the third comes too soon");
    let wait: u32 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=5).contains(&wait), "{wait}");
    refused.declined(503, "service_unavailable");
    // Polling clients have no connection and are still served.
    browser.get("/app/v1/live/poll?wait=0").await.ok();
}

#[both]
async fn presence_reaches_the_clients_of_other_processes(app: TestApp) {
    let (other, _) = app.another_process();
    let grace = app.teammate("Grace Hopper", "grace@acme.test").await;
    let hers = Browser::signed_in(&app, &app.workspace_id, grace).await.through(&other);
    let id = conversation(&app, "ada").await;
    app.run_jobs().await;
    let (here, there) = (app.app.clone(), other.clone());
    let mut lines = tokio::task::JoinSet::new();
    lines.spawn(async move { here.exchange_notices().await });
    lines.spawn(async move { there.exchange_notices().await });
    let browser = app.browser().await;
    let mut stream = browser.follow("/app/v1/live/stream", None).await;
    let mut of_grace = hers.follow("/app/v1/live/stream", None).await;
    read_hello(&mut stream).await;
    read_hello(&mut of_grace).await;
    if app.database == deskwire_testkit::Database::Sqlite {
        // Only one process uses the file: there is no other process to notify.
        while let Some(ended) = lines.join_next().await {
            ended.unwrap();
        }
        return;
    }
    let workload = async {
        // Notes are lost until both channels are open.
        loop {
            hers.post("/app/v1/live/presence", json!({"conversation_id": id, "kind": "note"})).await.with(204);
            hers.post("/app/v1/live/presence", json!({"conversation_id": null})).await.with(204);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let seen = tokio::select! {
        () = workload => unreachable!("it never ends"),
        seen = next_of(&mut stream, "eph") => seen,
    };
    assert_eq!((&seen["admin_id"], &seen["conversation_id"]), (&json!(grace.to_string()), &json!(id)));
    // A teammate's own state is sent the same way.
    let mut elsewhere = browser.clone().through(&other).follow("/app/v1/live/stream", None).await;
    read_hello(&mut elsewhere).await;
    browser.post(&format!("/app/v1/conversations/{id}/actions"), json!({"type": "read"})).await.ok();
    assert_eq!(next_of(&mut elsewhere, "me").await, json!({"t": "me", "id": id, "unread": false}));
    // So is another role.
    let path = format!("/app/v1/settings/teammates/{grace}");
    browser.patch(&path, json!({"role": "Viewer"})).await.ok();
    assert_eq!(next_of(&mut of_grace, "bye").await["why"], "restart");
}
