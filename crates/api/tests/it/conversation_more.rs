//! What happens to conversations beside the talk: handling, side conversations, waking, parts that are sent elsewhere; and
//! what becomes of them when their contacts go.

use deskwire_domain::Cx;
use std::process::Command;

use deskwire_api::versions::Version;
use deskwire_domain::conversations::{handling, side_conversations};
use deskwire_domain::html::Html;
use deskwire_domain::ids::ConversationId;
use deskwire_testkit::{NOW, TestApp, Value, both, json};

use crate::conversations::{parts, started};
use crate::support::{id, since};

fn number(path: &str) -> i64 {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

/// The secret of a part for this token, as a client computes it.
fn secret(token: &str, conversation: i64, part: &str) -> String {
    let script = "import hashlib, hmac, sys; k = hashlib.sha256(sys.argv[1].encode()).hexdigest(); \
         print(hmac.new(k.encode(), sys.argv[2].encode(), 'sha256').hexdigest())";
    let made = Command::new("python3").args(["-c", script, token, &format!("{conversation}:{part}")]).output();
    String::from_utf8(made.expect("python3 runs").stdout).unwrap().trim().to_owned()
}

async fn pause(app: &TestApp, id: ConversationId, paused: bool) {
    let (actor, admin) = (app.actor(), app.admin_id);
    app.write(move |tx| {
        if paused {
            handling::pause(&mut Cx::new(tx, &actor), id, admin, Some("Away"))
        } else {
            handling::resume(&mut Cx::new(tx, &actor), id, admin)
        }
    })
    .await;
}

#[both]
async fn handling_events_exclude_pauses(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    assert_eq!(app.get(&format!("{path}/handling_events")).await.ok(), json!({"handling_events": []}));
    app.post(
        &format!("{path}/parts"),
        json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin}),
    )
    .await
    .ok();
    app.clock.advance(10);
    pause(&app, ConversationId::new(number(&path)), true).await;
    app.clock.advance(20);
    pause(&app, ConversationId::new(number(&path)), false).await;
    app.clock.advance(5);
    let closed = app
        .post(&format!("{path}/parts"), json!({"message_type": "close", "type": "admin", "admin_id": admin}))
        .await
        .ok();
    assert_eq!(
        (&closed["statistics"]["handling_time"], &closed["statistics"]["adjusted_handling_time"]),
        (&json!(35), &json!(15))
    );
    let events = app.get(&format!("{path}/handling_events")).await.ok();
    let teammate =
        json!({"type": "admin", "id": app.admin_id.number(), "name": "Ada Lovelace", "email": "ada@acme.test"});
    assert_eq!(
        events["handling_events"],
        json!([
            {"teammate": teammate, "type": "paused", "timestamp": "2026-03-01T12:00:10Z", "reason": "Away"},
            {"teammate": teammate, "type": "resumed", "timestamp": "2026-03-01T12:00:30Z"},
        ])
    );
    app.get("/conversations/77/handling_events").await.refused(404, "not_found");
    app.other_workspace().await.get(&format!("{path}/handling_events")).await.refused(404, "not_found");
    for version in since(Version::V2_15) {
        app.version(version).get(&format!("{path}/handling_events")).await.ok();
    }
    app.version("2.14").get(&format!("{path}/handling_events")).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn side_conversations_are_separate(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let (actor, admin, conversation) = (app.actor(), app.admin_id, ConversationId::new(number(&path)));
    let (first, second) = app
        .write(move |tx| {
            let html = |text: &str| Html::of_text(text).unwrap();
            let first =
                side_conversations::start(&mut Cx::new(tx, &actor), conversation, admin, &html("Does anyone know?"))?;
            let second = side_conversations::start(&mut Cx::new(tx, &actor), conversation, admin, &html("Billing"))?;
            side_conversations::reply(&mut Cx::new(tx, &actor), conversation, first, admin, &html("I do"))?;
            Ok((first, second))
        })
        .await;
    let list = app.get(&format!("{path}/side_conversations?per_page=1")).await.ok();
    assert_eq!(
        (&list["type"], &list["total_count"], &list["pages"]["total_pages"]),
        (&json!("side_conversation.list"), &json!(2), &json!(2))
    );
    let side = &list["side_conversations"][0];
    assert_eq!((&side["side_conversation_id"], &side["total_count"]), (&json!(first.to_string()), &json!(2)));
    let bodies: Vec<_> =
        side["conversation_parts"].as_array().unwrap().iter().map(|p| p["body"].as_str().unwrap()).collect();
    assert_eq!(bodies, ["<p>Does anyone know?</p>", "<p>I do</p>"]);
    assert_eq!(side["conversation_parts"][0]["author"]["name"], "Ada Lovelace");
    let list = app.get(&format!("{path}/side_conversations?per_page=1&page=2")).await.ok();
    assert_eq!(list["side_conversations"][0]["side_conversation_id"], second.to_string());
    // Contacts do not see them.
    assert_eq!(parts(&app.get(&path).await.ok()).len(), 0);
    app.get("/conversations/77/side_conversations").await.refused(404, "not_found");
    app.get(&format!("/conversations/{first}/side_conversations")).await.refused(404, "not_found");
    app.other_workspace().await.get(&format!("{path}/side_conversations")).await.refused(404, "not_found");
    app.get(&format!("{path}/side_conversations?page=0")).await.refused(400, "parameter_invalid");
    for version in since(Version::V2_16) {
        app.version(version).get(&format!("{path}/side_conversations")).await.ok();
    }
}

#[both]
async fn a_snoozed_conversation_wakes_when_it_is_due(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let (other, _) = started(&app, "bob@a.test").await;
    for (path, seconds) in [(&path, 60), (&other, 600)] {
        let body =
            json!({"message_type": "snoozed", "admin_id": app.admin_id.number(), "snoozed_until": NOW + seconds});
        app.post(&format!("{path}/parts"), body).await.ok();
    }
    assert_eq!(app.run_jobs().await, 0);
    app.clock.advance(60);
    assert_eq!(app.run_jobs().await, 1);
    assert_eq!(app.run_jobs().await, 0);
    let awake = app.get(&path).await.ok();
    assert_eq!(
        (&awake["state"], &awake["snoozed_until"], &awake["updated_at"]),
        (&json!("open"), &Value::Null, &json!(NOW + 60))
    );
    let part = &parts(&awake)[1];
    assert_eq!((&part["part_type"], &part["author"]["type"]), (&json!("timer_unsnooze"), &json!("bot")));
    assert_eq!(app.topics().await.last().unwrap(), "conversation.admin.unsnoozed");
    assert_eq!(app.get(&other).await.ok()["state"], "snoozed");
}

#[both]
async fn part_status_needs_identity_verification(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let admin = app.admin_id.to_string();
    let replied = app
        .post(
            &format!("{path}/reply"),
            json!({"type": "admin", "admin_id": admin, "message_type": "comment", "body": "Hi"}),
        )
        .await
        .ok();
    let part = id(&parts(&replied)[0]);
    let token = app.token("all").await;
    let client = app.client().with_token(&token);
    let at = format!("{path}/conversation_parts/{part}");
    let secret = secret(&token, number(&path), &part);
    let sent = json!({"send_state": "sent", "info_message": "Delivered", "experimental": true, "secret": secret});
    let shown = client.put(&at, sent.clone()).await.ok();
    assert_eq!((&shown["id"], &shown["external_reply_send_state"]), (&json!(part), &json!("sent")));
    let seen =
        client.put(&at, json!({"seen": true, "admin_id": admin, "experimental": true, "secret": secret})).await.ok();
    assert_eq!(
        (&seen["seen_state"], &seen["external_reply_send_state"]),
        (&json!({"admin_seen": true}), &json!("sent"))
    );
    // A secret belongs to one token and one part.
    assert_eq!(app.put(&at, sent.clone()).await.refused(403, "forbidden"), "Forbidden request");
    let other = app.post(&format!("{path}/parts"), json!({"message_type": "open", "admin_id": admin})).await.ok();
    client
        .put(&format!("{path}/conversation_parts/{}", id(&parts(&other)[1])), sent.clone())
        .await
        .refused(403, "forbidden");
    client.put(&at, json!({"send_state": "sent", "secret": secret})).await.refused(403, "forbidden");
    client.put(&at, json!({"send_state": "sent", "experimental": true})).await.refused(403, "forbidden");
    client.put(&at, json!({"experimental": true, "secret": secret})).await.refused(400, "parameter_not_found");
    client
        .put(&at, json!({"seen": true, "experimental": true, "secret": secret}))
        .await
        .refused(400, "parameter_not_found");
    client
        .put(&at, json!({"seen": true, "admin_id": "7", "experimental": true, "secret": secret}))
        .await
        .refused(404, "admin_not_found");
    client.put(&format!("{path}/conversation_parts/77"), sent.clone()).await.refused(404, "not_found");
    client.put(&format!("/conversations/77/conversation_parts/{part}"), sent.clone()).await.refused(404, "not_found");
    client.with_version("2.16").put(&at, sent).await.refused(400, "intercom_version_invalid");
}

#[both]
async fn merging_a_contact_moves_its_conversations(app: TestApp) {
    let lead = id(&app.post("/contacts", json!({"role": "lead", "email": "ada@a.test"})).await.ok());
    let made = app.post("/conversations", json!({"from": {"type": "lead", "id": lead}, "body": "Hello"})).await.ok();
    let path = format!("/conversations/{}", made["conversation_id"].as_str().unwrap());
    let (_, user) = started(&app, "ada@a.test").await;
    let merge = json!({"from": lead, "into": user});
    let preview = app.post("/contacts/merge/preview", merge.clone()).await.ok();
    assert_eq!(preview["summary"]["reassignments"]["conversations"], json!({"from": 1, "into": 1}));
    assert_eq!(preview["summary"]["reassignments"]["tickets"], json!({"from": 0, "into": 0}));
    app.post("/contacts/merge", merge).await.ok();
    // The user is now its contact; its author stays the lead who wrote it.
    for (field, contact, found) in [
        ("contact_ids", &user, 2),
        ("contact_ids", &lead, 0),
        ("source.author.id", &user, 1),
        ("source.author.id", &lead, 1),
    ] {
        let query = json!({"query": {"field": field, "operator": "=", "value": contact}});
        assert_eq!(app.post("/conversations/search", query).await.ok()["total_count"], found, "{field} {contact}");
    }
    let shown = app.get(&path).await.ok();
    assert_eq!(shown["source"]["author"]["id"], json!(lead));
    assert_eq!(shown["contacts"]["contacts"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), [user]);
}

#[both]
async fn deleting_a_contact_deletes_its_conversations(app: TestApp) {
    let (alone, user) = started(&app, "ada@a.test").await;
    let (shared, _) = started(&app, "bob@a.test").await;
    let add = json!({"admin_id": app.admin_id.number(), "customer": {"intercom_user_id": user}});
    app.post(&format!("{shared}/customers"), add).await.ok();
    app.delete(&format!("/contacts/{user}")).await.ok();
    app.get(&alone).await.refused(404, "not_found");
    let shown = app.get(&shared).await.ok();
    assert_eq!(shown["contacts"]["contacts"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/conversations/deleted").await.ok()["conversations"][0]["id"], number(&alone).to_string());
    assert!(app.topics().await.contains(&"conversation.deleted".to_owned()));
}

#[both]
async fn conversations_are_counted(app: TestApp) {
    let admin = app.admin_id.to_string();
    let team = {
        let actor = app.actor();
        let declared = serde_json::from_value(json!({"name": "Support", "members": ["ada@acme.test"]})).unwrap();
        app.write(move |tx| deskwire_domain::teams::declare(&mut Cx::new(tx, &actor), &declared)).await;
        id(&app.get("/teams").await.ok()["teams"][0])
    };
    let mut paths = Vec::new();
    for n in 0..5 {
        paths.push(started(&app, &format!("u{n}@a.test")).await.0);
    }
    for path in &paths[..4] {
        let assign = json!({"message_type": "assignment", "type": "admin", "admin_id": admin, "assignee_id": admin});
        app.post(&format!("{path}/parts"), assign).await.ok();
    }
    app.post(&format!("{}/parts", paths[0]), json!({"message_type": "close", "type": "admin", "admin_id": admin}))
        .await
        .ok();
    app.post(
        &format!("{}/parts", paths[1]),
        json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": NOW + 9_000}),
    )
    .await
    .ok();
    app.clock.advance(100);
    app.put(&paths[2], json!({"title": "Something happened"})).await.ok();
    let client = app.client().off_the_record();
    let counts = client.get("/counts?type=conversation").await.ok();
    assert_eq!(counts["conversation"], json!({"assigned": 3, "closed": 1, "open": 4, "unassigned": 1}));
    let counts = client.get("/counts?type=conversation&count=admin").await.ok();
    assert_eq!(counts["conversation"]["admin"], json!([{"id": admin, "name": "Ada Lovelace", "open": 3, "closed": 1}]));
    let metrics = app.get(&format!("/teams/{team}/metrics?idle_threshold=50")).await.ok();
    assert_eq!(
        metrics["data"],
        json!([{"type": "team_metric", "admin_id": admin, "open": 2, "idle": 1, "snoozed": 1}])
    );
}

#[both]
async fn attributes_are_searched_by_name_and_label(app: TestApp) {
    let list = json!({"name": "issue", "data_type": "list", "options": [{"label": "Billing"}, {"label": "Bug"}, {"label": "Bill of sale"}]});
    let list = app.post("/conversations/attributes", list).await.ok();
    app.post("/conversations/attributes", json!({"name": "count", "data_type": "integer"})).await.ok();
    app.post("/conversations/attributes", json!({"name": "due", "data_type": "datetime"})).await.ok();
    let day = |count: i64| 1_677_923_174 + count * 86_400;
    for (email, issue, count) in [("a@a.test", "Billing", 1), ("b@a.test", "Bug", 2), ("c@a.test", "Bill of sale", 3)] {
        let (path, _) = started(&app, email).await;
        app.put(&path, json!({"custom_attributes": {"issue": issue, "count": count, "due": day(count)}})).await.ok();
    }
    started(&app, "d@a.test").await;
    let found = async |field: &str, operator: &str, value: Value| {
        let query = json!({"field": format!("custom_attributes.{field}"), "operator": operator, "value": value});
        let nested = json!({"query": {"operator": "AND", "value": [query]}});
        app.post("/conversations/search", nested).await.ok()["total_count"].as_i64().unwrap()
    };
    assert_eq!(found("issue", "=", json!("billing")).await, 1);
    assert_eq!(found("issue", "^", json!("bill")).await, 2);
    assert_eq!(found("issue", "~", json!("b")).await, 3);
    assert_eq!(found("issue", "IN", json!(["Bug", "Billing"])).await, 2);
    assert_eq!(found("issue", "!=", json!("Bug")).await, 3);
    assert_eq!(found("issue", "=", Value::Null).await, 1);
    assert_eq!(found("issue", "=", json!("nothing")).await, 0);
    assert_eq!(found("count", ">", json!(1)).await, 2);
    // Dates are compared by the day, in lists too.
    for (operator, value, expected) in [
        ("=", json!(day(1) - 3_600), 1),
        ("!=", json!(day(1) - 3_600), 3),
        ("IN", json!([day(1) - 3_600, day(2)]), 2),
        ("NIN", json!([day(1) - 3_600, day(2)]), 2),
    ] {
        assert_eq!(found("due", operator, value).await, expected, "{operator}");
    }
    let option =
        format!("/conversations/attributes/{}/options/{}", list["id"], list["options"][1]["id"].as_str().unwrap());
    app.put(&option, json!({"label": "Fault"})).await.ok();
    assert_eq!((found("issue", "=", json!("Bug")).await, found("issue", "=", json!("Fault")).await), (0, 1));
    let unknown = json!({"query": {"field": "custom_attributes.nothing", "operator": "=", "value": "x"}});
    app.post("/conversations/search", unknown).await.refused(400, "invalid_field");
}
