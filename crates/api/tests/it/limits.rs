//! Rate limits.

use std::sync::Arc;

use deskwire_api::{App as Server, Config};
use deskwire_domain::tokens;
use deskwire_store::apps::App;
use deskwire_store::{Clock, Db, Options};
use deskwire_testkit::{Answer, Client, Database, NOW, TestApp, both, json};

/// A limit of so many requests a minute: a sixth of it in each window of ten seconds.
fn limit(requests: u32) -> Config {
    Config { rate_limit: Some(requests), ..Config::default() }
}

/// A server with a limit beside the one of the test, on the same database.
fn limited(app: &TestApp, requests: u32) -> (Arc<Server>, Client) {
    app.another_server(app.db().clone(), limit(requests))
}

/// A separate server with a rate limit.
async fn alone(requests: u32) -> TestApp {
    TestApp::start_with(Database::Sqlite, limit(requests)).await
}

fn rate_limit_headers(answer: &Answer) -> (i64, i64, i64) {
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
    texts
}

#[both]
async fn headers_count_down_to_the_limit(app: TestApp) {
    let (_, client) = limited(&app, 60);
    for left in (0..10).rev() {
        let answer = client.get("/contacts").await;
        assert_eq!(rate_limit_headers(&answer), (10, left, NOW + 10));
        assert_eq!(answer.header("retry-after"), None);
        answer.ok();
    }
    app.clock.advance(3);
    let answer = client.get("/contacts").await;
    answer.blames_the_caller();
    assert_eq!(rate_limit_headers(&answer), (10, 0, NOW + 10));
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_eq!(answer.refused(429, "rate_limit_exceeded"), "The rate limit for the App has been exceeded");
    app.clock.advance(6);
    client.get("/contacts").await.refused(429, "rate_limit_exceeded");
    app.clock.advance(1);
    let answer = client.get("/contacts").await;
    assert_eq!(rate_limit_headers(&answer), (10, 9, NOW + 20));
    answer.ok();
}

#[both]
async fn refused_requests_count_too_and_change_nothing(app: TestApp) {
    let (_, client) = limited(&app, 60);
    for _ in 0..10 {
        client.post("/contacts", json!({"email": "nonsense"})).await.refused(400, "parameter_invalid");
    }
    client.post("/contacts", json!({"email": "ada@acme.test"})).await.refused(429, "rate_limit_exceeded");
    app.clock.advance(10);
    assert_eq!(client.get("/contacts").await.ok()["total_count"], 0);
}

#[both]
async fn the_tokens_of_an_app_share_and_others_do_not(app: TestApp) {
    let (server, client) = limited(&app, 60);
    let [one, two] = tokens_of_one_app(&app).await;
    let other = client.clone().with_token(&app.token("read_users").await);
    server.tokens.refresh(app.db()).await;
    let (one, two) = (client.clone().with_token(&one), client.clone().with_token(&two));
    for client in [&one, &two, &one, &two, &one] {
        client.get("/contacts").await.ok();
    }
    assert_eq!(rate_limit_headers(&two.get("/contacts").await).1, 4);
    assert_eq!(rate_limit_headers(&client.get("/contacts").await).1, 9);
    assert_eq!(rate_limit_headers(&other.get("/contacts").await).1, 9);
    // The cache of tokens starting afresh does not start the count afresh.
    app.token("all").await;
    server.tokens.refresh(app.db()).await;
    assert_eq!(rate_limit_headers(&one.get("/contacts").await).1, 3);
}

#[tokio::test]
async fn those_without_a_token_are_limited_by_address() {
    let app = alone(60).await;
    for left in (0..10).rev() {
        let answer = app.anonymous().get(["/contacts", "/nowhere"][left % 2]).await;
        assert_eq!(rate_limit_headers(&answer).1, i64::try_from(left).unwrap());
        answer.blames_the_caller();
    }
    app.anonymous().get("/contacts").await.refused(429, "rate_limit_exceeded");
    app.anonymous().get("/nowhere").await.refused(429, "rate_limit_exceeded");
    app.anonymous().call("PATCH", "/contacts", None).await.refused(429, "rate_limit_exceeded");
    app.get("/contacts").await.ok();
}

#[tokio::test]
async fn a_network_of_one_customer_has_one_limit() {
    let app = alone(60).await;
    let left = |address: String| {
        let client = app.anonymous().at(&address);
        async move { rate_limit_headers(&client.get("/contacts").await).1 }
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
        assert_eq!(rate_limit_headers(&answer), (1_000_000, 1_000_000, NOW + 10));
        answer.ok();
    }
}

/// How many of so many requests a server admits; those that it refuses are over the limit.
async fn admitted(client: &Client, requests: usize) -> usize {
    let mut admitted = 0;
    for _ in 0..requests {
        let answer = client.get("/me").await;
        if answer.status == 200 {
            admitted += 1;
        } else {
            answer.refused(429, "rate_limit_exceeded");
        }
    }
    admitted
}

/// How many portions a server has taken, and how many requests it has counted alone.
async fn portions(client: &Client) -> (u64, u64) {
    let metrics = client.clone().off_the_record().get("/metrics").await.text;
    let value = |name: &str| {
        metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).unwrap().parse::<u64>().unwrap()
    };
    (value("deskwire_rate_limit_portions_total"), value("deskwire_rate_limit_unanswered_total"))
}

/// A window of these servers has 160 requests, of which each takes at most 10 at a time.
const MINUTE: u32 = 960;

#[tokio::test]
async fn servers_on_one_database_admit_the_limit_together() {
    let app = TestApp::start(Database::Postgres).await;
    let servers = [limited(&app, MINUTE), limited(&app, MINUTE), limited(&app, MINUTE)];
    let clients = servers.each_ref().map(|(_, client)| client);
    for window in 1..=3 {
        // One after the other, at the same time, and one much more than the others.
        let [a, b, c] = match window {
            1 => {
                let mut counts = [0; 3];
                for turn in 0..240 {
                    counts[turn % 3] += admitted(clients[turn % 3], 1).await;
                }
                counts
            }
            2 => tokio::join!(admitted(clients[0], 80), admitted(clients[1], 80), admitted(clients[2], 80)).into(),
            _ => tokio::join!(admitted(clients[0], 30), admitted(clients[1], 170), admitted(clients[2], 30)).into(),
        };
        // Each server uses the rest of its portion.
        let mut rest = 0;
        for client in clients {
            rest += admitted(client, 12).await;
        }
        assert_eq!(a + b + c + rest, 160, "{a} + {b} + {c} + {rest} in window {window}");
        assert!(a >= 10 && b >= 10 && c >= 10, "each has its part: {a}, {b}, {c}");
        for client in clients {
            let answer = client.get("/me").await;
            assert_eq!(rate_limit_headers(&answer), (160, 0, NOW + 10 * window));
            answer.refused(429, "rate_limit_exceeded");
        }
        app.clock.advance(10);
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_leaves_the_others_all_but_a_portion() {
    let app = TestApp::start(Database::Postgres).await;
    let [(_, silent), (_, busy)] = [limited(&app, MINUTE), limited(&app, MINUTE)];
    // Its portions were of 1, 2, 4, 8 and 10 requests.
    assert_eq!(admitted(&silent, 16).await, 16);
    assert_eq!(admitted(&busy, 200).await, 160 - 25);
    let answer = silent.get("/me").await;
    assert_eq!(rate_limit_headers(&answer).1, 8 + 135, "it does not know yet what the other has taken");
    assert_eq!(answer.status, 200);
    assert_eq!(admitted(&silent, 200).await, 8, "it keeps its portion until the window ends");
    assert_eq!(admitted(&busy, 1).await, 0);
}

#[tokio::test]
async fn no_answer_shows_more_than_the_one_before() {
    let app = TestApp::start(Database::Postgres).await;
    let servers = [limited(&app, MINUTE), limited(&app, MINUTE)];
    let mut before = [160; 2];
    for turn in 0..200_usize {
        // The second has every fourth request.
        let at = usize::from(turn.is_multiple_of(4));
        let (limit, left, _) = rate_limit_headers(&servers[at].1.get("/me").await);
        assert_eq!(limit, 160);
        assert!(left < before[at] || left == 0, "{left} after {} at {at}", before[at]);
        before[at] = left;
    }
    assert_eq!(before, [0, 0]);
}

#[tokio::test]
async fn servers_whose_clocks_differ_admit_no_more() {
    let app = TestApp::start(Database::Postgres).await;
    let (late, early) = (Clock::frozen(NOW + 8), Clock::frozen(NOW + 11));
    let server = async |clock: &Clock| {
        let (url, options) = (app.url.clone(), Options { clock: clock.clone(), ..Options::default() });
        let db = tokio::task::spawn_blocking(move || Db::open(&url, options).unwrap()).await.unwrap();
        app.another_server(db, limit(MINUTE))
    };
    let [(_, behind), (_, ahead)] = [server(&late).await, server(&early).await];
    // The portion of the one belongs to the previous window, in which it may still use it.
    assert_eq!(admitted(&behind, 3).await, 3);
    assert_eq!(rate_limit_headers(&behind.get("/me").await), (160, 156, NOW + 10));
    assert_eq!(admitted(&ahead, 150).await, 150);
    assert_eq!(admitted(&behind, 3).await, 3);
    let of_both = admitted(&behind, 20).await + admitted(&ahead, 20).await;
    assert_eq!(of_both, 10, "the window that the one is in is that of the other, too");
    let answer = behind.get("/me").await;
    assert_eq!(rate_limit_headers(&answer), (160, 0, NOW + 20));
    answer.refused(429, "rate_limit_exceeded");
}

#[tokio::test]
async fn most_requests_and_all_refused_ones_need_no_query() {
    let app = TestApp::start(Database::Postgres).await;
    let (_, client) = limited(&app, MINUTE);
    assert_eq!(admitted(&client, 200).await, 160);
    let (taken, alone) = portions(&client).await;
    assert!((16..=32).contains(&taken) && alone == 0, "{taken} portions, {alone} counted alone");
    assert_eq!(admitted(&client, 50).await, 0);
    assert_eq!(portions(&client).await, (taken, 0));
    // The next window begins with larger ones.
    app.clock.advance(10);
    assert_eq!(admitted(&client, 30).await, 30);
    assert_eq!(portions(&client).await, (taken + 3, 0));
}

/// Makes requests for a portion fail, or wait.
async fn hinder(app: &TestApp, how: &str) {
    let sql = format!(
        "CREATE OR REPLACE FUNCTION hinder() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {how}; RETURN NEW; END $$;
         CREATE OR REPLACE TRIGGER hinder BEFORE INSERT ON rate_limits FOR EACH ROW EXECUTE FUNCTION hinder()"
    );
    app.write(move |tx| Ok(tx.execute_batch(&sql)?)).await;
}

#[tokio::test]
async fn without_an_answer_each_server_admits_a_sixteenth() {
    let app = TestApp::start(Database::Postgres).await;
    let servers = [limited(&app, MINUTE), limited(&app, MINUTE)];
    hinder(&app, "RAISE EXCEPTION 'not now'").await;
    for (_, client) in &servers {
        let answer = client.get("/me").await;
        assert_eq!(rate_limit_headers(&answer), (160, 9, NOW + 10));
        answer.ok();
        assert_eq!(admitted(client, 20).await, 9);
        assert_eq!(portions(client).await, (0, 21));
    }
    hinder(&app, "NULL").await;
    assert_eq!(admitted(&servers[0].1, 5).await, 0, "it does not query again at once");
    app.clock.advance(1);
    assert_eq!(admitted(&servers[0].1, 200).await, 160);
    // A request that has waited too long is counted locally, and so are those that arrive meanwhile.
    app.clock.advance(10);
    hinder(&app, "PERFORM pg_sleep(3)").await;
    let client = &servers[1].1;
    assert_eq!(tokio::join!(admitted(client, 1), admitted(client, 1), admitted(client, 8)), (1, 1, 8));
    assert_eq!(portions(client).await, (0, 31));
}
