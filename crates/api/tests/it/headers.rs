//! Headers that are sent twice, expected in vain or refused, and `HEAD`.

use deskwire_api::Config;
use deskwire_store::params;
use deskwire_testkit::{TestApp, both, json};

use crate::support::company;

/// How far the walk over the companies is, if one is open.
async fn scroll(app: &TestApp) -> Option<i64> {
    let workspace = app.workspace_id.clone();
    app.write(move |tx| {
        let sql = "SELECT position FROM scrolls WHERE workspace_id = $1";
        Ok(tx.query_opt(sql, params![&workspace], |row| row.get(0))?)
    })
    .await
}

#[both]
async fn head_returns_the_headers_of_get_without_side_effects(app: TestApp) {
    company(&app, "a").await;
    let client = app.client().off_the_record();
    let head = client.call("HEAD", "/companies/scroll", None).await;
    assert_eq!((head.status, head.text.as_str()), (200, ""));
    assert_eq!(scroll(&app).await, None, "nothing was opened");
    let got = client.get("/companies/scroll").await;
    assert_eq!(head.header("content-length"), Some(&*got.text.len().to_string()));
    let next = format!("/companies/scroll?scroll_param={}", got.ok()["scroll_param"].as_str().unwrap());
    let before = scroll(&app).await;
    assert!(before.is_some());
    // The second batch is the empty one, which ends the walk.
    assert_eq!(client.call("HEAD", &next, None).await.status, 200);
    assert_eq!(scroll(&app).await, before);
    assert_eq!(client.call("HEAD", "/companies/scroll", None).await.status, 400);
    assert_eq!(client.get(&next).await.ok()["data"], json!([]));
    assert_eq!(client.call("HEAD", &next, None).await.status, 200);
    assert_eq!(client.get(&next).await.ok()["scroll_param"], json!(null));
    assert_eq!(scroll(&app).await, None);
}

#[both]
async fn probes_are_asked_with_head_too(app: TestApp) {
    let client = app.client().off_the_record();
    for path in ["/healthz", "/readyz", "/metrics"] {
        let head = client.call("HEAD", path, None).await;
        assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
        assert_eq!(head.header("content-type"), client.get(path).await.header("content-type"), "{path}");
    }
}

#[both]
async fn a_disk_with_little_free_space_makes_the_server_not_ready(app: TestApp) {
    assert_eq!(app.client().off_the_record().get("/readyz").await.status, 200);
    let config = Config { disk_reserve: u64::MAX, ..Config::default() };
    let full = TestApp::start_with(app.database, config).await.off_the_record();
    let reply = full.get("/readyz").await;
    assert_eq!(reply.status, 503);
    assert!(reply.text.starts_with("not ready: ") && reply.text.contains("and disk_reserve is"), "{}", reply.text);
    assert_eq!(full.get("/me").await.status, 200, "it keeps serving");
}

#[both]
async fn repeated_authorization_headers_are_rejected(app: TestApp) {
    let token = app.token("all").await;
    let bearer = format!("Bearer {token}");
    let anonymous = app.anonymous().off_the_record();
    for (headers, field) in [
        (vec![("authorization", &*bearer), ("authorization", "Bearer other")], "authorization"),
        (vec![("authorization", &*bearer), ("authorization", &*bearer)], "authorization"),
        (
            vec![("authorization", &*bearer), ("intercom-version", "2.11"), ("intercom-version", "2.14")],
            "intercom-version",
        ),
    ] {
        let answer = anonymous.raw("GET", "/me", &headers, "").await;
        assert_eq!(answer.body["errors"][0]["field"], field);
        assert!(answer.refused(400, "bad_request").contains("only once"));
    }
    anonymous.raw("GET", "/me", &[("authorization", &*bearer), ("intercom-version", "2.11")], "").await.ok();
}

#[both]
async fn unknown_expectations_are_rejected(app: TestApp) {
    let client = app.client().off_the_record();
    client.raw("GET", "/me", &[("expect", "foo")], "").await.refused(417, "expectation_failed");
    client
        .raw("GET", "/me", &[("expect", "100-continue"), ("expect", "foo")], "")
        .await
        .refused(417, "expectation_failed");
    client.raw("GET", "/me", &[("expect", "100-Continue")], "").await.ok();
}

#[both]
async fn identity_encoding_can_be_refused(app: TestApp) {
    let coding = async |accepted: &str| {
        let answer = app.client().raw("GET", "/me", &[("accept-encoding", accepted)], "").await;
        assert_eq!(answer.status, 200);
        answer.header("content-encoding").map(str::to_owned)
    };
    assert_eq!(coding("gzip").await, None, "small answers are not compressed");
    assert_eq!(coding("gzip, identity;q=0").await.as_deref(), Some("gzip"));
    assert_eq!(coding("identity;q=0").await, None, "there is nothing that the client takes");
}

#[both]
async fn a_body_may_begin_with_a_byte_order_mark(app: TestApp) {
    let json = [("content-type", "application/json; charset=utf-8")];
    let made = app.client().raw("POST", "/contacts", &json, "\u{feff}{\"email\": \"ada@acme.test\"}").await.ok();
    assert_eq!(made["email"], "ada@acme.test");
    app.client().raw("POST", "/contacts", &json, "\u{feff}").await.refused(400, "parameter_invalid");
}
