//! Rejections before the body was read: the client receives them even while it is still sending.

use super::*;

/// More than sockets hold and than is drained.
const UPLOAD: usize = 12 << 20;

fn upload(head: &str) -> String {
    head.replacen("\r\n", &format!("\r\nContent-Type: application/json\r\nContent-Length: {UPLOAD}\r\n"), 1)
}

#[tokio::test]
async fn a_client_that_sends_all_before_it_reads_sees_the_refusal() {
    let config = Config { rate_limit: None, body_limit: 1 << 20, ..Config::default() };
    let front = Front::start_with(Limits::default(), config).await;
    let anonymous = "POST /contacts HTTP/1.1\r\nHost: a\r\n\r\n";
    for (head, status, code) in [
        (anonymous.to_owned(), 401, "unauthorized"),
        (anonymous.replace("/contacts", "/nothing"), 404, "not_found"),
        (anonymous.replace("POST", "PATCH"), 405, "method_not_allowed"),
        (anonymous.replace("Host: a", "Host: a/b"), 400, "bad_request"),
        (front.head("POST", "/contacts", ""), 413, "payload_too_large"),
    ] {
        let mut client = front.connect().await;
        client.send(&upload(&head)).await;
        let piece = vec![b' '; 1 << 20];
        for _ in 0..UPLOAD >> 20 {
            client.0.write_all(&piece).await.expect("the server keeps reading");
        }
        client.answer().await.refused(status, code);
        assert_eq!(client.rest().await, "");
    }
}

#[tokio::test]
async fn unread_small_bodies_are_drained_and_the_connection_stays_open() {
    let front = Front::start(Limits::default()).await;
    let mut client = front.connect().await;
    for body in [String::new(), "{}".to_owned(), " ".repeat(200_000)] {
        let head = "POST /contacts HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
        client.send(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.closes()), (401, false));
        client
            .send(&format!("{head}Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{body} \r\n0\r\n\r\n", body.len() + 1))
            .await;
        let answer = client.answer().await;
        assert_eq!((answer.status, answer.closes()), (401, false));
        client.is_open(&front).await;
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for_long() {
    let front = Front::start(Limits { drain: ms(50), linger: ms(100), ..Limits::default() }).await;
    let mut client = front.connect().await;
    client.send("POST /contacts HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{").await;
    client.answer().await.refused(401, "unauthorized");
    front.until_open(0).await;
}

#[tokio::test]
async fn expect_continue_is_answered_with_the_rejection_at_once() {
    let front = Front::start(Limits::default()).await;
    let expect = "Expect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 26\r\n";
    let mut client = front.connect().await;
    client.send(&format!("POST /contacts HTTP/1.1\r\nHost: a\r\n{expect}\r\n")).await;
    client.answer().await.refused(401, "unauthorized");
    assert_eq!(client.rest().await, "");
    let mut client = front.connect().await;
    client.send(&front.head("POST", "/contacts", expect)).await;
    assert_eq!(client.answer().await.status, 100);
    client.send("{\"email\": \"ada@acme.test\"}").await;
    assert_eq!(client.answer().await.status, 200);
}

#[tokio::test]
async fn a_client_that_never_ends_is_not_listened_to_for_ever() {
    let limits = Limits { drain: ms(20), linger: ms(150), linger_bytes: 64 << 20, ..Limits::default() };
    let front = Front::start(limits).await;
    let mut client = front.connect().await;
    client.send("POST /contacts HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    let sent = timeout(SOON, async {
        while client.0.write_all(b"5\r\nhello\r\n").await.is_ok() {
            tokio::time::sleep(ms(5)).await;
        }
    });
    sent.await.expect("the server closes");
    front.until_open(0).await;
}
