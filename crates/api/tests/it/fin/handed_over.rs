//! Sessions that were handed over.

use deskwire_domain::fin::Declared;
use deskwire_domain::inbox::replies::UNDO;
use deskwire_testkit::{TestApp, Value, both, json};

use super::stream::path;
use super::{declare, help_center, outline, reply, start, webhook};
use crate::support::id;

/// The conversation of these that is not the other.
async fn opened(app: &TestApp, other: &Value) -> Value {
    let list = app.get("/conversations").await.ok();
    let found = list["conversations"].as_array().unwrap().iter().find(|c| c["id"] != *other).unwrap();
    app.get(&format!("/conversations/{}", id(found))).await.ok()
}

fn bodies(conversation: &Value) -> Vec<&str> {
    let parts = conversation["conversation_parts"]["conversation_parts"].as_array().unwrap();
    parts.iter().filter(|part| part["part_type"] != "assignment").map(|p| p["body"].as_str().unwrap_or("")).collect()
}

#[both]
async fn messages_go_where_the_team_reads_them(app: TestApp) {
    help_center(&app).await;
    declare(&app, Declared { csat: Some(true), ..Declared::default() }).await;
    app.post("/fin/start", start("ext-1", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    let first = super::conversation(&app).await;
    app.post("/fin/escalate", json!({"conversation_id": "ext-1"})).await.ok();
    app.post("/fin/reply", reply("ext-1", "It is urgent", "2026-03-01T12:00:01Z")).await.ok();
    let mut by_agent = reply("ext-1", "They are on a train", "2026-03-01T12:00:02Z");
    by_agent["message"]["author"] = json!("agent");
    app.post("/fin/reply", by_agent).await.ok();
    app.post("/fin/escalate", json!({"conversation_id": "ext-1", "context": "A good customer"})).await.ok();
    let team = opened(&app, &first["id"]).await;
    assert_eq!(
        bodies(&team)[1..],
        ["<p>It is urgent</p>", "<p>They are on a train</p>", "<p>A good customer</p>"],
        "after the summary"
    );
    assert_eq!((&team["state"], &team["waiting_since"]), (&json!("open"), &json!(deskwire_testkit::NOW)));
    let before = app.get(&format!("/conversations/{}", id(&first))).await.ok();
    assert_eq!(bodies(&before), bodies(&first), "nothing is written where Fin answered");
    // Data of the first conversation stays there.
    let answer = app.post("/fin/csat", json!({"conversation_id": "ext-1", "rating": "good"})).await;
    assert_eq!(answer.body, json!({"errors": {"base": "No rating survey found for this conversation"}}));
    // Without the team's conversation, the first one is left.
    app.delete(&format!("/conversations/{}", id(&team))).await.ok();
    app.post("/fin/reply", reply("ext-1", "Anybody there?", "2026-03-01T12:00:03Z")).await.ok();
    let before = app.get(&format!("/conversations/{}", id(&first))).await.ok();
    assert_eq!(bodies(&before).last(), Some(&"<p>Anybody there?</p>"));
    app.delete(&format!("/conversations/{}", id(&first))).await.ok();
    let ended = app.post("/fin/reply", reply("ext-1", "Hello?", "2026-03-01T12:00:04Z")).await;
    assert_eq!(ended.refused(400, "parameter_invalid"), "Conversation not found");
}

#[both]
async fn a_stream_after_a_hand_over_begins_after_the_last_event(app: TestApp) {
    help_center(&app).await;
    app.post("/fin/start", start("ext-1", "I want to talk to a human")).await.ok();
    app.run_jobs().await;
    let replied = app.post("/fin/reply", reply("ext-1", "Hello?", "2026-03-01T12:00:01Z")).await.ok();
    assert_eq!(replied["status"], "escalated");
    let mut stream = app.anonymous().follow(&path(&replied["sse_subscription_url"]), None).await;
    stream.is_silent().await;
    // The events of a hand-over can be followed late.
    app.post("/fin/start", start("ext-2", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    let escalated = app.post("/fin/escalate", json!({"conversation_id": "ext-2"})).await.ok();
    let url = path(&escalated["sse_subscription_url"]);
    assert!(url.ends_with("&rewind=2m"), "{url}");
    let mut late = app.anonymous().follow(&url, None).await;
    let seen = [late.next().await.unwrap(), late.next().await.unwrap()];
    assert_eq!(seen.each_ref().map(|event| event.data["status"].as_str().unwrap()), ["escalated", "complete"]);
    assert_eq!(late.next().await, None);
}

#[both]
async fn rewind_says_how_old_events_may_be(app: TestApp) {
    help_center(&app).await;
    let started = app.post("/fin/start", start("ext-1", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    app.clock.advance(90);
    let url = path(&started["sse_subscription_url"]);
    for (rewind, count) in [("2m", 2), ("90s", 2), ("1h", 2), ("89s", 0), ("1m", 0), ("0s", 0)] {
        let mut stream = app.anonymous().follow(&url.replace("rewind=2m", &format!("rewind={rewind}")), None).await;
        let mut seen = 0;
        while stream.next().await.is_some() {
            seen += 1;
        }
        assert_eq!(seen, count, "{rewind}");
    }
    for wrong in ["2", "m", "-1m", "2d", "99999m", "2mm"] {
        let answer = app.anonymous().get(&url.replace("rewind=2m", &format!("rewind={wrong}"))).await;
        assert_eq!(
            answer.refused(400, "parameter_invalid"),
            "rewind must be a number of seconds, minutes or hours, like 2m"
        );
    }
}

#[both]
async fn inactivity_is_reported_by_webhook(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, Declared { csat: Some(true), ..Declared::default() }).await;
    app.post("/fin/start", start("ext-1", "How long does standard delivery take?")).await.ok();
    app.run_jobs().await;
    app.clock.advance(600);
    for _ in 0..2 {
        app.run_jobs().await;
    }
    assert_eq!(
        outline(&sink)[2..],
        ["fin_replied replying", "fin_status_updated resolved", "fin_status_updated complete", "csat_requested -"]
    );
    let message = super::events(&sink)[2]["message"]["body"].clone();
    assert!(message.as_str().unwrap().contains("not heard from you"), "{message}");
    let closed = super::conversation(&app).await;
    assert_eq!((&closed["state"], bodies(&closed).get(1)), (&json!("closed"), message.as_str().as_ref()));
}

#[both]
async fn held_replies_are_not_in_the_summary(app: TestApp) {
    help_center(&app).await;
    app.post("/fin/start", start("ext-1", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    let first = super::conversation(&app).await;
    let path = format!("/app/v1/conversations/{}/reply", id(&first));
    app.browser().await.post(&path, json!({"kind": "reply", "html": "<p>Held back</p>"})).await.ok();
    app.post("/fin/escalate", json!({"conversation_id": "ext-1"})).await.ok();
    let team = opened(&app, &first["id"]).await;
    let summary = bodies(&team)[0];
    assert!(summary.contains("How do I reset my password?") && !summary.contains("Held back"), "{summary}");
    app.clock.advance(UNDO);
    app.run_jobs().await;
    let first = app.get(&format!("/conversations/{}", id(&first))).await.ok();
    assert_eq!(bodies(&first).last(), Some(&"<p>Held back</p>"));
}
