//! Files over a connection, and expectations.

use super::*;
use deskwire_testkit::json;

/// Bytes of the file: several pieces.
const SIZE: usize = 1_000_000;

/// The path of an attachment with this text.
async fn attached(front: &Front, text: &str) -> String {
    let app = &front.app;
    let ada = app.post("/contacts", json!({"email": "ada@acme.test"})).await.ok()["id"].clone();
    let started = json!({"from": {"type": "user", "id": ada}, "body": "Hello"});
    let conversation = app.post("/conversations", started).await.ok()["conversation_id"].as_str().unwrap().to_owned();
    // Every three letters of the text are four of base64.
    let data = "eHh4".repeat(text.len() / 3);
    let files = json!([{"name": "a.txt", "content_type": "text/plain", "data": data}]);
    let reply = json!({"type": "admin", "message_type": "comment", "admin_id": app.admin_id.number(), "attachment_files": files});
    let replied = app.post(&format!("/conversations/{conversation}/reply"), reply).await.ok();
    let part = &replied["conversation_parts"]["conversation_parts"][0];
    let url = part["attachments"][0]["url"].as_str().unwrap();
    url.strip_prefix("http://deskwire.test").unwrap().to_owned()
}

#[tokio::test]
async fn files_come_in_pieces_with_their_length_and_the_connection_goes_on() {
    let front = Front::start(Limits::default()).await;
    let text = "x".repeat(SIZE / 3 * 3);
    let path = attached(&front, &text).await;
    let mut client = front.connect().await;
    for _ in 0..2 {
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")).await;
        let whole = client.answer().await;
        assert!(whole.status == 200 && whole.body == text, "{}", whole.head);
        assert!(!whole.head.contains("transfer-encoding") && !whole.closes(), "{}", whole.head);
        client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nRange: bytes=300000-600001\r\n\r\n")).await;
        let part = client.answer().await;
        assert_eq!((part.status, part.body.len()), (206, 300_002), "{}", part.head);
    }
    client.send(&format!("HEAD {path} HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1\r\n\r\n")).await;
    client.send(&format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nRange: bytes=-3\r\n\r\n")).await;
    let rest = client.rest().await;
    assert!(rest.starts_with("HTTP/1.1 200 OK") && rest.ends_with("\r\n\r\nxxx"), "{rest}");
    assert_eq!(rest.matches(&format!("content-length: {}\r\n", text.len())).count(), 1, "{rest}");
}

#[tokio::test]
async fn an_expectation_that_is_not_known_is_refused_before_the_body() {
    let front = Front::start(Limits::default()).await;
    let mut client = front.connect().await;
    client.send(&front.contact("a@acme.test").replace("\r\nHost: a\r\n", "\r\nHost: a\r\nExpect: foo\r\n")).await;
    client.answer().await.refused(417, "expectation_failed");
    let mut old = front.connect().await;
    let request = front.head("GET", "/me", "Expect: foo\r\n").replace("HTTP/1.1", "HTTP/1.0");
    old.send(&request).await;
    assert!(old.rest().await.contains(" 200 OK"), "HTTP/1.0 knows no expectations");
}
