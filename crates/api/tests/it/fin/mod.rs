//! `/fin`: sessions, what Fin answers, and ratings.

mod handed_over;
mod model;
mod orchestration;
mod procedures;
mod questions;
mod reactions;
mod stream;

use deskwire_domain::secrets::Secret;
use deskwire_domain::{Cx, fin};
use deskwire_testkit::{NOW, Received, Sink, SinkReply, TestApp, Value, both, json};

use crate::support::{id, since};
use deskwire_api::versions::Version;

const SECRET: &str = "a-secret-of-the-client";

/// Declares settings of Fin.
pub(crate) async fn declare(app: &TestApp, settings: fin::Declared) {
    let actor = app.actor();
    app.write(move |tx| fin::declare(&mut Cx::new(tx, &actor), &settings)).await;
}

/// A sink that events are sent to.
pub(crate) async fn webhook(app: &TestApp, settings: fin::Declared) -> Sink {
    let sink = Sink::start().await;
    let (webhook_url, webhook_secret) = (Some(sink.url("/fin")), Some(Secret(SECRET.to_owned())));
    declare(app, fin::Declared { webhook_url, webhook_secret, ..settings }).await;
    sink
}

/// An article that is published.
pub(crate) async fn article(app: &TestApp, title: &str, body: &str) -> Value {
    let author = app.admin_id.number();
    let article = json!({"title": title, "body_markdown": body, "author_id": author, "state": "published"});
    app.post("/articles", article).await.ok()
}

pub(crate) async fn help_center(app: &TestApp) {
    let reset = "Choose **Forgot password?** on the sign-in page.\n\nYou receive a link to choose a new password.";
    article(app, "Reset your password", reset).await;
    article(app, "Delivery times", "Standard delivery takes two days.\n\nExpress arrives on the next day.").await;
}

pub(crate) fn said(text: &str, timestamp: &str) -> Value {
    json!({"author": "user", "body": text, "timestamp": timestamp})
}

pub(crate) fn start(id: &str, text: &str) -> Value {
    json!({"conversation_id": id, "message": said(text, "2026-03-01T11:59:00.123Z"),
        "user": {"id": "u1", "name": "Grace Hopper", "email": "grace@acme.test"}})
}

pub(crate) fn reply(id: &str, text: &str, timestamp: &str) -> Value {
    json!({"conversation_id": id, "message": said(text, timestamp), "user": {"id": "u1"}})
}

/// The events that came.
pub(crate) fn events(sink: &Sink) -> Vec<Value> {
    sink.received().iter().filter(|request| request.path == "/fin").map(Received::json).collect()
}

/// Names and statuses of the events that came.
pub(crate) fn outline(sink: &Sink) -> Vec<String> {
    let line = |event: &Value| {
        let status = event["status"].as_str().unwrap_or("-");
        format!("{} {status}", event["event_name"].as_str().unwrap())
    };
    events(sink).iter().map(line).collect()
}

/// The one conversation of the workspace.
pub(crate) async fn conversation(app: &TestApp) -> Value {
    let list = app.get("/conversations").await.ok();
    app.get(&format!("/conversations/{}", id(&list["conversations"][0]))).await.ok()
}

#[both]
async fn fin_answers_from_an_article_and_cites_it(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, fin::Declared::default()).await;
    let started = app.post("/fin/start", start("ext-1", "How do I reset my password?")).await.ok();
    assert_eq!(
        started,
        json!({"conversation_id": "ext-1", "user_id": "u1", "status": "thinking", "created_at_ms": "2026-03-01T12:00:00.000Z",
            "sse_subscription_url": started["sse_subscription_url"]})
    );
    assert_eq!(conversation(&app).await["statistics"]["count_conversation_parts"], 0, "it answers after the commit");
    app.run_jobs().await;
    let events = events(&sink);
    assert_eq!(outline(&sink), ["fin_replied replying", "fin_status_updated awaiting_user_reply"]);
    let answer = &events[0];
    let body = answer["message"]["body"].as_str().unwrap();
    assert!(body.starts_with("<p>Choose Forgot password? on the sign-in page.</p>"), "{body}");
    assert!(body.contains("Reset your password</a>") && body.contains("/articles/"), "{body}");
    let conversation = conversation(&app).await;
    let part = &conversation["conversation_parts"]["conversation_parts"][0];
    assert_eq!((&part["body"], &part["id"]), (&answer["message"]["body"], &answer["message"]["id"]));
    assert_eq!((&part["author"]["from_ai_agent"], &part["author"]["is_ai_answer"]), (&json!(true), &json!(true)));
    assert_eq!((&part["author"]["type"], &part["part_type"]), (&json!("bot"), &json!("comment")));
    assert_eq!(conversation["source"]["body"], "<p>How do I reset my password?</p>");
    assert_eq!(conversation["source"]["author"]["email"], "grace@acme.test");
    assert_eq!(conversation["contacts"]["contacts"][0]["external_id"], "u1");
    assert_eq!(conversation["ai_agent_participated"], true);
    let agent = &conversation["ai_agent"];
    assert_eq!((&agent["last_answer_type"], &agent["resolution_state"]), (&json!("ai_answer"), &Value::Null));
    let source = &agent["content_sources"]["content_sources"][0];
    assert_eq!((&source["title"], &source["content_type"]), (&json!("Reset your password"), &json!("article")));
    assert_eq!(
        *answer,
        json!({"event_name": "fin_replied", "conversation_id": "ext-1", "user_id": "u1",
            "message": {"id": part["id"], "author": "fin", "body": body, "timestamp_ms": "2026-03-01T12:00:00.000Z"},
            "status": "replying", "created_at_ms": "2026-03-01T12:00:00.000Z"})
    );
    let signed = &sink.received()[0];
    let expected = signature(&signed.body);
    assert_eq!(signed.header("x-fin-agent-api-webhook-signature"), Some(expected.as_str()));
    assert!(app.topics().await.contains(&"conversation.operator.replied".to_owned()));
}

fn signature(body: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    // HMAC as RFC 2104 defines it, for a key that is shorter than a block.
    let pad = |with: u8| {
        let mut block = [with; 64];
        SECRET.bytes().zip(&mut block).for_each(|(key, byte)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(body).finalize();
    let outer = Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize();
    format!("sha256={}", deskwire_domain::secrets::hex(&outer))
}

#[both]
async fn before_2_16_the_reply_says_that_fin_awaits_an_answer(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, fin::Declared::default()).await;
    for (number, version) in since(Version::V2_14).enumerate() {
        let id = format!("ext-{number}");
        app.version(version).post("/fin/start", start(&id, "How do I reset my password?")).await.ok();
        app.run_jobs().await;
        let seen: Vec<String> = outline(&sink);
        match version {
            "2.14" | "2.15" => assert_eq!(seen.last().unwrap(), "fin_replied awaiting_user_reply"),
            _ => assert_eq!(seen[seen.len() - 2..], ["fin_replied replying", "fin_status_updated awaiting_user_reply"]),
        }
        let listed = app.version(version).get("/conversations").await.ok();
        let newest = app
            .version(version)
            .get(&format!("/conversations/{}", crate::support::id(&listed["conversations"][0])))
            .await
            .ok();
        assert_eq!(newest["ai_agent"]["source_type"], "profile", "{version}");
    }
    app.version("2.13")
        .off_the_record()
        .post("/fin/start", start("x", "?"))
        .await
        .refused(400, "intercom_version_invalid");
}

#[both]
async fn attributes_are_saved_and_invalid_ones_reported(app: TestApp) {
    for attribute in [
        json!({"model": "contact", "name": "plan", "data_type": "string"}),
        json!({"model": "contact", "name": "seats", "data_type": "integer"}),
    ] {
        app.post("/data_attributes", attribute).await.ok();
    }
    app.post("/conversations/attributes", json!({"name": "order", "data_type": "string"})).await.ok();
    app.post("/conversations/attributes", json!({"name": "count", "data_type": "integer"})).await.ok();
    let mut body = start("ext-1", "Hello");
    body["user"]["attributes"] = json!({"plan": "pro", "seats": "many", "nothing": 1});
    body["conversation_metadata"] = json!({"attributes": {"order": "A7", "count": "x", "none": true},
        "history": [{"author": "user", "body": "I need help"}, {"author": "agent", "body": "What with?"}]});
    let started = app.post("/fin/start", body).await.ok();
    assert_eq!(
        started["errors"],
        json!({
            "user": {"attributes": {"seats": "'many' is not a valid value for attribute 'seats' of type 'integer'",
                "nothing": "User attribute 'nothing' does not exist"}},
            "conversation": {"attributes": {"count": "'x' is not a valid value for attribute 'count' of type 'integer'",
                "none": "Conversation attribute 'none' does not exist"}},
        })
    );
    let conversation = conversation(&app).await;
    assert_eq!(conversation["custom_attributes"]["order"], "A7");
    let bodies: Vec<&str> = conversation["conversation_parts"]["conversation_parts"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|p| p["body"].as_str())
        .collect();
    assert_eq!(
        (conversation["source"]["body"].as_str(), bodies),
        (Some("<p>I need help</p>"), vec!["<p>What with?</p>", "<p>Hello</p>"])
    );
    let contact = app.get(&format!("/contacts/{}", id(&conversation["contacts"]["contacts"][0]))).await.ok();
    assert_eq!((&contact["custom_attributes"]["plan"], &contact["name"]), (&json!("pro"), &json!("Grace Hopper")));
    let mut again = reply("ext-1", "It is Grace", "2026-03-01T12:00:00Z");
    again["user"] = json!({"id": "u1", "email": "hopper@acme.test", "attributes": {"plan": "free"}});
    assert_eq!(app.post("/fin/reply", again).await.ok()["errors"], Value::Null);
    let contact = app.get(&format!("/contacts/{}", id(&contact))).await.ok();
    assert_eq!(
        (&contact["custom_attributes"]["plan"], &contact["email"]),
        (&json!("free"), &json!("hopper@acme.test"))
    );
    // Another user keeps the address.
    app.post("/contacts", json!({"email": "taken@acme.test"})).await.ok();
    let mut other = start("ext-2", "Hello");
    other["user"] = json!({"id": "u2", "email": "taken@acme.test"});
    app.post("/fin/start", other).await.ok();
}

#[both]
async fn repeated_messages_are_written_once(app: TestApp) {
    let sink = webhook(&app, fin::Declared::default()).await;
    for _ in 0..2 {
        app.post("/fin/start", start("ext-1", "Hi")).await.ok();
    }
    app.run_jobs().await;
    app.post("/fin/start", start("ext-1", "Hi")).await.ok();
    app.run_jobs().await;
    assert_eq!(outline(&sink), ["fin_replied replying", "fin_status_updated awaiting_user_reply"]);
    for _ in 0..2 {
        app.post("/fin/reply", reply("ext-1", "Hello", "2026-03-01T12:00:00.500Z")).await.ok();
        app.run_jobs().await;
    }
    assert_eq!(outline(&sink).len(), 4);
    assert_eq!(conversation(&app).await["statistics"]["count_conversation_parts"], 3);
    app.clock.advance(301);
    app.post("/fin/reply", reply("ext-1", "Hello", "2026-03-01T12:00:00.500Z")).await.ok();
    app.run_jobs().await;
    assert_eq!(outline(&sink).len(), 6, "after five minutes it counts as a new message");
    let why = app.post("/fin/start", start("ext-1", "Hi")).await.refused(400, "parameter_invalid");
    assert_eq!(
        why,
        "Fin session already exists for this conversation. Please use /reply to continue the conversation."
    );
}

#[both]
async fn satisfied_users_are_asked_for_a_rating(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, fin::Declared { csat: Some(true), ..fin::Declared::default() }).await;
    app.post("/fin/start", start("ext-1", "How long does standard delivery take?")).await.ok();
    app.run_jobs().await;
    let rate = |body: Value| app.post("/fin/csat", body);
    let none = rate(json!({"conversation_id": "ext-1", "rating": "good"})).await;
    assert_eq!(
        (none.status, &none.body),
        (422, &json!({"errors": {"base": "No rating survey found for this conversation"}}))
    );
    app.post("/fin/reply", reply("ext-1", "Thanks, that helped!", "2026-03-01T12:00:01Z")).await.ok();
    app.run_jobs().await;
    assert_eq!(
        outline(&sink)[2..],
        ["fin_replied replying", "fin_status_updated resolved", "fin_status_updated complete", "csat_requested -"]
    );
    let options = events(&sink)[5]["csat"]["options"].clone();
    let keys: Vec<&str> = options.as_array().unwrap().iter().map(|o| o["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["terrible", "bad", "ok", "good", "amazing"]);
    assert_eq!(options[4], json!({"key": "amazing", "emoji": "🤩", "label": "Amazing"}));
    let closed = conversation(&app).await;
    assert_eq!(
        (&closed["state"], &closed["ai_agent"]["resolution_state"]),
        (&json!("closed"), &json!("confirmed_resolution"))
    );
    for (body, field, why) in [
        (
            json!({"conversation_id": "x", "rating": "good"}),
            "external_conversation_id",
            "Conversation not found for the given external_conversation_id",
        ),
        (json!({"conversation_id": "ext-1", "rating": "great"}), "rating", "Rating isn't an option"),
        (json!({"conversation_id": "ext-1"}), "rating", "Rating isn't an option"),
        (
            json!({"conversation_id": "ext-1", "rating": "ok", "remark": "x".repeat(2001)}),
            "remark",
            "Remark is too long",
        ),
    ] {
        let answer = rate(body).await;
        assert_eq!((answer.status, answer.body), (422, json!({"errors": {field: why}})));
    }
    for version in since(Version::V2_14) {
        let good =
            app.version(version).post("/fin/csat", json!({"conversation_id": "ext-1", "rating": "good"})).await.ok();
        assert_eq!(good, json!({"conversation_id": "ext-1", "rating": "good", "status": "rated"}));
    }
    app.clock.advance(60);
    rate(json!({"conversation_id": "ext-1", "rating": "amazing", "remark": "Quick!"})).await.ok();
    let agent = conversation(&app).await["ai_agent"].clone();
    assert_eq!((&agent["rating"], &agent["rating_remark"]), (&json!(5), &json!("Quick!")));
    assert_eq!((&agent["created_at"], &agent["updated_at"]), (&json!(NOW), &json!(NOW + 60)));
    let locked = rate(json!({"conversation_id": "ext-1", "rating": "bad"})).await;
    assert_eq!(
        locked.body,
        json!({"errors": {"base": "This rating can no longer be changed because a remark has already been submitted"}})
    );
    app.clock.advance(86_400);
    rate(json!({"conversation_id": "ext-1", "rating": "amazing", "remark": "Quick!"})).await.ok();
    let rated = app.topics().await.iter().filter(|topic| *topic == "conversation.rating.added").count();
    assert_eq!(rated, 2);
    let found = app
        .post("/conversations/search", json!({"query": {"field": "ai_agent.rating", "operator": "=", "value": 5}}))
        .await
        .ok();
    assert_eq!(found["total_count"], 1);
    let old = app.version("2.13").get(&format!("/conversations/{}", id(&closed))).await.ok();
    assert_eq!(old["ai_agent"].get("created_at"), None);
}

#[both]
async fn the_rating_window_closes(app: TestApp) {
    help_center(&app).await;
    declare(&app, fin::Declared { csat: Some(true), ..fin::Declared::default() }).await;
    app.post("/fin/start", start("ext-1", "How long does standard delivery take?")).await.ok();
    app.run_jobs().await;
    app.clock.advance(599);
    app.run_jobs().await;
    assert_eq!(conversation(&app).await["state"], "open");
    app.clock.advance(1);
    app.run_jobs().await;
    let resolved = conversation(&app).await;
    assert_eq!(
        (&resolved["state"], &resolved["ai_agent"]["resolution_state"]),
        (&json!("closed"), &json!("assumed_resolution"))
    );
    app.clock.advance(86_400);
    let late = app.post("/fin/csat", json!({"conversation_id": "ext-1", "rating": "ok"})).await;
    assert_eq!(
        (late.status, late.body),
        (422, json!({"errors": {"base": "The rating window for this conversation has closed"}}))
    );
}

#[both]
async fn unanswered_questions_are_handed_over(app: TestApp) {
    help_center(&app).await;
    let actor = app.actor();
    app.write(move |tx| {
        let team = serde_json::from_value(json!({"name": "Humans"})).unwrap();
        deskwire_domain::teams::declare(&mut Cx::new(tx, &actor), &team)
    })
    .await;
    let sink = webhook(&app, fin::Declared { team: Some("Humans".to_owned()), ..fin::Declared::default() }).await;
    app.post("/fin/start", start("ext-1", "Who founded the company, and when?")).await.ok();
    app.run_jobs().await;
    assert_eq!(outline(&sink), ["fin_replied replying", "fin_status_updated escalated", "fin_status_updated complete"]);
    assert_eq!(events(&sink)[1]["reason"], "Routed to team");
    let open = conversation(&app).await;
    assert_eq!((&open["state"], &open["ai_agent"]["resolution_state"]), (&json!("open"), &json!("escalated")));
    assert_ne!(open["team_assignee_id"], 0);
    assert_eq!(
        app.version("2.14").get(&format!("/conversations/{}", id(&open))).await.ok()["ai_agent"]["resolution_state"],
        "routed_to_team"
    );
    // From then on people answer.
    let more = app.post("/fin/reply", reply("ext-1", "How do I reset my password?", "2026-03-01T12:00:01Z")).await.ok();
    assert_eq!(more["status"], "escalated");
    app.run_jobs().await;
    assert_eq!(outline(&sink).len(), 3);
    app.post("/fin/start", start("ext-2", "I want to talk to a human")).await.ok();
    app.run_jobs().await;
    assert_eq!(events(&sink)[4]["reason"], "Escalation requested by user");
}

#[both]
async fn settings_say_how_fin_answers(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, fin::Declared::default()).await;
    let mut email = start("ext-1", "How do I reset my password?");
    email["settings"] = json!({"email": true, "follow_up_questions": false});
    app.post("/fin/start", email).await.ok();
    app.run_jobs().await;
    let body = events(&sink)[0]["message"]["body"].as_str().unwrap().to_owned();
    assert!(body.starts_with("<p>Hello Grace Hopper,</p>") && body.ends_with("<p>Best regards,<br>Fin</p>"), "{body}");
    assert_eq!(outline(&sink), ["fin_replied replying", "fin_status_updated complete"]);
    let mut unknown = start("ext-2", "Who founded the company, and when?");
    unknown["settings"] = json!({"follow_up_questions": false});
    app.post("/fin/start", unknown).await.ok();
    app.run_jobs().await;
    assert_eq!(outline(&sink)[2..], ["fin_replied replying", "fin_status_updated complete"]);
    declare(&app, fin::Declared { enabled: Some(false), ..fin::Declared::default() }).await;
    let why = app.post("/fin/start", start("ext-3", "Hi")).await.refused(400, "parameter_invalid");
    assert_eq!(why, "No Fin profile is configured to handle this conversation. Configure a Fin profile and retry.");
}

#[both]
async fn a_follow_up_continues_the_question_before(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, fin::Declared::default()).await;
    let mut body = start("ext-1", "And for express?");
    body["conversation_metadata"] = json!({"history": [
        {"author": "user", "body": "How long does delivery take?", "timestamp": "2026-03-01T11:00:00Z"},
        {"author": "agent", "body": "Two days.", "timestamp": "2026-03-01T11:01:00Z"}]});
    app.post("/fin/start", body).await.ok();
    app.run_jobs().await;
    assert!(events(&sink)[0]["message"]["body"].as_str().unwrap().contains("Express arrives"));
}

#[both]
async fn invalid_requests_are_rejected(app: TestApp) {
    let with = |change: fn(&mut Value)| {
        let mut body = start("ext-1", "Hi");
        change(&mut body);
        body
    };
    for (body, why) in [
        (with(|b| b["conversation_id"] = json!("")), "conversation_id is required"),
        (
            with(|b| b["conversation_id"] = json!("x".repeat(256))),
            "conversation_id is too long (maximum is 255 characters)",
        ),
        (with(|b| b["user"] = json!({})), "User ID is required"),
        (with(|b| b["message"] = Value::Null), "message is required"),
        (with(|b| b["message"]["author"] = json!("bot")), "author must be 'user', 'agent' or 'fin'"),
        (with(|b| b["message"]["body"] = json!(" ")), "message body is required"),
        (
            with(|b| b["message"]["timestamp"] = json!("9999-12-31T23:59:59Z")),
            "timestamp must be an ISO 8601 time from 1970 to 2199",
        ),
        (
            with(|b| b["conversation_metadata"] = json!({"history": vec![said("x", "2026-03-01T11:00:00Z"); 11]})),
            "Conversation history cannot contain more than 10 items",
        ),
        (with(|b| b["conversation_metadata"] = json!({"history": [1]})), "history must be an array of objects"),
        (with(|b| b["attachments"] = json!([{"type": "url", "url": "ftp://x"}])), "url must be an http or https URL"),
        (
            with(|b| b["attachments"] = json!([{"type": "file", "name": "a.png"}])),
            "each of attachments must have a content_type, data and a name",
        ),
        (with(|b| b["attachments"] = json!([{"type": "fax"}])), "type must be 'url' or 'file'"),
        (
            with(|b| b["attachments"] = json!(vec![json!({"type": "url", "url": "https://a.test/x"}); 11])),
            "attachments may hold 10 files at most",
        ),
        (
            with(|b| {
                b["user"]["attributes"] =
                    (0..11).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>().into();
            }),
            "Cannot update more than 10 attributes at once.",
        ),
    ] {
        assert_eq!(app.post("/fin/start", body).await.refused(400, "parameter_invalid"), why);
    }
    assert_eq!(app.get("/conversations").await.ok()["total_count"], 0, "nothing is half done");
    let unknown = app.post("/fin/reply", reply("ext-1", "Hi", "2026-03-01T12:00:00Z")).await;
    assert_eq!(unknown.refused(400, "parameter_invalid"), "Conversation not found");
    app.post("/fin/start", start("ext-1", "Hi")).await.ok();
    let mut other = reply("ext-1", "Hi", "2026-03-01T12:00:00Z");
    other["user"] = json!({"id": "u2"});
    assert_eq!(
        app.post("/fin/reply", other).await.refused(400, "parameter_invalid"),
        "The conversation is with another user"
    );
    let other = app.other_workspace().await;
    other.post("/fin/reply", reply("ext-1", "Hi", "2026-03-01T12:00:00Z")).await.refused(400, "parameter_invalid");
    assert_eq!(other.post("/fin/csat", json!({"conversation_id": "ext-1", "rating": "ok"})).await.status, 422);
    other.post("/fin/start", start("ext-1", "Hi")).await.ok();
}

#[both]
async fn attachments_come_along_and_sessions_go_with_their_conversation(app: TestApp) {
    let sink = webhook(&app, fin::Declared::default()).await;
    let mut body = start("ext-1", "Here is a screenshot");
    let picture = json!({"type": "file", "name": "a.txt", "content_type": "text/plain", "data": "aGVsbG8="});
    body["attachments"] = json!([picture, {"type": "url", "url": sink.url("/b.txt")}]);
    app.post("/fin/start", body).await.ok();
    let made = conversation(&app).await;
    let names: Vec<&str> =
        made["source"]["attachments"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["b.txt", "a.txt"]);
    app.delete(&format!("/conversations/{}", id(&made))).await.ok();
    app.run_jobs().await;
    assert!(!outline(&sink).iter().any(|line| line.starts_with("fin_")), "no answer is sent");
    let deleted = app.post("/fin/reply", reply("ext-1", "Hi", "2026-03-01T12:00:00Z")).await;
    assert_eq!(deleted.refused(400, "parameter_invalid"), "Conversation not found");
}

#[both]
async fn events_are_sent_again_until_they_arrive(app: TestApp) {
    let sink = webhook(&app, fin::Declared::default()).await;
    sink.next([SinkReply::status(500)]);
    app.post("/fin/start", start("ext-1", "Hi")).await.ok();
    app.run_jobs().await;
    assert_eq!(outline(&sink), ["fin_replied replying", "fin_status_updated awaiting_user_reply"]);
    app.clock.advance(10);
    app.run_jobs().await;
    assert_eq!(outline(&sink)[2], "fin_replied replying");
}
