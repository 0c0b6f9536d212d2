//! Rate limits.

use deskwire_api::Config;
use deskwire_domain::tokens;
use deskwire_store::apps::App;
use deskwire_testkit::{Answer, Database, NOW, TestApp, json};

/// A server that allows each app `requests` a minute: a sixth of it in each window of ten seconds.
async fn limited(requests: u32) -> TestApp {
    TestApp::start_with(Database::Sqlite, Config { rate_limit: Some(requests), ..Config::default() }).await
}

fn standing(answer: &Answer) -> (i64, i64, i64) {
    let number = |name| answer.header(name).unwrap().parse().unwrap();
    (number("x-ratelimit-limit"), number("x-ratelimit-remaining"), number("x-ratelimit-reset"))
}

/// Two tokens of one app.
async fn tokens_of_one_app(app: &TestApp) -> [String; 2] {
    let (workspace, admin) = (app.workspace_id.clone(), app.admin_id);
    let texts = [tokens::generate().unwrap(), tokens::generate().unwrap()];
    let made = texts.clone();
    app.write(move |tx| {
        let id = tx.mint();
        let new =
            App { id, name: "Sync".to_owned(), client_id: "c".to_owned(), scopes: "all".to_owned(), ..App::default() };
        deskwire_store::apps::insert(&mut tx.within(&workspace), new, "")?;
        for text in &made {
            tokens::create(&mut tx.within(&workspace), Some(id), admin, text, "all")?;
        }
        Ok(())
    })
    .await;
    app.app.tokens.refresh(app.db()).await;
    texts
}

#[tokio::test]
async fn the_headers_count_down_and_then_it_is_over() {
    let app = limited(60).await;
    for left in (0..10).rev() {
        let answer = app.get("/contacts").await;
        assert_eq!(standing(&answer), (10, left, NOW + 10));
        assert_eq!(answer.header("retry-after"), None);
        answer.ok();
    }
    app.clock.advance(3);
    let answer = app.get("/contacts").await;
    answer.blames_the_caller();
    assert_eq!(standing(&answer), (10, 0, NOW + 10));
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_eq!(answer.refused(429, "rate_limit_exceeded"), "The rate limit for the App has been exceeded");
    app.clock.advance(6);
    app.get("/contacts").await.refused(429, "rate_limit_exceeded");
    app.clock.advance(1);
    let answer = app.get("/contacts").await;
    assert_eq!(standing(&answer), (10, 9, NOW + 20));
    answer.ok();
}

#[tokio::test]
async fn refused_requests_count_too_and_change_nothing() {
    let app = limited(60).await;
    for _ in 0..10 {
        app.post("/contacts", json!({"email": "nonsense"})).await.refused(400, "parameter_invalid");
    }
    app.post("/contacts", json!({"email": "ada@acme.test"})).await.refused(429, "rate_limit_exceeded");
    app.clock.advance(10);
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
}

#[tokio::test]
async fn the_tokens_of_an_app_share_and_others_do_not() {
    let app = limited(60).await;
    let [one, two] = tokens_of_one_app(&app).await;
    let (one, two) = (app.client().with_token(&one), app.client().with_token(&two));
    for client in [&one, &two, &one, &two, &one] {
        client.get("/contacts").await.ok();
    }
    assert_eq!(standing(&two.get("/contacts").await).1, 4);
    assert_eq!(standing(&app.get("/contacts").await).1, 9);
    assert_eq!(standing(&app.scoped("read_users").await.get("/contacts").await).1, 9);
    // The cache of tokens starting afresh does not start the count afresh.
    app.app.tokens.refresh(app.db()).await;
    assert_eq!(standing(&one.get("/contacts").await).1, 3);
}

#[tokio::test]
async fn those_without_a_token_are_limited_by_address() {
    let app = limited(60).await;
    for left in (0..10).rev() {
        let answer = app.anonymous().get(["/contacts", "/nowhere"][left % 2]).await;
        assert_eq!(standing(&answer).1, i64::try_from(left).unwrap());
        answer.blames_the_caller();
    }
    app.anonymous().get("/contacts").await.refused(429, "rate_limit_exceeded");
    app.anonymous().get("/nowhere").await.refused(429, "rate_limit_exceeded");
    app.anonymous().call("PATCH", "/contacts", None).await.refused(429, "rate_limit_exceeded");
    app.get("/contacts").await.ok();
}

#[tokio::test]
async fn a_network_of_one_customer_has_one_limit() {
    let app = limited(60).await;
    let left = |address: String| {
        let client = app.anonymous().at(&address);
        async move { standing(&client.get("/contacts").await).1 }
    };
    for (at, expected) in (0..10).rev().enumerate() {
        assert_eq!(left(format!("2001:db8:0:7:{at}::1")).await, expected);
    }
    app.anonymous().at("2001:db8:0:7:ffff::1").get("/contacts").await.refused(429, "rate_limit_exceeded");
    assert_eq!(left("2001:db8:0:8::1".to_owned()).await, 9);
    // An address of IPv4 is the same however it is written.
    assert_eq!(left("192.0.2.1".to_owned()).await, 9);
    assert_eq!(left("::ffff:192.0.2.1".to_owned()).await, 8);
    assert_eq!(left("192.0.2.2".to_owned()).await, 9);
}

#[tokio::test]
async fn the_limit_can_be_off_and_the_headers_stay() {
    let app = TestApp::start(Database::Sqlite).await;
    for _ in 0..200 {
        let answer = app.get("/contacts").await;
        assert_eq!(standing(&answer), (1_000_000, 1_000_000, NOW + 10));
        answer.ok();
    }
}
