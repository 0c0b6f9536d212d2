//! `webhooks`, and the `apps` and `webhooks` of a workspace file.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{Place, Server};

/// An endpoint on a separate thread that answers 200: its URL, and the received bodies.
fn endpoint() -> (String, Receiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut method, mut length, mut line) = (String::new(), 0, String::new());
            while stream.read_line(&mut line).unwrap() > 2 {
                if method.is_empty() {
                    line.split(' ').next().unwrap().clone_into(&mut method);
                }
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
            stream.get_mut().write_all(answer).unwrap();
            if sender.send((method, serde_json::from_slice(&body).unwrap_or_default())).is_err() {
                return;
            }
        }
    });
    (url, received)
}

fn next(received: &Receiver<(String, Value)>) -> (String, Value) {
    received.recv_timeout(Duration::from_secs(20)).expect("something is sent")
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file(url: &str) -> String {
    format!(
        "[[apps]]\nname = \"Sync\"\nclient_id = \"sync\"\nclient_secret = \"0123456789abcdef\"\nscopes = [\"read_users\"]\n\
         api_version = \"2.11\"\n\n[[webhooks]]\napp = \"sync\"\nurl = \"{url}\"\ntopics = [\"contact.user.created\"]\n"
    )
}

#[test]
fn an_endpoint_receives_events() {
    let (url, received) = endpoint();
    let place = Place::new();
    let made = place.workspace();
    let (token, workspace) = (made["access_token"].as_str().unwrap(), made["workspace_id"].as_str().unwrap());
    let server = Server::start(&place, &["serve", "--data", "d", "--outbound-allow", "127.0.0.1"]);
    place.write("w.toml", &file(&url));
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    assert!(place.run(&["apply", "w.toml", "--data", "d"]).err.contains("nothing changed"));
    assert_eq!(next(&received).0, "HEAD");
    assert_eq!(next(&received).1["topic"], "ping");
    let run = |command: &str, more: &[&str]| {
        place.run(&[&["webhooks", command, "--data", "d", "--workspace", workspace], more].concat())
    };
    assert_eq!(server.post("/contacts", token, r#"{"email": "ada@acme.test"}"#).0, 200);
    let first = next(&received).1;
    assert_eq!(first["data"]["item"]["email"], "ada@acme.test");
    // The result is recorded after the answer.
    let began = Instant::now();
    let sent = loop {
        let sent = lines(&run("list", &["--deliveries", "--topic", "contact.user.created", "--state", "sent"]).ok());
        if !sent.is_empty() || began.elapsed() > Duration::from_secs(10) {
            break sent;
        }
    };
    assert_eq!((sent[0]["attempts"].as_i64(), sent[0]["log"][0]["status"].as_i64()), (Some(1), Some(200)));
    assert_eq!(sent[0]["notification_id"], first["id"]);
    let shown = &lines(&run("list", &[]).ok())[0];
    assert_eq!((&shown["state"], &shown["client_id"]), (&Value::from("live"), &Value::from("sync")));
    assert_eq!(run("replay", &["--delivery", &sent[0]["id"].to_string()]).ok(), "1");
    let again = next(&received).1;
    assert_eq!((&again["id"], &again["delivery_attempts"]), (&first["id"], &Value::from(2)));
    assert_eq!(run("replay", &["--since", "2040-01-01T00:00:00Z"]).ok(), "0");
    run("replay", &[]).refused(2);
    let other = &["--app", "Sync", "--url", &url, "--topics", "company.created,company.updated"];
    let made: Value = serde_json::from_str(&run("create", other).ok()).unwrap();
    assert_eq!(made["state"], "live", "the server has verified the endpoint");
    assert_eq!(made["topics"], serde_json::json!(["company.created", "company.updated"]));
    assert!(run("create", &["--app", "sync", "--url", &url, "--topics", "a.b"]).refused(2).contains("no topic a.b"));
    assert!(
        run("create", &["--app", "none", "--url", &url, "--topics", "company.created"]).refused(1).contains("no app")
    );
    run("resume", &["--app", "sync"]).ok();
    assert_eq!(next(&received).0, "HEAD");
    run("delete", &["--app", "sync"]).ok();
    assert_eq!(run("list", &[]).ok(), "");
    assert!(place.run(&["webhooks", "topics"]).ok().contains("conversation.user.created\t2.7\tread_conversations"));
}

/// Reports method and path of each request to a listener, and answers only HEAD and pings.
fn silent(listener: TcpListener) -> Receiver<String> {
    let (sender, received) = channel();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut first = String::new();
            stream.read_line(&mut first).unwrap();
            let (mut line, mut length) = (String::new(), 0);
            while stream.read_line(&mut line).unwrap() > 2 {
                if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            if first.starts_with("HEAD") || String::from_utf8_lossy(&body).contains("\"ping\"") {
                let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                stream.get_mut().write_all(answer).unwrap();
            } else if sender.send(first.split(' ').take(2).collect::<Vec<_>>().join(" ")).is_err() {
                return;
            }
            open.push(stream);
        }
    });
    received
}

#[test]
fn deliveries_of_a_killed_server_are_taken_over_within_seconds() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = silent(listener);
    let place = Place::new();
    let made = place.workspace();
    let (token, admin) = (made["access_token"].as_str().unwrap(), made["admin_id"].as_str().unwrap());
    place.write("w.toml", &file(&format!("{url}/hook")));
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    let start = || Server::start(&place, &["serve", "--data", "d", "--outbound-allow", "127.0.0.1"]);
    let both = |within: Duration| {
        let until = Instant::now() + within;
        let mut came: Vec<String> = (0..2)
            .map(|_| received.recv_timeout(until.saturating_duration_since(Instant::now())).expect("a delivery"))
            .collect();
        came.sort();
        assert_eq!(came, ["GET /file.txt", "POST /hook"]);
    };
    let server = start();
    let (status, ada) = server.post("/contacts", token, r#"{"email": "ada@acme.test"}"#);
    assert_eq!(status, 200);
    let (status, started) = server.post(
        "/conversations",
        token,
        &serde_json::json!({"from": {"type": "user", "id": ada["id"]}, "body": "hi"}),
    );
    assert_eq!(status, 200, "{started}");
    let reply = serde_json::json!({"type": "admin", "message_type": "comment", "admin_id": admin, "body": "see",
        "attachment_urls": [format!("{url}/file.txt")]});
    let path = format!("/conversations/{}/reply", started["conversation_id"].as_str().unwrap());
    assert_eq!(server.post(&path, token, &reply).0, 200);
    both(Duration::from_secs(20));
    // Like kill -9: both are being sent.
    drop(server);
    let _again = start();
    both(Duration::from_secs(5));
}

#[test]
fn an_endpoint_that_is_refused_fails_the_command_and_says_why() {
    let (url, _told) = endpoint();
    let place = Place::new();
    place.workspace();
    place.write("w.toml", &file(&url));
    let server = Server::start(&place, &["serve", "--data", "d"]);
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    let other = ["--app", "Sync", "--url", &url.replace("hook", "other"), "--topics", "contact.user.created"];
    let refused = place.run(&[&["webhooks", "create", "--data", "d"], &other[..]].concat());
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert_eq!(lines(&refused.out)[0]["state"], "refused");
    assert!(refused.err.contains("is not a public address; the setting outbound_allow can allow it"), "{refused:?}");
    assert_eq!(place.run(&["webhooks", "resume", "--data", "d", "--app", "Sync"]).code, Some(1));
    drop(server);
    let waiting = place.run(&["webhooks", "resume", "--data", "d", "--app", "Sync", "--wait", "0"]);
    assert!(waiting.err.contains("no server has verified the endpoint yet"), "{waiting:?}");
    assert_eq!(waiting.code, Some(0));
}

#[test]
fn errors_about_apps_in_a_file_are_named() {
    let place = Place::new();
    place.workspace();
    let refused = |from: &str, to: &str| {
        place.write("w.toml", &file("https://a.test/hook").replace(from, to));
        place.run(&["apply", "w.toml", "--data", "d"]).refused(1)
    };
    assert!(refused("read_users", "read_minds").contains("w.toml:1: there is no scope read_minds"));
    assert!(refused("2.11", "2.1").contains("there is no version 2.1"));
    assert!(refused("contact.user.created", "contact.user.eaten").contains("w.toml:8: there is no topic"));
    assert!(refused("https://a", "ftp://a").contains("is not a https:// or http:// URL"));
    assert!(refused("app = \"sync\"", "app = \"other\"").contains("there is no app"));
    assert!(refused("0123456789abcdef", "short").contains("16 characters"));
}

#[test]
fn a_refused_endpoint_does_not_replace_one_that_works() {
    let (url, received) = endpoint();
    let place = Place::new();
    let made = place.workspace();
    let server = Server::start(&place, &["serve", "--data", "d", "--outbound-allow", "127.0.0.1"]);
    place.write("w.toml", &file(&url));
    place.run(&["apply", "w.toml", "--data", "d"]).ok();
    assert_eq!((next(&received).0.as_str(), next(&received).1["topic"].as_str()), ("HEAD", Some("ping")));
    let create = |url: &str, topics: &str| {
        place.run(&["webhooks", "create", "--data", "d", "--app", "Sync", "--url", url, "--topics", topics])
    };
    let refused = create("http://127.0.0.1:1/gone", "contact.user.created,contact.user.tag.created");
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let shown = &lines(&refused.out)[0];
    assert_eq!((&shown["state"], &shown["url"]), (&Value::from("live"), &Value::from(url.as_str())), "{refused:?}");
    assert_eq!(shown["topics"], serde_json::json!(["contact.user.created"]));
    let message = "the endpoint http://127.0.0.1:1/gone was refused: ";
    assert!(refused.err.contains(message) && refused.err.contains(&format!("{url} stays the endpoint")), "{refused:?}");
    let token = made["access_token"].as_str().unwrap();
    assert_eq!(server.post("/contacts", token, r#"{"email": "ada@acme.test"}"#).0, 200);
    loop {
        let (_, body) = next(&received);
        if body["topic"] == "contact.user.created" {
            break;
        }
    }
    create(&format!("{url}/2"), "contact.user.created").ok();
    let shown = &lines(&place.run(&["webhooks", "list", "--data", "d"]).ok())[0];
    assert_eq!((&shown["url"], &shown["reason"]), (&Value::from(format!("{url}/2")), &Value::Null));
}

#[test]
fn topics_that_are_not_sent_to_an_app_are_named() {
    let place = Place::new();
    place.workspace();
    let topics = "\"contact.user.created\", \"conversation.user.replied\", \"job.completed\"";
    let text = file("https://sync.test/").replace("\"contact.user.created\"", topics).replace("2.11", "2.8");
    place.write("w.toml", &text);
    let applied = place.run(&["apply", "w.toml", "--data", "d"]);
    let lacks = "conversation.user.replied is not sent: the app lacks the scope read_conversations";
    let old = "job.completed is not sent: it needs API version 2.14, and the app has 2.8";
    assert!(applied.err.contains(&format!("webhooks \"Sync\": {lacks}")) && applied.err.contains(old), "{applied:?}");
    assert!(!applied.err.contains("contact.user.created is not"), "{applied:?}");
    let shown = &lines(&place.run(&["webhooks", "list", "--data", "d"]).ok())[0];
    assert_eq!(shown["not_sent"][0], lacks);
    assert_eq!(shown["not_sent"].as_array().unwrap().len(), 2, "{shown}");
    let found = place.run(&["doctor", "--data", "d"]);
    assert!(found.code == Some(1) && found.out.contains(&format!("): {lacks}")), "{found:?}");
    let create = ["webhooks", "create", "--data", "d", "--wait", "0", "--app", "Sync", "--url", "https://sync.test/2"];
    let created = place.run(&[&create[..], &["--topics", "conversation.user.replied"]].concat());
    assert!(created.err.contains(&format!("warning: {lacks}")), "{created:?}");
    place
        .run(&["app", "update", "--data", "d", "--client-id", "sync", "--scopes", "read_users,read_conversations"])
        .ok();
    let shown = &lines(&place.run(&["webhooks", "list", "--data", "d"]).ok())[0];
    assert_eq!(shown["not_sent"], serde_json::json!([]));

    let created = place.run(&[&create[..], &["--topics", "contact.user.created,content_stat.tour"]].concat());
    let never = "content_stat.tour is not sent: this server does not have the feature that it is about";
    assert!(created.err.contains(&format!("warning: {never}")), "{created:?}");
    assert_eq!(lines(&created.out)[0]["not_sent"], serde_json::json!([never]));
    // This is not a failure.
    let found = place.run(&["doctor", "--data", "d"]);
    assert!(found.out.contains(&format!("): {never}")), "{found:?}");
    let topics = place.run(&["webhooks", "topics"]).ok();
    let of = |name: &str| topics.lines().find(|line| line.split('\t').next() == Some(name)).unwrap().to_owned();
    assert!(of("content_stat.tour").ends_with("\tnever sent"));
    assert_eq!(of("admin.logged_in"), "admin.logged_in\t2.7\tread_admins");
}
