//! Messages that are no questions, and questions that one word does not answer.

use deskwire_domain::fin::Declared;
use deskwire_testkit::{TestApp, both, json};

use super::{article, conversation, events, help_center, outline, reply, start, webhook};

#[both]
async fn acknowledgements_are_not_questions(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, Declared::default()).await;
    for (number, nod) in ["ok", "Okay!", "👍", "got it", "thanks", "yes"].into_iter().enumerate() {
        let id = format!("ext-{number}");
        app.post("/fin/start", start(&id, "How do I reset my password?")).await.ok();
        app.run_jobs().await;
        let from = events(&sink).len();
        app.post("/fin/reply", reply(&id, nod, "2026-03-01T12:00:01Z")).await.ok();
        app.run_jobs().await;
        assert_eq!(events(&sink)[from]["message"]["body"], "<p>You're welcome!</p>", "{nod}");
        assert_eq!(events(&sink)[from + 1]["status"], "resolved", "{nod}");
    }
    let from = events(&sink).len();
    app.post("/fin/start", start("ext-first", "ok")).await.ok();
    app.run_jobs().await;
    assert_eq!(events(&sink)[from]["message"]["body"], "<p>What can I help you with?</p>");
    assert_eq!(events(&sink)[from + 1]["status"], "awaiting_user_reply");
}

#[both]
async fn messages_of_stop_words_do_not_repeat_the_last_answer(app: TestApp) {
    help_center(&app).await;
    let sink = webhook(&app, Declared::default()).await;
    for (number, text) in ["How so?", "Could you help?", "And Mondays?"].into_iter().enumerate() {
        let id = format!("ext-{number}");
        app.post("/fin/start", start(&id, "How do I reset my password?")).await.ok();
        app.run_jobs().await;
        let from = events(&sink).len();
        app.post("/fin/reply", reply(&id, text, "2026-03-01T12:00:01Z")).await.ok();
        app.run_jobs().await;
        let message = events(&sink)[from]["message"]["body"].as_str().unwrap().to_owned();
        assert!(message.contains("could not find an answer"), "{text}: {message}");
    }
}

#[both]
async fn one_incidental_word_is_not_enough(app: TestApp) {
    article(&app, "Reset your password", "Open the link that you receive within 24 hours.").await;
    article(&app, "Refunds", "You have your money within ten days.").await;
    let sink = webhook(&app, Declared::default()).await;
    for (number, (text, is_answered)) in
        [("When are you open?", false), ("Do you have a link?", false), ("Refund?", true)].into_iter().enumerate()
    {
        let from = outline(&sink).len();
        app.post("/fin/start", start(&format!("ext-{number}"), text)).await.ok();
        app.run_jobs().await;
        let last = if is_answered { "awaiting_user_reply" } else { "escalated" };
        assert_eq!(events(&sink)[from + 1]["status"], last, "{text}");
    }
}

#[both]
async fn procedures_without_a_user_message_fire_no_user_created(app: TestApp) {
    let say = json!({"name": "Greet", "state": "live", "api_trigger": true, "steps": [{"kind": "say", "instructions": "Hi"}]});
    let procedure = super::procedures::procedure(&app, say).await;
    let path = format!("/fin/procedures/{procedure}/run");
    let run = |body| app.post(&path, body);
    run(json!({"conversation_id": "ext-1", "user": {"id": "u1"}})).await.ok();
    run(json!({"conversation_id": "ext-2", "user": {"id": "u1"}, "message": {"author": "agent", "body": "Hi"}}))
        .await
        .ok();
    app.run_jobs().await;
    let created = |topics: Vec<String>| topics.iter().filter(|topic| *topic == "conversation.user.created").count();
    let topics = app.topics().await;
    assert!(topics.contains(&"conversation.operator.replied".to_owned()));
    assert_eq!(created(topics), 0);
    run(json!({"conversation_id": "ext-3", "user": {"id": "u1"}, "message": {"author": "user", "body": "Hi"}}))
        .await
        .ok();
    assert_eq!(created(app.topics().await), 1);
}

#[both]
async fn capabilities_depend_on_the_user(app: TestApp) {
    app.post("/data_attributes", json!({"model": "contact", "name": "plan", "data_type": "string"})).await.ok();
    let predicate =
        json!([{"attribute": "custom_attributes.plan", "type": "string", "comparison": "eq", "value": "pro"}]);
    app.post("/audiences", json!({"name": "Pro", "predicates": predicate})).await.with(201);
    let greet = json!({"name": "Greet", "state": "live", "api_trigger": true, "audience": "Pro",
        "steps": [{"kind": "say", "instructions": "Hi"}]});
    let procedure = super::procedures::procedure(&app, greet).await;
    for (plan, count) in [("free", 3), ("pro", 4)] {
        let user = json!({"id": plan, "attributes": {"plan": plan}});
        let found = app.post("/fin/capabilities", json!({"user": user})).await.ok();
        assert_eq!(found["capabilities"].as_array().unwrap().len(), count, "{plan}");
    }
    let path = format!("/fin/procedures/{procedure}/run");
    let refused = app.post(&path, json!({"conversation_id": "ext-1", "user": {"id": "free"}})).await;
    assert_eq!(refused.refused(400, "parameter_invalid"), "Procedure is not for this user");
    assert_eq!(app.get("/conversations").await.ok()["total_count"], 0);
    app.post(&path, json!({"conversation_id": "ext-1", "user": {"id": "pro"}})).await.ok();
    super::declare(&app, Declared { enabled: Some(false), ..Declared::default() }).await;
    let none = app.post("/fin/capabilities", json!({"user": {"id": "new", "name": "Newcomer"}})).await.ok();
    assert_eq!(none["capabilities"], json!([]));
    app.get("/contacts/find_by_external_id/new").await.refused(404, "not_found");
}

#[both]
async fn contacts_are_changed_with_their_own_scope_alone(app: TestApp) {
    app.post("/data_attributes", json!({"model": "contact", "name": "plan", "data_type": "string"})).await.ok();
    app.post("/contacts", json!({"external_id": "u1", "name": "Grace", "email": "grace@acme.test"})).await.ok();
    let talks = app.scoped("write_conversations").await;
    let mut body = start("ext-1", "Hi");
    body["user"] = json!({"id": "u1", "name": "Mallory", "email": "mallory@acme.test", "attributes": {"plan": "pro"}});
    let started = talks.post("/fin/start", body.clone()).await.ok();
    let why = "User attribute 'plan' cannot be set without the scope write_users_companies";
    assert_eq!(started["errors"], json!({"user": {"attributes": {"plan": why}}}));
    let known = app.get("/contacts/find_by_external_id/u1").await.ok();
    assert_eq!(
        (&known["name"], &known["email"], &known["custom_attributes"]["plan"]),
        (&json!("Grace"), &json!("grace@acme.test"), &json!(null))
    );
    // Participants of a conversation are created, as in other operations.
    body["conversation_id"] = json!("ext-2");
    body["user"] = json!({"id": "u2", "name": "Alan", "email": "alan@acme.test", "attributes": {"plan": "pro"}});
    talks.post("/fin/start", body.clone()).await.ok();
    let made = app.get("/contacts/find_by_external_id/u2").await.ok();
    assert_eq!((&made["name"], &made["email"]), (&json!("Alan"), &json!("alan@acme.test")));
    let both = app.scoped("write_conversations write_users_companies").await;
    both.post("/fin/capabilities", json!({"user": body["user"]})).await.ok();
    let changed = app.get("/contacts/find_by_external_id/u2").await.ok();
    assert_eq!(changed["custom_attributes"]["plan"], "pro");
    assert_eq!(conversation(&app).await["type"], "conversation");
}
