//! Ambiguous request heads.

use super::*;

#[tokio::test]
async fn malformed_http_is_rejected_with_a_message() {
    let front = Front::start(Limits::default()).await;
    for (text, status, code) in [
        ("GET /me HTTP/1.1\nHost: a\n\n", 400, "bad_request"),
        ("GET /me HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", 400, "bad_request"),
        ("GET /me HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n", 400, "bad_request"),
        ("GET /me HTTP/1.1\r\nHost : a\r\n\r\n", 400, "bad_request"),
        ("GET /me\r\n\r\n", 400, "bad_request"),
        ("\x16\x03\x01\x02\x00\x01\x00\n", 400, "bad_request"),
        (
            "POST /me HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
            "bad_request",
        ),
        ("POST /me HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx", 400, "bad_request"),
        ("POST /me HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400, "bad_request"),
        ("POST /me HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "transfer_encoding_not_implemented"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "http_version_not_supported"),
        ("GET /me HTTP/1.1\r\n\r\n", 400, "bad_request"),
        ("GET /healthz HTTP/1.1\r\n\r\n", 400, "bad_request"),
        ("GET /me HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "bad_request"),
    ] {
        let mut client = front.connect().await;
        client.send(text).await;
        client.answer().await.refused(status, code);
        assert_eq!(client.rest().await, "", "{text}");
    }
    let mut client = front.connect().await;
    client.send(&format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "x".repeat(100_000))).await;
    client.answer().await.refused(431, "request_header_too_large");
    let mut client = front.connect().await;
    client.send(&format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X: y\r\n".repeat(5_000))).await;
    client.answer().await.refused(431, "request_header_too_large");
    let mut evil = front.connect().await;
    evil.send("GET /a/oauth/connect?client_id=x HTTP/1.1\r\nHost: a//evil.test\r\n\r\n").await;
    let answer = evil.answer().await;
    assert!(answer.status == 400 && !answer.head.contains("location"), "{}", answer.head);
    let mut old = front.connect().await;
    old.send("GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(old.rest().await.contains(" 200 OK"));
}

#[tokio::test]
async fn a_request_behind_a_refused_one_is_never_served() {
    let front = Front::start(Limits::default()).await;
    let hidden = front.contact("hidden@acme.test");
    let chunked = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n";
    for first in [
        "GET /me HTTP/1.1\nHost: a\r\n\r\n".to_owned(),
        front.head("POST", "/contacts", &format!("Content-Length: {}\r\nTransfer-Encoding: chunked\r\n", hidden.len()))
            + "0\r\n\r\n",
        front.head("POST", "/contacts", chunked) + "2\n{}\r\n0\r\n\r\n",
        front.head("POST", "/contacts", chunked) + "2\r\n{}\r\n0\n\r\n",
        front.head("POST", "/contacts", chunked) + "00000000000000000002\r\n{}\r\n0\r\n\r\n",
    ] {
        let mut client = front.connect().await;
        client.send(&(first.clone() + &hidden)).await;
        let answer = client.answer().await;
        answer.refused(400, "bad_request");
        assert_eq!(client.rest().await, "", "{first}");
    }
    assert_eq!(front.app.get("/contacts").await.ok()["total_count"], 0);
}

#[tokio::test]
async fn an_answer_precedes_the_rejection_of_the_next_request() {
    let front = Front::start(Limits::default()).await;
    let mut client = front.connect().await;
    client.send(&(front.head("GET", "/me", "") + "nonsense\n")).await;
    assert_eq!(client.answer().await.status, 200);
    client.answer().await.refused(400, "bad_request");
    assert_eq!(client.rest().await, "");
    assert_eq!(front.ended("malformed").await, 1);
}
