//! `GET /event-stream`.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use deskwire_domain::fin::Declared;
use deskwire_testkit::{TestApp, Value, both, json};

use super::{declare, help_center, reply, start};

/// The path and query of a URL of this server.
pub(super) fn path(url: &Value) -> String {
    let url = url.as_str().unwrap();
    url.split_once("/event-stream").map(|(_, query)| format!("/event-stream{query}")).unwrap()
}

#[both]
async fn events_are_followed_as_a_stream(app: TestApp) {
    help_center(&app).await;
    let started = app.post("/fin/start", start("ext 1", "How do I reset my password?")).await.ok();
    let url = path(&started["sse_subscription_url"]);
    assert!(
        url.contains(&format!("channels=fin_agent_api:{}:ext%201&", app.workspace_id)) && url.ends_with("&rewind=2m"),
        "{url}"
    );
    let mut early = app.anonymous().follow(&url, None).await;
    early.is_silent().await;
    app.run_jobs().await;
    let mut late = app.anonymous().follow(&url, None).await;
    for following in [&mut early, &mut late] {
        let (reply, waits) = (following.next().await.unwrap(), following.next().await.unwrap());
        assert_eq!((reply.event.as_str(), &reply.data["status"]), ("fin_replied", &json!("replying")));
        assert_eq!(
            (waits.event.as_str(), &waits.data["status"]),
            ("fin_status_updated", &json!("awaiting_user_reply"))
        );
        assert_eq!(following.next().await, None, "the turn is over");
    }
    let mut again = app.anonymous().follow(&url, Some(1)).await;
    assert_eq!(again.next().await.unwrap().id, Some(2), "a client that reconnects resumes at its position");
    let replied = app.post("/fin/reply", reply("ext 1", "Thanks!", "2026-03-01T12:00:01Z")).await.ok();
    let next = path(&replied["sse_subscription_url"]);
    assert!(!next.contains("rewind"), "{next}");
    app.run_jobs().await;
    let mut second = app.anonymous().follow(&next, None).await;
    let names = [second.next().await.unwrap(), second.next().await.unwrap(), second.next().await.unwrap()];
    assert_eq!(names.each_ref().map(|e| e.data["status"].as_str().unwrap()), ["replying", "resolved", "complete"]);
    assert_eq!(second.next().await, None);
    let mut first = app.anonymous().follow(&url, None).await;
    assert_eq!(
        [first.next().await.is_some(), first.next().await.is_some(), first.next().await.is_some()],
        [true, true, false]
    );
    let token = url.split_once("accessToken=").unwrap().1.trim_end_matches("&rewind=2m");
    let forged = format!("{}x", &token[..token.len() - 1]);
    let encode = |part: &str| URL_SAFE_NO_PAD.encode(part);
    let claims = r#"{"aud": "a\u0000b", "sub": "x", "sid": 1, "after": 0, "exp": 9999999999}"#;
    let of_nobody = format!("{}.{}.{}", encode(r#"{"alg":"HS256","typ":"JWT"}"#), encode(claims), encode("x"));
    for wrong in [
        url.replace("ext%201", "other"),
        url.replace(token, &of_nobody),
        url.replace(token, &forged),
        url.replace(token, "a.b.c"),
        "/event-stream".to_owned(),
    ] {
        app.anonymous().get(&wrong).await.refused(401, "unauthorized");
    }
    app.clock.advance(180);
    app.anonymous().get(&url).await.refused(401, "unauthorized");
    declare(&app, Declared { event_stream: Some(false), ..Declared::default() }).await;
    let silent = app.client().off_the_record().post("/fin/start", start("ext-2", "Hi")).await.ok();
    assert_eq!(silent.get("sse_subscription_url"), None);
}

#[both]
async fn a_stream_waits_for_the_rating(app: TestApp) {
    help_center(&app).await;
    declare(&app, Declared { csat: Some(true), ..Declared::default() }).await;
    app.post("/fin/start", start("ext-1", "How do I reset my password?")).await.ok();
    app.run_jobs().await;
    let replied = app.post("/fin/reply", reply("ext-1", "Thanks!", "2026-03-01T12:00:01Z")).await.ok();
    app.run_jobs().await;
    let mut stream = app.anonymous().follow(&path(&replied["sse_subscription_url"]), None).await;
    let mut last = String::new();
    while let Some(event) = stream.next().await {
        last = event.event;
    }
    assert_eq!(last, "csat_requested");
}
