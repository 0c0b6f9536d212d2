//! The checks of every request of the inbox: its session, its origin, and the key of a write.

use deskwire_testkit::{Browser, TestApp, both, json};

const PREFERENCES: &str = "/app/v1/me/preferences";

#[both]
async fn a_session_is_needed_and_a_token_is_none(app: TestApp) {
    let body = json!({"theme": "dark"});
    Browser::new(&app).put(PREFERENCES, body.clone()).await.declined(401, "unauthorized");
    let mut forged = app.browser().await;
    forged.cookie = Some("x".repeat(43));
    forged.put(PREFERENCES, body.clone()).await.declined(401, "unauthorized");
    app.put(PREFERENCES, body).await.declined(403, "cross_site_request");
    app.get("/app/v1/me/sessions").await.declined(401, "unauthorized");
    let unknown = app.browser().await.get("/app/v1/nothing").await;
    unknown.declined(404, "not_found");
    let wrong = app.browser().await.post("/app/v1/me/sessions", json!({})).await;
    assert_eq!(wrong.header("allow"), Some("GET, HEAD, OPTIONS"));
    wrong.declined(405, "method_not_allowed");
}

#[both]
async fn no_other_page_embeds_or_guesses_what_is_answered(app: TestApp) {
    let browser = app.browser().await;
    for path in ["/app/v1/start", "/app/v1/conversations/4711", "/app/v1/nothing"] {
        for answer in [browser.get(path).await, Browser::new(&app).get(path).await] {
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"), "{path}");
        }
    }
}

#[both]
async fn pages_of_other_sites_change_nothing(app: TestApp) {
    let browser = app.browser().await;
    let (ours, body) = (format!("deskwire-inbox={}", browser.cookie.clone().unwrap()), "{\"theme\": \"dark\"}");
    for site in ["cross-site", "same-site", "none"] {
        browser.clone().from_site(site).put(PREFERENCES, json!({})).await.declined(403, "cross_site_request");
    }
    let base = [("cookie", ours.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
    for (more, status) in [
        (vec![("origin", "https://evil.test"), ("x-deskwire", "1")], 403),
        (vec![("origin", "null"), ("x-deskwire", "1")], 403),
        (vec![("origin", "http://deskwire.test")], 403),
        (vec![("origin", "http://deskwire.test"), ("x-deskwire", "1")], 200),
        (vec![("x-deskwire", "1")], 200),
    ] {
        let headers: Vec<_> = base.iter().copied().chain(more.iter().copied()).collect();
        let answer = app.anonymous().raw("PUT", PREFERENCES, &headers, body).await;
        assert_eq!(answer.status, status, "{more:?} {}", answer.body);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[both]
async fn a_page_writes_only_as_its_own_teammate(app: TestApp) {
    let browser = app.browser().await;
    let start = browser.get("/app/v1/start").await.ok();
    let own = format!("{}.{}", start["workspace"]["id"].as_str().unwrap(), start["me"]["id"].as_str().unwrap());
    let put = async |page: &str, theme: &str| {
        let body = json!({"theme": theme}).to_string().into_bytes();
        let headers = [("content-type", "application/json"), ("x-deskwire", page)];
        let client = app.anonymous();
        let cookie = format!("deskwire-inbox={}", browser.cookie.as_deref().unwrap());
        let all = [&headers[..], &[("cookie", cookie.as_str()), ("idempotency-key", theme)]].concat();
        client.raw("PUT", PREFERENCES, &all, body).await
    };
    put("1", "dark").await.ok();
    let (workspace, admin) = own.split_once('.').unwrap();
    for other in [format!("{workspace}.{admin}1"), format!("x.{admin}"), "2".to_owned()] {
        put(&other, "light").await.declined(401, "unauthorized");
    }
    put("", "light").await.declined(403, "cross_site_request");
    assert_eq!(preferences(&app).await, "{\"theme\":\"dark\"}");
    put(&own, "light").await.ok();
    assert_eq!(preferences(&app).await, "{\"theme\":\"light\"}");
}

#[both]
async fn a_write_is_done_once_for_each_key(app: TestApp) {
    let browser = app.browser().await;
    let first = browser.clone().with_key("a-1").put(PREFERENCES, json!({"theme": "dark"})).await.ok();
    assert!(first["position"].is_i64(), "{first}");
    browser.put(PREFERENCES, json!({"theme": "light"})).await.ok();
    // The same request again is not done again.
    let again = browser.clone().with_key("a-1").put(PREFERENCES, json!({"theme": "dark"})).await.ok();
    assert_eq!(first, again);
    assert_eq!(preferences(&app).await, "{\"theme\":\"light\"}");
    let other = browser.clone().with_key("a-1").put(PREFERENCES, json!({"theme": "system"})).await;
    other.declined(422, "idempotency_key_reused");
    for bad in ["", "a b", &"x".repeat(65)] {
        let body = browser.clone().with_key(bad).put(PREFERENCES, json!({})).await.declined(400, "parameter_invalid");
        assert_eq!(body["error"]["field"], "Idempotency-Key");
    }
    // After a day it is a new write.
    app.clock.advance(86_400 / 2 - 60);
    browser.get("/app/v1/me/sessions").await.ok();
    app.clock.advance(86_400 / 2 + 60);
    let browser = app.browser().await;
    browser.with_key("a-1").put(PREFERENCES, json!({"theme": "system"})).await.ok();
    assert_eq!(preferences(&app).await, "{\"theme\":\"system\"}");
}

#[both]
async fn bodies_that_do_not_fit_are_refused(app: TestApp) {
    let browser = app.browser().await;
    let large = json!({"keys": {"x": "y".repeat(40_000)}});
    browser.put(PREFERENCES, large).await.declined(400, "parameter_invalid");
    for (wanted, field) in [
        (json!({"theme": 5}), "theme"),
        (json!({"theme": "blue"}), "theme"),
        (json!({"contrast": true}), "contrast"),
        (json!({"language": "x".repeat(36)}), "language"),
        (json!({"single_keys": "no"}), "single_keys"),
        (json!({"keys": {"x": 1}}), "keys.x"),
        (json!({"notify": {"sound": 1}}), "notify.sound"),
    ] {
        let refused = browser.put(PREFERENCES, wanted).await.declined(400, "parameter_invalid");
        assert_eq!(refused["error"]["field"], field);
    }
    browser.put(PREFERENCES, json!({"theme": "dark", "language": null, "unknown": [1]})).await.ok();
    assert_eq!(preferences(&app).await, "{\"theme\":\"dark\",\"language\":null}");
    let form = [("content-type", "text/plain")];
    browser.raw("PUT", PREFERENCES, &form, b"{}".to_vec()).await.declined(415, "media_type_not_acceptable");
    browser
        .raw("PUT", PREFERENCES, &[("content-type", "application/json")], b"[1]".to_vec())
        .await
        .declined(400, "parameter_invalid");
    let missing = browser.post("/app/v1/session", json!({"email": "a@b.test"})).await;
    assert_eq!(missing.declined(400, "parameter_not_found")["error"]["field"], "password");
    let wrong = browser.post("/app/v1/session", json!({"email": 5, "password": "x"})).await;
    assert_eq!(wrong.declined(400, "parameter_invalid")["error"]["field"], "email");
}

async fn preferences(app: &TestApp) -> String {
    app.write(|tx| Ok(tx.query_one("SELECT preferences FROM inbox_preferences", &[], |row| row.get(0))?)).await
}
