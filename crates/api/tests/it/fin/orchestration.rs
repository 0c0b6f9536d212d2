//! `/fin/ask`, `/fin/escalate` and `/fin/capabilities`.

use deskwire_domain::fin::Declared;
use deskwire_testkit::{TestApp, Value, both, json};

use super::{conversation, events, help_center, outline, said, start, webhook};
use crate::support::id;

#[both]
async fn a_question_is_answered_once(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, Declared::default()).await;
    for (id, text) in
        [("ext-1", "How do I reset my password?"), ("ext-2", "I want to talk to a human about the founder")]
    {
        assert_eq!(app.post("/fin/ask", start(id, text)).await.ok()["status"], "thinking");
        app.run_jobs().await;
    }
    let once = ["fin_replied replying", "fin_status_updated complete"];
    assert_eq!(outline(&sink), [once, once].concat());
    assert!(events(&sink)[0]["message"]["body"].as_str().unwrap().contains("Forgot password?"));
    assert!(events(&sink)[2]["message"]["body"].as_str().unwrap().contains("could not find an answer"));
    let list = app.get("/conversations").await.ok();
    assert!(list["conversations"].as_array().unwrap().iter().all(|c| c["state"] == "closed"));
    for (body, why) in [
        (json!({}), "External Conversation ID is required"),
        (json!({"conversation_id": "x", "message": said("Hi", "2026-03-01T11:00:00Z")}), "User ID is required"),
        (
            start("ext-1", "Something else"),
            "Fin session already exists for this conversation. Please use /reply to continue the conversation.",
        ),
    ] {
        app.clock.advance(300);
        assert_eq!(app.post("/fin/ask", body).await.refused(400, "parameter_invalid"), why);
    }
}

#[both]
async fn a_session_is_handed_over_with_a_summary(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, Declared::default()).await;
    app.post("/fin/ask", start("ext-1", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    let original = conversation(&app).await;
    for _ in 0..2 {
        let escalated =
            app.post("/fin/escalate", json!({"conversation_id": "ext-1", "context": "They are <upset>"})).await.ok();
        let url = escalated["sse_subscription_url"].clone();
        assert_eq!(escalated, json!({"conversation_id": "ext-1", "status": "escalated", "sse_subscription_url": url}));
    }
    app.run_jobs().await;
    let again = app.post("/fin/ask", start("ext-1", "How do I reset my password?")).await.ok();
    assert_eq!(again["status"], "complete", "the question is over");
    assert_eq!(outline(&sink)[2..], ["fin_status_updated escalated", "fin_status_updated complete"]);
    let list = app.get("/conversations").await.ok();
    assert_eq!(list["total_count"], 2, "the session is handed over once");
    let opened = list["conversations"].as_array().unwrap().iter().find(|c| c["id"] != original["id"]).unwrap();
    let opened = app.get(&format!("/conversations/{}", id(opened))).await.ok();
    assert_eq!(
        (&opened["source"]["body"], &opened["ai_agent"]),
        (&json!("<p>Requesting human support</p>"), &Value::Null)
    );
    let notes = opened["conversation_parts"]["conversation_parts"].as_array().unwrap();
    assert!(notes.iter().all(|note| note["part_type"] == "note"));
    assert!(notes[0]["body"].as_str().unwrap().contains("User: How do I reset my password?"), "{notes:?}");
    assert_eq!(notes[1]["body"], "<p>They are &lt;upset&gt;</p>");
    let before = app.get(&format!("/conversations/{}", id(&original))).await.ok();
    assert_eq!((&before["state"], &before["ai_agent"]["resolution_state"]), (&json!("closed"), &json!("escalated")));
}

#[both]
async fn a_user_is_handed_over(app: TestApp) {
    let user = json!({"id": "u9", "name": "Alan"});
    let made =
        app.post("/fin/escalate", json!({"user": user, "message": "My bill is wrong", "context": "VIP"})).await.ok();
    let opened = app.get(&format!("/conversations/{}", made["intercom_conversation_id"].as_str().unwrap())).await.ok();
    assert_eq!(made, json!({"intercom_conversation_id": opened["id"], "status": "escalated"}));
    assert_eq!(
        (&opened["source"]["body"], &opened["source"]["author"]["name"]),
        (&json!("<p>My bill is wrong</p>"), &json!("Alan"))
    );
    for (body, why) in [
        (json!({}), "Either conversation_id or user must be provided"),
        (json!({"conversation_id": "nobody"}), "Conversation not found"),
        (json!({"user": {}}), "User ID is required"),
        (json!({"user": user, "message": "x".repeat(10_001)}), "message is too long (maximum is 10000 characters)"),
        (json!({"user": user, "context": "x".repeat(10_001)}), "context is too long (maximum is 10000 characters)"),
    ] {
        assert_eq!(app.post("/fin/escalate", body).await.refused(400, "parameter_invalid"), why);
    }
}

#[both]
async fn capabilities_are_listed(app: TestApp) {
    let found = app.post("/fin/capabilities", json!({"user": {"id": "u1", "email": "new@acme.test"}})).await.ok();
    assert_eq!(found["version"], "Preview");
    let endpoints: Vec<&str> =
        found["capabilities"].as_array().unwrap().iter().map(|c| c["endpoint"].as_str().unwrap()).collect();
    assert_eq!(endpoints, ["/fin/reply", "/fin/ask", "/fin/escalate"]);
    assert_eq!(app.get("/contacts/find_by_external_id/u1").await.ok()["email"], "new@acme.test");
    app.post("/fin/capabilities", json!({})).await.refused(400, "parameter_invalid");
}

#[both]
async fn content_is_for_its_audiences(app: TestApp) {
    app.post("/data_attributes", json!({"model": "contact", "name": "plan", "data_type": "string"})).await.ok();
    let predicate =
        json!([{"attribute": "custom_attributes.plan", "type": "string", "comparison": "eq", "value": "pro"}]);
    let audience = app.post("/audiences", json!({"name": "Pro", "predicates": predicate})).await.with(201);
    let number: i64 = id(&audience).parse().unwrap();
    let snippet = json!({"title": "Priority lane", "body_markdown": "The priority lane answers in one hour.",
        "ai_chatbot_availability": true, "audience_ids": [number]});
    app.post("/content_snippets", snippet).await.with(201);
    let sink = webhook(&app, Declared::default()).await;
    for (number, plan) in ["free", "pro"].into_iter().enumerate() {
        let mut question = start(&format!("ext-{number}"), "What does the priority lane answer?");
        question["user"] = json!({"id": plan, "attributes": {"plan": plan}});
        app.post("/fin/ask", question).await.ok();
        app.run_jobs().await;
    }
    let replies: Vec<String> =
        events(&sink).iter().filter_map(|e| Some(e["message"]["body"].as_str()?.to_owned())).collect();
    assert!(!replies[0].contains("one hour"), "{replies:?}");
    // A snippet has no place on the web that a customer could read.
    assert_eq!(replies[1], "<p>The priority lane answers in one hour.</p>");
}

#[both]
async fn pages_of_deactivated_sources_are_not_used_for_answers(app: TestApp) {
    let source = json!({"sync_behavior": "api", "url": "https://a.test"});
    let source = app.post("/ai/content_import_sources", source).await.ok();
    let path = format!("/ai/content_import_sources/{}", source["id"]);
    let page = |number: i64| {
        json!({"title": "Priority lane", "html": "<p>The priority lane answers in one hour.</p>", "source_id": source["id"],
            "url": format!("https://a.test/{number}"), "external_id": number.to_string(), "ai_agent_availability": true})
    };
    let sink = webhook(&app, Declared::default()).await;
    for (number, status, answers) in [(1, "active", true), (2, "deactivated", false), (3, "active", true)] {
        app.put(&path, json!({"status": status})).await.ok();
        app.post("/ai/external_pages", page(number)).await.ok();
        app.post("/fin/ask", start(&format!("ext-{number}"), "What does the priority lane answer?")).await.ok();
        app.run_jobs().await;
        let replies = events(&sink);
        let reply = replies.iter().rev().find_map(|event| event["message"]["body"].as_str()).unwrap();
        assert_eq!(reply.contains("one hour") && reply.contains("https://a.test/"), answers, "{status}: {reply}");
        assert!(answers || !reply.contains("https://a.test/"), "{reply}");
        assert_eq!(app.get("/content/search?query=priority").await.ok()["total_count"], number);
    }
}
