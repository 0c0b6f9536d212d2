//! The log of a server, and a log whose reader has exited.

use serde_json::Value;

use crate::program::{Place, Server};

#[test]
fn a_server_survives_a_closed_log() {
    let place = Place::new();
    for command in ["serve", "demo"] {
        let mut server = Server::start_unread(&place, &[command, "--data", "d", "--log-level", "debug"]);
        assert!(!server.log().is_empty(), "the first line was read");
        for _ in 0..3 {
            assert_eq!(server.get("/me", "nonsense").0, 401);
        }
        server.signal("TERM");
        assert_eq!(server.wait(), Some(0), "{command}");
    }
}

#[test]
fn each_request_is_a_line_of_the_access_log() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let arguments = ["serve", "--data", "d", "--access-log", "on", "--log-level", "error"];
    let server = Server::start(&place, &arguments);
    let size = server.get("/me?email=ada%40acme.test&page=2", token).1.to_string().len();
    server.get("/unsubscribe/secret-link", "");
    server.post("/contacts", token, "{}");
    let log = server.log();
    assert!(!log.contains("ada%40") && !log.contains("secret-link") && !log.contains(token), "{log}");
    let lines: Vec<Value> = log.lines().map(serde_json::from_str).collect::<Result<_, _>>().unwrap();
    let line = |path: &str| lines.iter().find(|line| line["path"] == path).unwrap_or_else(|| panic!("{path}: {log}"));
    let me = line("/me");
    assert_eq!((me["method"].as_str(), me["status"].as_u64()), (Some("GET"), Some(200)));
    assert_eq!(me["query"], "email=***&page=2");
    assert_eq!(me["workspace"], made["workspace_id"]);
    assert_eq!(me["address"], "127.0.0.1");
    assert_eq!(me["bytes"], size);
    assert!(me["request_id"].is_string() && me["micros"].is_u64());
    assert_eq!(line("/unsubscribe/{link}")["status"], 404);
    assert_eq!(line("/contacts")["method"], "POST");
}

#[test]
fn requests_are_not_logged_unless_asked_for() {
    let place = Place::new();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    assert_eq!(server.get("/me", "nonsense").0, 401);
    assert!(!server.log().contains("/me"), "{}", server.log());
}
