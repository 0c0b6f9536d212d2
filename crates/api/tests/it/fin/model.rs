//! Answers of a language model behind an OpenAI-compatible endpoint.

use std::time::Duration;

use deskwire_domain::fin::Declared;
use deskwire_domain::fin::model::DeclaredModel;
use deskwire_domain::secrets::Secret;
use deskwire_testkit::{Sink, SinkReply, TestApp, Value, both, json};

use super::{conversation, declare, events, help_center, outline, start, webhook};

const KEY: &str = "sk-a-key-of-the-endpoint";

/// What an endpoint streams: these pieces, and how many tokens it used.
fn stream(pieces: &[&str], tokens: i64) -> SinkReply {
    let mut body: String = pieces
        .iter()
        .map(|piece| format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": {"content": piece}}]})))
        .collect();
    body.push_str(&format!("data: {}\n\ndata: [DONE]\n\n", json!({"choices": [], "usage": {"total_tokens": tokens}})));
    SinkReply::status(200).header("content-type", "text/event-stream").body(body)
}

/// An endpoint, declared as the answerer.
async fn endpoint(app: &TestApp, declared: DeclaredModel) -> Sink {
    let sink = Sink::start().await;
    let answerer = DeclaredModel {
        url: Some(sink.url("/v1")),
        model: Some("small".to_owned()),
        key: Some(Secret(KEY.to_owned())),
        ..declared
    };
    declare(app, Declared { answerer: Some(answerer), ..Declared::default() }).await;
    sink
}

async fn used(app: &TestApp) -> i64 {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "SELECT coalesce(sum(tokens), 0) FROM fin_usage WHERE workspace_id = $1 AND day > 0";
        Ok(tx.query_one(&format!("SELECT CAST(({sql}) AS BIGINT)"), &[(&*workspace).into()], |row| row.get(0))?)
    })
    .await
}

#[both]
async fn a_model_answers_from_the_passages(app: TestApp) {
    help_center(&app).await;
    let model = endpoint(&app, DeclaredModel::default()).await;
    model.always(stream(&["Open the sign-in page", " and ask for a link [1]."], 321));
    let hooks = webhook(&app, Declared::default()).await;
    let started = app.post("/fin/start", start("ext-1", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    let model_request = &model.received()[0];
    assert_eq!(
        (model_request.path.as_str(), model_request.header("authorization")),
        ("/v1/chat/completions", Some("Bearer sk-a-key-of-the-endpoint"))
    );
    let request = model_request.json();
    assert_eq!((&request["model"], &request["stream"]), (&json!("small"), &json!(true)));
    assert!(request["messages"][0]["content"].as_str().unwrap().contains("[1] Reset your password\n"));
    let last = request["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(*last, json!({"role": "user", "content": "How do I reset my password?"}));
    let reported = events(&hooks);
    assert_eq!(
        outline(&hooks),
        ["fin_replied replying", "fin_status_updated awaiting_user_reply"],
        "chunks are for streams"
    );
    let body = reported[0]["message"]["body"].as_str().unwrap();
    assert!(
        body.starts_with("<p>Open the sign-in page and ask for a link.</p>")
            && body.contains("Reset your password</a>"),
        "{body}"
    );
    let url = started["sse_subscription_url"].as_str().unwrap().split_once("/event-stream").unwrap().1.to_owned();
    let mut following = app.anonymous().follow(&format!("/event-stream{url}"), None).await;
    let mut chunks = Vec::new();
    let mut next = following.next().await.unwrap();
    while next.event == "fin_reply_chunk" {
        chunks.push(next.data);
        next = following.next().await.unwrap();
    }
    assert_eq!(chunks[0]["chunk_index"], 0);
    assert!(chunks.iter().all(|chunk| chunk["status"] == "replying" && chunk.get("user_id").is_none()));
    assert!(chunks[0]["chunk_text"].as_str().unwrap().starts_with("Open the sign-in page"));
    assert_eq!((&next.data["event_name"], &next.data["stream_id"]), (&json!("fin_replied"), &chunks[0]["stream_id"]));
    assert_eq!(used(&app).await, 321, "unused reserved tokens are returned");
    let sources = conversation(&app).await["ai_agent"]["content_sources"]["total_count"].clone();
    assert_eq!(sources, 1);
}

#[both]
async fn without_the_model_the_embedded_answerer_answers(app: TestApp) {
    help_center(&app).await;
    let model = endpoint(&app, DeclaredModel { timeout_seconds: Some(1), ..DeclaredModel::default() }).await;
    let hooks = webhook(&app, Declared::default()).await;
    let late = stream(&["Late"], 1).after(Duration::from_secs(3));
    for (number, reply) in [SinkReply::status(500), late, SinkReply::status(200)].into_iter().enumerate() {
        model.next([reply]);
        app.post("/fin/start", start(&format!("ext-{number}"), "How do I reset my password?")).await.ok();
        app.run_jobs().await;
        let replies: Vec<Value> =
            events(&hooks).into_iter().filter(|event| event["event_name"] == "fin_replied").collect();
        assert!(replies[number]["message"]["body"].as_str().unwrap().contains("Forgot password?"), "{number}");
    }
    assert_eq!(model.received().len(), 3);
}

#[both]
async fn a_model_that_does_not_know_hands_over(app: TestApp) {
    help_center(&app).await;
    let model = endpoint(&app, DeclaredModel::default()).await;
    model.always(stream(&["NO_", "ANSWER"], 50));
    let hooks = webhook(&app, Declared::default()).await;
    app.post("/fin/start", start("ext-1", "Can a password have emoji?")).await.ok();
    app.run_jobs().await;
    assert!(outline(&hooks).contains(&"fin_status_updated escalated".to_owned()));
    assert!(!events(&hooks)[0]["message"]["body"].as_str().unwrap().contains("NO_ANSWER"));
    app.post("/fin/start", start("ext-2", "I want to talk to a human")).await.ok();
    app.post("/fin/start", start("ext-3", "Zebra migration")).await.ok();
    app.run_jobs().await;
    assert_eq!(model.received().len(), 1, "it is called only if there are passages");
}

#[both]
async fn the_tokens_of_a_day_are_limited(app: TestApp) {
    help_center(&app).await;
    let model = endpoint(&app, DeclaredModel { tokens_a_day: Some(1_500), ..DeclaredModel::default() }).await;
    model.always(stream(&["An answer [1]."], 1_400));
    let hooks = webhook(&app, Declared::default()).await;
    for number in 0..2 {
        app.post("/fin/start", start(&format!("ext-{number}"), "How do I reset my password?")).await.ok();
        app.run_jobs().await;
    }
    assert_eq!((model.received().len(), used(&app).await), (1, 1_400));
    assert!(events(&hooks)[2]["message"]["body"].as_str().unwrap().contains("Forgot password?"));
    app.clock.advance(86_400);
    app.post("/fin/start", start("ext-3", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    assert_eq!(model.received().len(), 2, "the next day has new tokens");
}
