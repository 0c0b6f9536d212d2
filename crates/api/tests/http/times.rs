//! The time limits of clients.

use deskwire_domain::tokens;

use super::*;

/// Limits that are short enough for tests, and long enough for a busy machine.
const SHORT: Duration = ms(300);

fn short() -> Limits {
    Limits { head: SHORT, body: SHORT, write: SHORT, ..Limits::default() }
}

#[tokio::test]
async fn a_head_has_its_time() {
    let front = Front::start(Limits { head: SHORT, ..Limits::default() }).await;
    let mut nothing = front.connect().await;
    nothing.is_closed().await;
    for part in ["G", "GET /me HTTP/1.1\r\nHost: a\r\n", "\r\nGET /me HTTP/1.1\r\nHost: a\r\nX: y"] {
        let mut client = front.connect().await;
        client.send(part).await;
        client.answer().await.refused(408, "request_timeout");
        client.is_closed().await;
    }
    assert_eq!(front.ended("head_timeout").await, 4);
    // Occasional bytes do not extend it.
    let mut client = front.connect().await;
    for byte in b"GET /me HTTP/1.1\r\nX: " {
        if client.0.write_all(&[*byte]).await.is_err() {
            break;
        }
        tokio::time::sleep(ms(10)).await;
    }
    client.answer().await.refused(408, "request_timeout");
}

#[tokio::test]
async fn the_head_of_a_later_request_has_its_time_too() {
    let front = Front::start(Limits { head: SHORT, ..Limits::default() }).await;
    let mut client = front.connect().await;
    client.is_open(&front).await;
    tokio::time::sleep(2 * SHORT).await;
    client.is_open(&front).await;
    client.send("GET /me").await;
    client.answer().await.refused(408, "request_timeout");
}

#[tokio::test]
async fn a_body_must_make_progress() {
    let front = Front::start(Limits { body: SHORT, drain: ms(40), ..Limits::default() }).await;
    let json = "Content-Type: application/json\r\n";
    for (headers, part) in [
        ("Content-Length: 30\r\n", ""),
        ("Content-Length: 30\r\n", "{\"email\":"),
        ("Transfer-Encoding: chunked\r\n", "5\r\n{\"ema"),
        ("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n"),
    ] {
        let mut client = front.connect().await;
        client.send(&(front.head("POST", "/contacts", &format!("{json}{headers}")) + part)).await;
        client.answer().await.refused(408, "request_timeout");
    }
    assert_eq!(front.ended("body_timeout").await, 4);
    front.until_open(0).await;
}

#[tokio::test]
async fn a_dripping_body_is_refused_and_a_steady_one_is_read() {
    let front = Front::start(Limits { body: SHORT, rate: 2_000, ..Limits::default() }).await;
    let head = |length| {
        front.head("POST", "/contacts", &format!("Content-Type: application/json\r\nContent-Length: {length}\r\n"))
    };
    let mut dripping = front.connect().await;
    dripping.send(&head(1_000)).await;
    for _ in 0..40 {
        if dripping.0.write_all(b" ").await.is_err() {
            break;
        }
        tokio::time::sleep(ms(10)).await;
    }
    dripping.answer().await.refused(408, "request_timeout");
    let mut steady = front.connect().await;
    steady.send(&head(40 * 100 + 2)).await;
    for _ in 0..40 {
        steady.send(&" ".repeat(100)).await;
        tokio::time::sleep(ms(10)).await;
    }
    steady.send("{}").await;
    assert_ne!(steady.answer().await.status, 408);
}

#[tokio::test]
async fn an_idle_connection_is_closed() {
    let front = Front::start(Limits { idle: SHORT, ..Limits::default() }).await;
    let mut client = front.connect().await;
    for _ in 0..3 {
        client.is_open(&front).await;
        tokio::time::sleep(SHORT / 2).await;
    }
    client.is_closed().await;
    assert_eq!(front.ended("idle").await, 1);
}

#[tokio::test]
async fn an_answer_that_takes_long_is_waited_for() {
    let front = Front::start(short()).await;
    let mut client = front.connect().await;
    client.send(&front.head("GET", "/held", "")).await;
    tokio::time::sleep(2 * SHORT).await;
    front.held.add_permits(1);
    assert_eq!(client.answer().await.body, "let go");
    client.is_open(&front).await;
}

#[tokio::test]
async fn clients_that_read_nothing_are_disconnected() {
    let front = Front::start(short()).await;
    let mut client = front.connect().await;
    client.send(&front.head("GET", "/big", "")).await;
    front.until_open(1).await;
    front.until_open(0).await;
    assert_eq!(front.ended("write_timeout").await, 1);
    let mut rest = Vec::new();
    let read = client.0.read_to_end(&mut rest).await;
    assert!(read.is_err() && rest.len() < BIG, "{read:?} after {} bytes", rest.len());
}

#[tokio::test]
async fn slow_readers_get_their_answer_and_stalled_ones_do_not() {
    let front = Front::start(Limits { rate: 50_000_000, ..short() }).await;
    let mut dripping = front.connect().await;
    dripping.send(&front.head("GET", "/big", "")).await;
    let mut got = 0;
    let mut buffer = vec![0; 128 << 10];
    // Some 12 MB a second: progress all the time, and still below the rate.
    while let Ok(count @ 1..) = dripping.0.read(&mut buffer).await {
        got += count;
        tokio::time::sleep(ms(10)).await;
    }
    assert!(got < BIG, "{got}");
    assert_eq!(front.ended("write_timeout").await, 1);
    let front = Front::start(short()).await;
    let mut slow = front.connect().await;
    slow.send(&front.head("GET", "/big", "Connection: close\r\n")).await;
    let mut got = 0;
    let mut buffer = vec![0; 512 << 10];
    while let Ok(count @ 1..) = slow.0.read(&mut buffer).await {
        got += count;
        tokio::time::sleep(ms(5)).await;
    }
    assert!(got > BIG, "{got}");
}

#[tokio::test]
async fn a_quiet_stream_of_events_lives() {
    let front = Front::start(short()).await;
    let mut client = front.connect().await;
    client.send(&front.head("GET", "/app/events?topics=contact.user.created", "")).await;
    assert_eq!(client.answer().await.status, 200);
    tokio::time::sleep(2 * SHORT).await;
    let made = front.app.post("/contacts", deskwire_testkit::json!({"role": "user", "email": "ada@acme.test"})).await;
    made.ok();
    front.app.run_jobs().await;
    let mut text = String::new();
    while !text.contains("event: contact.user.created") {
        let mut buffer = [0; 1024];
        let count = timeout(SOON, client.0.read(&mut buffer)).await.expect("the event comes").unwrap();
        assert_ne!(count, 0, "the stream is open");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
}

#[tokio::test]
async fn a_token_revoked_while_the_body_comes_has_no_effect() {
    let front = Front::start(Limits::default()).await;
    let request = front.contact("late@a.test");
    let (first, rest) = request.split_at(request.len() - 5);
    let mut client = front.connect().await;
    client.send(first).await;
    front.until_open(1).await;
    let (workspace, token) = (front.app.workspace_id.clone(), front.token.clone());
    front
        .app
        .write(move |tx| {
            let (grant, _) = tokens::find(tx, &tokens::hash(&token))?.unwrap();
            tokens::revoke(&mut tx.within(&workspace), grant.token_id).map(|_| ())
        })
        .await;
    front.app.app.tokens.refresh(front.app.db()).await;
    client.send(rest).await;
    let answer = client.answer().await;
    assert!(answer.status == 401 && answer.body.contains("token_revoked"), "{}", answer.body);
    assert_eq!(front.app.get("/contacts").await.ok()["total_count"], 0);
}
