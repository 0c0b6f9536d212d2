//! The pages: what they say, where they lead, and where they never lead.

use deskwire_api::Config;
use deskwire_domain::apps::{self, Changes};
use deskwire_testkit::{Database, TestApp, both, json};

use super::browser::encode;
use super::{BACK, Browser, PASSWORD, allowed, exchange, link, logged, ready, register, set_password, signed_in, text};

#[both]
async fn authorization_from_start_to_token(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let page = browser.get(&link(&made)).await;
    page.matches_snapshot("sign_in_page", &made);
    let before = browser.cookie().unwrap().to_owned();

    let page = browser.submit(&page, &[("email", " Ada@ACME.test "), ("password", PASSWORD)]).await;
    assert_eq!(page.leads_to(303), link(&made));
    assert_ne!(browser.cookie().unwrap(), before, "who signs in gets another cookie");

    let page = browser.get(&link(&made)).await;
    page.matches_snapshot("consent_page", &made);
    assert!(page.0.header("content-security-policy").unwrap().contains("form-action 'self' https:;"));

    let code = allowed(&browser.submit(&page, &[("decision", "allow")]).await);
    let answer = exchange(&app, &made, &code).await;
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), (Some("no-store"), Some("no-cache")));
    let got = answer.ok();
    let token = text(&got["token"]);
    assert_eq!(got, json!({"token_type": "Bearer", "token": token, "access_token": token}));

    let client = app.client().with_token(&token);
    let me = client.get("/me").await.ok();
    assert_eq!((&me["type"], &me["id"]), (&json!("admin"), &json!(app.admin_id.to_string())));
    assert_eq!(
        (&me["email"], &me["email_verified"], &me["name"]),
        (&json!("ada@acme.test"), &json!(true), &json!("Ada Lovelace"))
    );
    assert_eq!((&me["app"]["type"], &me["app"]["id_code"]), (&json!("app"), &json!(app.workspace_id)));
    assert_eq!(me["avatar"], json!({"type": "avatar", "image_url": null}));
    client.get("/contacts").await.ok();
    client.get("/tags").await.ok();
    client.get("/admins").await.refused(401, "token_unauthorized");
}

#[both]
async fn denied_consent_redirects_with_an_error(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let page =
        signed_in(&mut browser, &format!("/oauth?client_id={}&state={}", made.client_id, encode("a b&c=d\"<'%"))).await;
    for decision in ["deny", "", "ALLOW"] {
        let to = browser.submit(&page, &[("decision", decision)]).await.leads_to(302);
        assert_eq!(to, format!("{BACK}?error=access_denied&state=a%20b%26c%3Dd%22%3C%27%25"));
    }
    let page = browser.get(&format!("/oauth?client_id={}", made.client_id)).await;
    Browser::new(&app).submit(&page, &[("decision", "deny")]).await.with_status(403);
    let to = browser.submit(&page, &[("decision", "deny")]).await.leads_to(302);
    assert_eq!(to, format!("{BACK}?error=access_denied"), "without a state there is none");
}

#[both]
async fn redirect_uris_match_exactly(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    for wrong in [
        "https://sync.test/back/",
        "https://sync.test/Back",
        "https://SYNC.test/back",
        "https://sync.test/back?x=1",
        "https://sync.test/bac",
        "http://sync.test/back",
        "https://sync.test/other",
        "https://sync.test/other?tenant=8",
        "https://sync.test/back#x",
        "//sync.test/back",
        "https://evil.test/",
        "javascript:alert(1)",
        "https://sync.test/back\nhttps://sync.test/other?tenant=7",
        "https://sync.test.evil.test/back",
    ] {
        let page = browser.get(&format!("{}&redirect_uri={}", link(&made), encode(wrong))).await;
        let shown = page.with_status(400);
        assert!(shown.contains("not registered") && page.forms().is_empty(), "{wrong}: {shown}");
    }
    let other = encode("https://sync.test/other?tenant=7");
    let page = signed_in(&mut browser, &format!("{}&redirect_uri={other}", link(&made))).await;
    let to = browser.submit(&page, &[("decision", "allow")]).await.leads_to(302);
    assert!(to.starts_with("https://sync.test/other?tenant=7&code=") && to.ends_with("&state=xyz"), "{to}");
    let back = encode(BACK);
    let page = browser.get(&format!("{}&redirect_uri={back}", link(&made))).await;
    assert!(
        browser.submit(&page, &[("decision", "allow")]).await.leads_to(302).starts_with("https://sync.test/back?code=")
    );
    // What stands in the form is looked at again.
    let form = page.forms().pop().unwrap();
    browser.send(&form, &[("decision", "allow"), ("redirect_uri", "https://evil.test/")], &[]).await.with_status(400);
}

#[both]
async fn invalid_links_are_rejected(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let long = format!("/oauth?client_id={}&state={}", made.client_id, "x".repeat(4_001));
    for path in [
        "/oauth",
        "/oauth?",
        "/oauth?client_id=",
        "/oauth?client_id=nobody",
        "/oauth?client_id=%00",
        "/oauth?client_id=%ff%fe",
        &format!("/oauth?client_id={0}&client_id={0}", made.client_id),
        &format!("{}&state=other", link(&made)),
        &format!("{}&redirect_uri=%00", link(&made)),
        &long,
    ] {
        let page = browser.get(path).await;
        page.with_status(400);
        assert!(page.forms().is_empty(), "{path}");
    }
    browser.get(&format!("{}&response_type=token&scope=everything&nonsense", link(&made))).await.with_status(200);
    browser.get(&format!("/oauth/?client_id={}", made.client_id)).await.with_status(200);
    let to = browser.get(&format!("/a/oauth/connect?client_id={}&state=a%20b", made.client_id)).await.leads_to(302);
    assert_eq!(to, format!("/oauth?client_id={}&state=a%20b", made.client_id));
    for (method, path, allow) in [
        ("POST", "/oauth", "GET"),
        ("DELETE", "/oauth", "GET"),
        ("GET", "/oauth/consent", "POST"),
        ("GET", "/oauth/sign_in", "POST"),
        ("GET", "/oauth/sign_out", "POST"),
        ("GET", "/auth/eagle/token", "POST"),
        ("PUT", "/auth/uninstall", "POST"),
    ] {
        let answer = app.anonymous().call(method, path, None).await;
        let allow = allow.replace("GET", "GET, HEAD") + ", OPTIONS";
        assert_eq!(answer.header("allow"), Some(allow.as_str()), "{method} {path}");
        answer.refused(405, "method_not_allowed");
    }
}

#[both]
async fn pages_escape_names(app: TestApp) {
    set_password(&app, app.actor(), PASSWORD).await;
    let made = register(&app, "<script>alert(1)</script>\"'&", &[BACK], "read_users").await;
    let mut browser = Browser::new(&app);
    let state = encode("\"><script>alert(1)</script>");
    let page = browser.get(&format!("/oauth?client_id={}&state={state}", made.client_id)).await;
    assert!(page.with_status(200).contains("&#60;script&#62;alert(1)&#60;/script&#62;&#34;&#39;&#38;"));
    let typed = "\"><script>alert(2)</script>";
    let page = browser.submit(&page, &[("email", typed), ("password", "wrong")]).await;
    assert!(page.with_status(403).contains("value=\"&#34;&#62;&#60;script&#62;alert(2)"));
    let page = browser.submit(&page, &[("email", "ada@acme.test"), ("password", PASSWORD)]).await;
    let page = browser.get(&page.leads_to(303)).await;
    let to = browser.submit(&page, &[("decision", "allow")]).await.leads_to(302);
    assert!(to.ends_with("&state=%22%3E%3Cscript%3Ealert%281%29%3C%2Fscript%3E"), "{to}");
}

#[both]
async fn cross_site_forms_are_rejected(app: TestApp) {
    let made = ready(&app).await;
    let (mut ada, mut eve) = (Browser::new(&app), Browser::new(&app));
    let page = ada.get(&link(&made)).await;
    let form = page.forms().pop().unwrap();
    let typed = [("email", "ada@acme.test"), ("password", PASSWORD)];
    // Without the cookie, with the proof of another browser, without any, and from another site.
    eve.send(&form, &typed, &[]).await.with_status(403);
    let foreign = eve.get(&link(&made)).await.forms().pop().unwrap();
    ada.send(&foreign, &typed, &[]).await.with_status(403);
    ada.send(&form, &[&typed[..], &[("csrf", "")]].concat(), &[]).await.with_status(403);
    ada.send(&form, &typed, &[("sec-fetch-site", "cross-site")]).await.with_status(403);
    ada.send(&form, &typed, &[("sec-fetch-site", "same-site")]).await.with_status(403);
    ada.send(&form, &typed, &[("content-type", "text/plain")]).await.with_status(415);
    assert!(!logged(&app).await.iter().any(|t| t.starts_with("admin_login")), "no password was looked at");
    let page = ada.send(&form, &typed, &[("sec-fetch-site", "same-origin")]).await;
    let consent = ada.get(&page.leads_to(303)).await;

    let form = consent.forms().pop().unwrap();
    let allow = [("decision", "allow")];
    eve.send(&form, &allow, &[]).await.with_status(403);
    ada.send(&foreign, &allow, &[]).await;
    for csrf in ["", "0"] {
        ada.send(&form, &[("decision", "allow"), ("csrf", csrf)], &[]).await.with_status(403);
    }
    ada.send(&form, &allow, &[("sec-fetch-site", "cross-site")]).await.with_status(403);
    // A cookie of before the sign-in is worth nothing afterwards, and signing somebody out takes a form of ours too.
    let out = consent.forms().remove(0);
    assert_eq!(out.action, "/oauth/sign_out");
    ada.send(&out, &[("csrf", "0")], &[]).await.leads_to(303);
    assert!(ada.get(&link(&made)).await.with_status(200).contains("Allow"), "still signed in");
    allowed(&ada.send(&form, &allow, &[]).await);
}

#[both]
async fn the_granted_scopes_are_the_displayed_ones(app: TestApp) {
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    let page = signed_in(&mut browser, &link(&made)).await;
    let (workspace, client_id) = (app.workspace_id.clone(), made.client_id.clone());
    app.write(move |tx| {
        let changes = Changes { scopes: Some("all".to_owned()), ..Changes::default() };
        apps::update(&mut tx.within(&workspace), &client_id, &changes).map(|_| ())
    })
    .await;
    let again = browser.submit(&page, &[("decision", "allow")]).await;
    let shown = again.with_status(409);
    assert!(shown.contains("has just changed") && shown.contains("See and change everything"), "{shown}");
    let code = allowed(&browser.submit(&again, &[("decision", "allow")]).await);
    let client = app.client().with_token(&text(&exchange(&app, &made, &code).await.ok()["token"]));
    client.get("/admins").await.ok();
}

#[tokio::test]
async fn behind_tls_the_cookie_is_bound_to_the_host() {
    let config =
        Config { rate_limit: None, public_url: Some("https://desk.test/support/".to_owned()), ..Config::default() };
    let app = TestApp::start_with(Database::Sqlite, config).await;
    let made = ready(&app).await;
    let answer = app.anonymous().get(&link(&made)).await;
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        cookie.starts_with("__Host-deskwire=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
        "{cookie}"
    );
    assert!(answer.text.contains("action=\"/support/oauth/sign_in\""), "{}", answer.text);
    let moved = app.anonymous().get(&format!("/a/oauth/connect?client_id={}", made.client_id)).await;
    assert_eq!(moved.header("location").unwrap(), format!("/support/oauth?client_id={}", made.client_id));
}

#[tokio::test]
async fn too_many_visits_are_refused_with_a_page() {
    let app = TestApp::start_with(Database::Sqlite, Config { rate_limit: Some(60), ..Config::default() }).await;
    let made = ready(&app).await;
    let mut browser = Browser::new(&app);
    for _ in 0..10 {
        browser.get(&link(&made)).await.with_status(200);
    }
    assert!(browser.get(&link(&made)).await.with_status(429).contains("rate limit"));
    app.anonymous().post("/auth/eagle/token", json!({})).await.refused(429, "rate_limit_exceeded");
}
