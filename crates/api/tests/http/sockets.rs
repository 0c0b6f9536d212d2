//! The WebSocket of the inbox.

use std::sync::atomic::Ordering;

use deskwire_testkit::{Browser, Value, json};
use futures_util::{SinkExt, StreamExt};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::*;

/// A socket of a teammate.
struct Socket(WebSocketStream<TcpStream>);

const UPGRADE: &str = "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/// The request for a socket, with these headers.
fn request(browser: &Browser, headers: &str) -> String {
    let cookie = browser.cookie.as_deref().unwrap_or_default();
    format!("GET /app/v1/live HTTP/1.1\r\nHost: a\r\nCookie: deskwire-inbox={cookie}\r\n{headers}\r\n")
}

impl Socket {
    /// Opens a socket; returns it with the position of its greeting.
    async fn open(front: &Front, browser: &Browser) -> (Socket, i64) {
        let mut client = front.connect().await;
        client.send(&request(browser, UPGRADE)).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, 101, "{}{}", answer.head, answer.body);
        // The key of the example in RFC 6455.
        assert!(answer.head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="), "{}", answer.head);
        let mut socket = Socket(WebSocketStream::from_raw_socket(client.0, Role::Client, None).await);
        let hello = socket.next().await;
        assert_eq!((&hello["t"], &hello["carrier"], &hello["beat"]), (&json!("hello"), &json!("ws"), &json!(25)));
        (socket, hello["position"].as_i64().unwrap())
    }

    /// Opens one that follows from now on.
    async fn follow(front: &Front, browser: &Browser) -> Socket {
        let (mut socket, position) = Self::open(front, browser).await;
        socket.send(&json!({"t": "sub", "after": position})).await;
        socket
    }

    async fn send(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).await.unwrap();
    }

    async fn message(&mut self) -> Option<Message> {
        timeout(SOON, self.0.next()).await.expect("a message comes soon").map(|message| message.unwrap())
    }

    /// The next frame. Pings are answered and skipped.
    async fn next(&mut self) -> Value {
        loop {
            let frame: Value = match self.message().await {
                Some(Message::Text(text)) => serde_json::from_str(&text).unwrap(),
                other => panic!("{other:?}"),
            };
            if frame["t"] != "ping" {
                return frame;
            }
            self.send(&json!({"t": "pong"})).await;
        }
    }

    /// Asserts that it closes with this code and reason.
    async fn closes(&mut self, code: u16, reason: &str) {
        match self.message().await {
            Some(Message::Close(Some(frame))) => {
                assert_eq!((u16::from(frame.code), frame.reason.as_str()), (code, reason));
            }
            other => panic!("{other:?}"),
        }
    }

    async fn is_silent(&mut self) {
        let next = timeout(ms(300), self.0.next()).await;
        assert!(next.is_err(), "{next:?}");
    }
}

async fn contact(front: &Front, email: &str) -> String {
    let made = front.app.post("/contacts", json!({"email": email})).await.ok();
    front.app.run_jobs().await;
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn sockets_receive_events() {
    let front = Front::start(Limits::default()).await;
    let browser = front.app.browser().await;
    let (mut socket, position) = Socket::open(&front, &browser).await;
    // In one packet with the first frame.
    let ada = contact(&front, "ada@acme.test").await;
    socket.send(&json!({"t": "sub", "after": position})).await;
    let object = json!({"type": "contact", "id": ada});
    assert_eq!(
        socket.next().await,
        json!({"t": "ev", "p": position + 1, "type": "contact.user.created", "object": object})
    );
    socket.is_silent().await;
    // Where it left off.
    drop(socket);
    let bob = contact(&front, "bob@acme.test").await;
    let (mut socket, now) = Socket::open(&front, &browser).await;
    assert_eq!(now, position + 2);
    socket.send(&json!({"t": "sub", "after": position + 1})).await;
    assert_eq!(socket.next().await["object"]["id"], bob);
    socket.is_silent().await;
    front.until_open(1).await;
}

#[tokio::test]
async fn frames_may_come_with_the_request() {
    let front = Front::start(Limits::default()).await;
    let browser = front.app.browser().await;
    let mut client = front.connect().await;
    let sub = "{\"t\":\"sub\"}";
    // Masked with zeros, which change nothing.
    let frame = format!("\u{1}{}\0\0\0\0{sub}", char::from(u8::try_from(sub.len()).unwrap()));
    let mut bytes = request(&browser, UPGRADE).into_bytes();
    bytes.extend(frame.bytes());
    let at = bytes.len() - frame.len();
    bytes[at] |= 0x80;
    bytes[at + 1] |= 0x80;
    client.0.write_all(&bytes).await.unwrap();
    assert_eq!(client.answer().await.status, 101);
    let mut socket = Socket(WebSocketStream::from_raw_socket(client.0, Role::Client, None).await);
    assert_eq!(socket.next().await["t"], "hello");
    tokio::time::sleep(ms(100)).await;
    contact(&front, "ada@acme.test").await;
    assert_eq!(socket.next().await["t"], "ev");
}

#[tokio::test]
async fn websockets_need_a_handshake_and_a_session() {
    let front = Front::start(Limits::default()).await;
    let browser = front.app.browser().await;
    let without = |line: &str| UPGRADE.replace(line, "");
    for (headers, status) in [
        (String::new(), 400),
        (without("Upgrade: WebSocket\r\n"), 400),
        (without("Connection: keep-alive, Upgrade\r\n"), 400),
        (UPGRADE.replace("13", "12"), 400),
        (UPGRADE.replace("dGhlIHNhbXBsZSBub25jZQ==", "dGhl"), 400),
        (format!("{UPGRADE}Origin: http://evil.test\r\n"), 403),
        (format!("{UPGRADE}Sec-Fetch-Site: cross-site\r\n"), 403),
    ] {
        let mut client = front.connect().await;
        client.send(&request(&browser, &headers)).await;
        let answer = client.answer().await;
        assert_eq!(answer.status, status, "{headers}: {}", answer.body);
        client.is_open(&front).await;
    }
    let mut client = front.connect().await;
    client.send(&request(&Browser::new(&front.app), UPGRADE)).await;
    assert_eq!(client.answer().await.status, 401);
    // Ours.
    client.send(&request(&browser, &format!("{UPGRADE}Origin: http://a\r\n"))).await;
    assert_eq!(client.answer().await.status, 101);
}

#[tokio::test]
async fn what_was_taken_away_before_the_subscription_is_not_sent() {
    let front = Front::start(Limits::default()).await;
    let owner = front.app.browser().await;
    let grace = front.app.teammate("Grace", "grace@acme.test").await;
    let browser = Browser::signed_in(&front.app, &front.app.workspace_id, grace).await;
    let (mut demoted, position) = Socket::open(&front, &browser).await;
    let (mut ended, _) = Socket::open(&front, &browser).await;
    let sub = json!({"t": "sub", "after": position});
    contact(&front, "ada@acme.test").await;
    owner.patch(&format!("/app/v1/settings/teammates/{grace}"), json!({"role": "Viewer"})).await.ok();
    demoted.send(&sub).await;
    let bye = demoted.next().await;
    assert_eq!((&bye["t"], &bye["why"]), (&json!("bye"), &json!("restart")));
    browser.delete("/app/v1/session").await.ok();
    ended.send(&sub).await;
    let bye = ended.next().await;
    assert_eq!((&bye["t"], &bye["why"]), (&json!("bye"), &json!("session")));
}

#[tokio::test]
async fn malformed_frames_close_the_socket_with_a_code() {
    let front = Front::start(Limits::default()).await;
    let browser = front.app.browser().await;
    let mut socket = Socket::follow(&front, &browser).await;
    socket.0.send(Message::text("{")).await.unwrap();
    socket.closes(1008, "malformed frame: EOF while parsing an object at line 1 column 1").await;
    let mut socket = Socket::follow(&front, &browser).await;
    socket.send(&json!({"t": "shout"})).await;
    match socket.message().await {
        Some(Message::Close(Some(frame))) => assert!(frame.reason.contains("unknown variant `shout`"), "{frame:?}"),
        other => panic!("{other:?}"),
    }
    let mut socket = Socket::follow(&front, &browser).await;
    socket.0.send(Message::binary(vec![1])).await.unwrap();
    socket.closes(1003, "frames are texts").await;
    let mut socket = Socket::follow(&front, &browser).await;
    for _ in 0..100 {
        socket.send(&json!({"t": "pong"})).await;
    }
    socket.closes(1008, "too many messages").await;
    let mut socket = Socket::follow(&front, &browser).await;
    socket.0.send(Message::text("x".repeat((64 << 10) + 1))).await.unwrap();
    let over = timeout(SOON, socket.0.next()).await.expect("the server closes it");
    assert!(!matches!(over, Some(Ok(Message::Text(_)))), "{over:?}");
    front.until_open(0).await;
}

#[tokio::test]
async fn teammates_see_each_other() {
    let front = Front::start(Limits::default()).await;
    let ada = front.app.browser().await;
    let grace_id = front.app.teammate("Grace", "grace@acme.test").await;
    let grace = Browser::signed_in(&front.app, &front.app.workspace_id, grace_id).await;
    let eve = front.app.post("/contacts", json!({"role": "user", "email": "eve@acme.test"})).await.ok();
    let message = json!({"from": {"type": "user", "id": eve["id"]}, "body": "Help"});
    let id = front.app.post("/conversations", message).await.ok()["conversation_id"].clone();
    front.app.run_jobs().await;
    let (mut hers, mut his) = (Socket::follow(&front, &ada).await, Socket::follow(&front, &grace).await);
    let admin = front.app.admin_id.to_string();
    let presence = |kind: &str| json!({"t": "eph", "kind": kind, "admin_id": admin, "conversation_id": id});
    // What does not exist is nowhere.
    hers.send(&json!({"t": "see", "conversation_id": "5"})).await;
    hers.send(&json!({"t": "see", "conversation_id": id})).await;
    assert_eq!(his.next().await, presence("viewing"));
    hers.send(&json!({"t": "type", "conversation_id": id, "kind": "note"})).await;
    let mut typing = presence("typing");
    typing["writing"] = json!("note");
    assert_eq!(his.next().await, typing);
    // A client that connects later gets it, too.
    let mut later = Socket::follow(&front, &grace).await;
    assert_eq!(later.next().await, typing);
    drop(hers);
    assert_eq!(his.next().await, presence("left"));
    // By requests, where there is no socket.
    let seen = json!({"conversation_id": id});
    assert_eq!(ada.post("/app/v1/live/presence", seen).await.status, 204);
    assert_eq!(his.next().await, presence("viewing"));
    assert_eq!(ada.post("/app/v1/live/presence", json!({"conversation_id": null})).await.status, 204);
    assert_eq!(his.next().await, presence("left"));
    let refused = ada.post("/app/v1/live/presence", json!({"conversation_id": "x"})).await;
    assert_eq!((refused.status, &refused.body["error"]["field"]), (400, &json!("conversation_id")));
}

#[tokio::test]
async fn a_socket_ends_with_its_session() {
    let front = Front::start(Limits::default()).await;
    let (ended, other) = (front.app.browser().await, front.app.browser().await);
    let mut socket = Socket::follow(&front, &ended).await;
    let mut stays = Socket::follow(&front, &other).await;
    ended.delete("/app/v1/session").await;
    assert_eq!(socket.next().await, json!({"t": "bye", "retry_ms": 3000, "why": "session"}));
    socket.closes(1008, "the session ended").await;
    contact(&front, "ada@acme.test").await;
    assert_eq!(stays.next().await["t"], "ev");
}

#[tokio::test]
async fn sockets_end_with_the_server() {
    let mut front = Front::start(Limits::default()).await;
    let browser = front.app.browser().await;
    let mut socket = Socket::follow(&front, &browser).await;
    tokio::time::sleep(ms(50)).await;
    front.app.app.stopping.store(true, Ordering::Relaxed);
    front.stop();
    front.app.db().announce_all();
    let bye = socket.next().await;
    assert_eq!((&bye["t"], &bye["why"]), (&json!("bye"), &json!("restart")));
    assert!(bye["retry_ms"].as_i64().unwrap() < 1_000, "{bye}");
    socket.closes(1001, "reconnect").await;
    assert!(socket.message().await.is_none());
    front.end().await;
}

#[tokio::test]
async fn sockets_leave_room_for_requests() {
    let front = Front::start(Limits { total: 4, per_address: 4, per_proxy: 4, ..Limits::default() }).await;
    let browser = front.app.browser().await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(Socket::follow(&front, &browser).await);
    }
    let mut client = front.connect().await;
    client.send(&request(&browser, UPGRADE)).await;
    let answer = client.answer().await;
    assert_eq!(answer.status, 503, "{}", answer.head);
    assert!(answer.head.contains("\r\nretry-after: 1\r\n"), "{}", answer.head);
    drop(sockets.pop());
    front.until_open(3).await;
    sockets.push(Socket::follow(&front, &browser).await);
}
