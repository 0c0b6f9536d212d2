//! What the server answers before any operation: hosts, `HEAD`, `OPTIONS`, CORS, and the page at `/`.

use deskwire_api::Config;
use deskwire_testkit::{Answer, Client, Database, TestApp, both, json};

async fn head(client: &Client, path: &str) -> Answer {
    client.clone().off_the_record().call("HEAD", path, None).await
}

#[both]
async fn head_answers_what_get_would_without_its_body(app: TestApp) {
    let contact = app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok();
    let path = format!("/contacts/{}", contact["id"].as_str().unwrap());
    let anonymous = app.anonymous();
    for (client, path) in [
        (app.client(), path.as_str()),
        (app.client(), "/me"),
        (app.client(), "/contacts?per_page=1"),
        (app.client(), "/nothing"),
        (app.client(), "/contacts/1"),
        (anonymous.clone(), "/me"),
        (anonymous.clone(), "/oauth?client_id=x"),
        (anonymous.clone(), "/"),
        (anonymous.clone(), "/unsubscribe/x"),
        (anonymous.clone(), "/attachments/a/1/b?expires=1"),
        (anonymous.clone(), "/healthz"),
        (anonymous, "/readyz"),
    ] {
        let (with, without) = (client.clone().off_the_record().get(path).await, head(&client, path).await);
        assert_eq!(with.status, without.status, "{path}");
        assert_eq!(without.text, "", "{path}");
        assert_eq!(without.header("content-length"), Some(with.text.len().to_string().as_str()), "{path}");
        for header in ["content-type", "intercom-version", "x-ratelimit-limit", "cache-control"] {
            assert_eq!(with.header(header), without.header(header), "{path} {header}");
        }
    }
}

#[both]
async fn head_of_a_stream_does_not_follow_it(app: TestApp) {
    let answer = head(&app.client(), "/app/events").await;
    assert_eq!(
        (answer.status, answer.header("content-type"), answer.text.as_str()),
        (200, Some("text/event-stream"), "")
    );
}

#[both]
async fn head_needs_a_get_operation(app: TestApp) {
    let answer = head(&app.client(), "/contacts/search").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST, OPTIONS")));
}

#[both]
async fn options_lists_the_methods(app: TestApp) {
    for (path, allow) in [
        ("/contacts", "GET, HEAD, POST, OPTIONS"),
        ("/contacts/", "GET, HEAD, POST, OPTIONS"),
        ("/app/events", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS"),
        ("/oauth/consent", "POST, OPTIONS"),
        ("/unsubscribe/x", "GET, HEAD, POST, OPTIONS"),
        ("/attachments/a/1/b", "GET, HEAD, OPTIONS"),
    ] {
        let answer = app.anonymous().call("OPTIONS", path, None).await;
        assert_eq!((answer.status, answer.header("allow"), answer.text.as_str()), (204, Some(allow), ""), "{path}");
    }
    app.anonymous().call("OPTIONS", "/nothing", None).await.refused(404, "not_found");
    assert_eq!(app.anonymous().call("POST", "/", None).await.header("allow"), Some("GET, HEAD, OPTIONS"));
    assert_eq!(
        app.anonymous().call("PUT", "/unsubscribe/x", None).await.header("allow"),
        Some("GET, HEAD, POST, OPTIONS")
    );
}

#[both]
async fn invalid_hosts_are_rejected(app: TestApp) {
    for path in
        ["/oauth?client_id=x", "/a/oauth/connect?client_id=x", "/contacts", "/companies?page=1", "/", "/nothing"]
    {
        // The client adds its own host.
        let answer = app.client().off_the_record().raw("GET", path, &[("host", "a//evil.test")], "").await;
        assert_eq!(answer.refused(400, "bad_request"), "Host must be sent only once", "{path}");
    }
    for host in ["a//evil.test", "evil.test/x?", "a@evil.test", "a b", "", "evil.test:99999", "[::1", "a\tb"] {
        for path in ["/a/oauth/connect?client_id=x", "/companies", "/"] {
            let answer = app.client().off_the_record().for_host(host).get(path).await;
            answer.blames_the_caller();
            assert_eq!(answer.header("location"), None);
            assert_eq!(answer.body["errors"][0]["field"], "host", "{host} {path}");
            answer.refused(400, "bad_request");
        }
    }
    for host in ["help.acme.test:8080", "[::1]:8080", "127.0.0.1"] {
        let body = app.anonymous().for_host(host).get("/").await.ok();
        assert_eq!(body["links"]["me"], format!("http://{host}/me"));
    }
}

#[both]
async fn the_root_redirects_browsers_and_describes_the_server_to_programs(app: TestApp) {
    let accept = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    let leads = app.anonymous().raw("GET", "/", &accept, "").await;
    assert_eq!((leads.status, leads.header("location")), (303, Some("/inbox/")));
    let page = app.anonymous().raw("GET", "/inbox/", &accept, "").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.header("content-security-policy").is_some());
    for accept in ["application/json", "*/*"] {
        let body = app.anonymous().raw("GET", "/", &[("accept", accept)], "").await.ok();
        assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
        assert_eq!(body["intercom_versions"].as_array().map(Vec::len), Some(11));
    }
}

#[both]
async fn cors_is_enabled_by_setting_only(app: TestApp) {
    let preflight = [("origin", "https://tools.test"), ("access-control-request-method", "POST")];
    let answer = app.anonymous().raw("OPTIONS", "/contacts", &preflight, "").await;
    assert_eq!(answer.header("access-control-allow-origin"), None);
    assert_eq!(answer.header("access-control-allow-methods"), None);
    assert_eq!(app.client().raw("GET", "/me", &preflight[..1], "").await.header("access-control-allow-origin"), None);
}

async fn with_origins(origins: &str) -> TestApp {
    let config = Config { rate_limit: None, cors: origins.parse().unwrap(), ..Config::default() };
    TestApp::start_with(Database::Sqlite, config).await
}

#[tokio::test]
async fn pages_of_listed_origins_may_call_and_read_refusals() {
    let app = with_origins("https://tools.test, http://localhost:3000").await;
    let from = |origin: &'static str| [("origin", origin), ("access-control-request-method", "PUT")];
    for path in ["/contacts/1", "/nothing"] {
        let answer = app.anonymous().raw("OPTIONS", path, &from("https://tools.test"), "").await;
        assert_eq!(answer.status, 204);
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://tools.test"));
        assert!(answer.header("access-control-allow-methods").unwrap().contains("PUT"));
        assert!(answer.header("access-control-allow-headers").unwrap().contains("intercom-version"));
        let [page, method] = from("https://tools.test");
        let library = [page, method, ("access-control-request-headers", "authorization,x-fern-language")];
        let answer_to_library = app.anonymous().raw("OPTIONS", path, &library, "").await;
        assert_eq!(answer_to_library.header("access-control-allow-headers"), Some("authorization,x-fern-language"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
    let refused = app.anonymous().raw("GET", "/me", &from("http://localhost:3000")[..1], "").await;
    assert_eq!(refused.header("access-control-allow-origin"), Some("http://localhost:3000"));
    assert!(refused.header("access-control-expose-headers").unwrap().contains("x-request-id"));
    refused.refused(401, "unauthorized");
    for origin in
        ["https://evil.test", "https://tools.test.evil.test", "http://tools.test", "null", "https://tools.test:443"]
    {
        let answer = app.anonymous().raw("OPTIONS", "/contacts/1", &from(origin), "").await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        assert_eq!(answer.header("access-control-allow-methods"), None, "{origin}");
        assert_eq!(answer.header("vary"), Some("Origin"));
    }
}

#[tokio::test]
async fn all_origins_are_let_in_without_their_cookies() {
    let app = with_origins("*").await;
    let answer = app.client().raw("GET", "/me", &[("origin", "https://any.test")], "").await;
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    answer.ok();
}
