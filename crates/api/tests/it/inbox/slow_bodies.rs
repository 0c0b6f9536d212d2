//! Changes whose body arrives slowly: what the teammate may do counts when all of it is there.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use deskwire_testkit::{Answer, Browser, TestApp, Value, both, json};
use futures_util::{StreamExt, stream};

use super::roles::teammate;

const JSON: (&str, &str) = ("content-type", "application/json");

/// Longer than a body may take without finding the teammate again.
const SLOW: Duration = Duration::from_millis(1_100);

/// A slow body whose second half arrives after `change` has been made.
fn halves(bytes: &[u8], change: impl Future<Output = Answer> + Send + 'static) -> Body {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    let (first, second) = (Bytes::copy_from_slice(first), Bytes::copy_from_slice(second));
    let first = stream::once(async move { Ok::<_, std::io::Error>(first) });
    let second = stream::once(async move {
        let status = change.await.status;
        assert!(status < 300, "{status}");
        tokio::time::sleep(SLOW).await;
        Ok::<_, std::io::Error>(second)
    });
    Body::from_stream(first.chain(second))
}

/// Creates a tag, and makes the change before the body has arrived in full.
async fn create_tag(browser: &Browser, body: &Value, change: impl Future<Output = Answer> + Send + 'static) -> Answer {
    browser.stream("POST", "/app/v1/settings/tags", &[JSON], halves(body.to_string().as_bytes(), change)).await
}

#[both]
async fn a_role_taken_away_during_the_body_no_longer_permits_the_change(app: TestApp) {
    let (owner, agent) = (app.browser().await, teammate(&app, "Agent", None).await);
    let browser = Browser::signed_in(&app, &app.workspace_id, agent).await.with_key("one");
    let path = format!("/app/v1/settings/teammates/{agent}");
    let role = |name: &'static str| {
        let (owner, path) = (owner.clone(), path.clone());
        async move { owner.patch(&path, json!({"role": name})).await }
    };
    let body = json!({"name": "Late"});
    let demoted = create_tag(&browser, &body, role("Viewer")).await;
    assert_eq!((demoted.status, &demoted.body["error"]["code"]), (403, &json!("forbidden")));
    let tags = async || app.get("/tags").await.ok()["data"].as_array().unwrap().len();
    assert_eq!(tags().await, 0);
    // A role that permits it still does, and its stored response is for those who may make the change.
    role("Agent").await.ok();
    create_tag(&browser, &body, role("Agent")).await.ok();
    assert_eq!(tags().await, 1);
    browser.post("/app/v1/settings/tags", body.clone()).await.ok();
    let repeated = create_tag(&browser, &body, role("Viewer")).await;
    assert_eq!((repeated.status, &repeated.body["error"]["code"]), (403, &json!("forbidden")));
}

#[both]
async fn a_session_that_ends_during_the_body_makes_no_change(app: TestApp) {
    let (owner, agent) = (app.browser().await, teammate(&app, "Agent", None).await);
    let browser = Browser::signed_in(&app, &app.workspace_id, agent).await;
    let leaving = browser.clone();
    let body = json!({"name": "Late"});
    let left = create_tag(&browser, &body, async move { leaving.delete("/app/v1/session").await }).await;
    assert_eq!((left.status, &left.body["error"]["code"]), (401, &json!("unauthorized")));
    let browser = Browser::signed_in(&app, &app.workspace_id, agent).await;
    let path = format!("/app/v1/settings/teammates/{agent}");
    let removed = halves(b"the content of a file", async move { owner.delete(&path).await });
    let headers = [("content-type", "text/plain"), ("x-file-name", "a.txt")];
    let removed = browser.stream("POST", "/app/v1/uploads", &headers, removed).await;
    assert_eq!((removed.status, &removed.body["error"]["code"]), (401, &json!("unauthorized")));
    assert_eq!(app.get("/tags").await.ok()["data"], json!([]));
}
