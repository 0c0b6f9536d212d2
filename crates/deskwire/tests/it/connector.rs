//! `connector`
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use serde_json::{Value, json};

use crate::program::{Place, Server};

/// A server on its own thread that answers one request with JSON: its address, and the thread, which returns the
/// first line of the request.
fn service() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let thread = std::thread::spawn(move || {
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let (mut first, mut line) = (String::new(), String::new());
        while stream.read_line(&mut line).unwrap() > 2 {
            if first.is_empty() {
                line.trim().clone_into(&mut first);
            }
            line.clear();
        }
        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 11\r\nconnection: close\r\n\r\n{\"ok\":true}";
        stream.get_mut().write_all(answer).unwrap();
        first
    });
    (address, thread)
}

#[test]
fn a_running_server_executes_a_connector() {
    let (address, thread) = service();
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let server = Server::start(&place, &["serve", "--data", "d", "--outbound-allow", "127.0.0.1"]);
    let settings = json!({"name": "Orders", "url": format!("http://{address}/orders/{{{{order}}}}"),
        "data_inputs": [{"name": "order"}]});
    let (status, connector) = server.post("/data_connectors", token, &settings.to_string());
    assert_eq!(status, 201, "{connector}");
    let id = connector["id"].as_str().unwrap();
    let run = |more: &[&str]| place.run(&[&["connector", "run", id, "--data", "d"], more].concat());
    assert!(run(&[]).refused(1).contains("Data connector not found"), "there is no live version");
    let printed: Value = serde_json::from_str(&run(&["--draft", "--input", "order=7"]).ok()).unwrap();
    assert_eq!((&printed["success"], &printed["response_body"]), (&json!(true), &json!("{\"ok\":true}")));
    assert_eq!(thread.join().unwrap(), "GET /orders/7 HTTP/1.1");
    let failed = run(&["--draft", "--input", "size=7"]);
    assert_eq!(failed.code, Some(1));
    assert!(failed.out.contains("request_validation_error") && failed.err.contains("size is not a data input"));
    run(&["--input", "order"]).refused(2);
}
