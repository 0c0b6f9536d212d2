//! Bodies of requests and answers: sizes, codings and limits.

use std::io::Write;
use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use deskwire_testkit::{Answer, Client, TestApp, Value, both, json};
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use futures_util::{StreamExt, stream};

use crate::conversations::{parts, started};
use crate::support::user;

const JSON: (&str, &str) = ("content-type", "application/json");

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn coded(client: &Client, coding: &str, body: Vec<u8>) -> Answer {
    client.raw("POST", "/contacts", &[JSON, ("content-encoding", coding)], body).await
}

fn contact(name: &str, length: usize) -> String {
    json!({"role": "lead", "name": name, "other": vec!["x".repeat(1_000); length / 1_000]}).to_string()
}

#[both]
async fn too_many_values_are_rejected_while_parsing(app: TestApp) {
    let client = app.client().off_the_record();
    let zeros = format!("{{\"role\": \"lead\", \"x\": [{}0]}}", "0,".repeat(400_000));
    let answer = client.raw("POST", "/contacts", &[JSON], zeros).await;
    let error_message = answer.refused(413, "payload_too_large");
    assert!(error_message.starts_with("The request body holds too many values (maximum is "), "{error_message}");
    let long = client.raw("POST", "/contacts", &[JSON], contact("Ada", 1 << 20)).await;
    let error_message = long.refused(413, "payload_too_large");
    assert_eq!(error_message, "The request body is larger than allowed (maximum is 1048576 bytes)");
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 0);
}

#[both]
async fn only_replies_accept_large_bodies(app: TestApp) {
    let (path, _) = started(&app, "ada@a.test").await;
    let reply = |bytes: usize| {
        json!({
            "type": "admin", "admin_id": app.admin_id.number(), "message_type": "comment", "body": "Here",
            "attachment_files": [{"name": "a.bin", "content_type": "application/x-test", "data": "QUFB".repeat(bytes / 3)}],
        })
    };
    let sent = app.post(&format!("{path}/reply"), reply(3_000_000)).await.ok();
    let file = &parts(&sent).last().unwrap()["attachments"][0];
    assert_eq!(file["filesize"], 3_000_000);
    let large = app.client().off_the_record().post(&format!("{path}/reply"), reply(9_000_000)).await;
    large.refused(413, "payload_too_large");
}

#[both]
async fn too_long_texts_are_rejected_by_field(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    let comment = |length: usize| json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "x".repeat(length)});
    app.post(&format!("{path}/reply"), comment(90_000)).await.ok();
    let refused = app.post(&format!("{path}/reply"), comment(100_001)).await;
    assert_eq!(refused.body["errors"][0]["field"], "body");
    assert_eq!(refused.refused(400, "parameter_invalid"), "body is too long (maximum is 100000 bytes)");
    for (at, body) in [
        (format!("/contacts/{user}/notes"), json!({"body": "x".repeat(100_001), "admin_id": app.admin_id.to_string()})),
        ("/conversations".to_owned(), json!({"from": {"type": "user", "id": user}, "body": "x".repeat(100_001)})),
    ] {
        let refused = app.post(&at, body).await;
        assert_eq!(refused.body["errors"][0]["field"], "body", "{at}");
        refused.refused(400, "parameter_invalid");
    }
}

#[both]
async fn titles_have_one_limit_wherever_they_are_given(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    let kind = app.post("/ticket_types", json!({"name": "Bug"})).await.ok()["id"].clone();
    let titled = |length: usize| json!({"_default_title_": "x".repeat(length)});
    let ticket = |length: usize| json!({"ticket_type_id": kind, "contacts": [{"id": user}], "ticket_attributes": titled(length)});
    let made = app.post("/tickets", ticket(2_000)).await.ok();
    app.put(&path, json!({"title": "x".repeat(2_000)})).await.ok();
    let ticket_path = format!("/tickets/{}", made["id"].as_str().unwrap());
    let convert = json!({"ticket_type_id": kind, "attributes": titled(2_001)});
    for (refused, message) in [
        (app.post("/tickets", ticket(2_001)).await, "The ticket attribute '_default_title_' is too long"),
        (
            app.put(&ticket_path, json!({"ticket_attributes": titled(2_001)})).await,
            "The ticket attribute '_default_title_'",
        ),
        (app.post(&format!("{path}/convert"), convert).await, "The ticket attribute '_default_title_' is too long"),
        (app.put(&path, json!({"title": "x".repeat(2_001)})).await, "title is too long"),
    ] {
        let text = refused.refused(400, "parameter_invalid");
        assert!(text.starts_with(message) && text.ends_with("(maximum is 2000 bytes)"), "{text}");
    }
    app.put(&ticket_path, json!({"ticket_attributes": {"_default_description_": "x".repeat(60_000)}})).await.ok();
}

#[both]
async fn a_long_conversation_shows_its_newest_parts(app: TestApp) {
    let (path, user) = started(&app, "ada@a.test").await;
    for n in 0..12 {
        let text = format!("{n} parts came before");
        let body = json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": text});
        app.post(&format!("{path}/reply"), body).await.ok();
    }
    lengthen(&app, 1_000_000).await;
    let shown = app.get(&path).await;
    assert!(shown.size < 10 << 20, "{}", shown.size);
    let shown = shown.ok();
    let bodies: Vec<_> = parts(&shown).iter().map(|p| p["body"].as_str().unwrap()[3..7].to_owned()).collect();
    assert!((4..12).contains(&bodies.len()), "{bodies:?}");
    assert!(bodies.last().unwrap().starts_with("11"), "{bodies:?}");
}

#[both]
async fn compressed_bodies_are_read(app: TestApp) {
    let client = app.client();
    for (name, answer) in [
        ("Ada", coded(&client, "gzip", gzip(contact("Ada", 10).as_bytes())).await),
        ("Bob", coded(&client, "x-gzip", gzip(contact("Bob", 900_000).as_bytes())).await),
        ("Cem", coded(&client, "Deflate", deflate(contact("Cem", 100_000).as_bytes())).await),
        ("Dee", coded(&client, "identity", contact("Dee", 10).into_bytes()).await),
        // Several members are one text.
        ("Eva", coded(&client, "gzip", [gzip(b"{\"role\": \"lead\","), gzip(b"\"name\": \"Eva\"}")].concat()).await),
    ] {
        assert_eq!(answer.ok()["name"], name);
    }
    let client = client.off_the_record();
    for coding in ["br", "zstd", "gzip, gzip", "gzip, br", "compress", "\u{e9}"] {
        let answer = coded(&client, coding, contact("No", 10).into_bytes()).await;
        assert_eq!(answer.header("accept-encoding"), Some("gzip, deflate"));
        let error_message = answer.refused(415, "content_encoding_not_acceptable");
        assert_eq!(error_message, "The Content-Encoding header may name gzip or deflate, once");
    }
    let mut cut = gzip(contact("No", 1_000).as_bytes());
    cut.truncate(cut.len() / 2);
    for (coding, body) in [("gzip", b"nonsense".to_vec()), ("deflate", b"nonsense".to_vec()), ("gzip", cut)] {
        let error_message = coded(&client, coding, body).await.refused(400, "bad_request");
        assert_eq!(error_message, format!("The request body is not valid {coding}"));
    }
    coded(&client, "gzip", gzip(b"{\"role\": ")).await.refused(400, "parameter_invalid");
    coded(&client, "gzip", gzip(format!("{{\"x\": [{}0]}}", "0,".repeat(400_000)).as_bytes()))
        .await
        .refused(413, "payload_too_large");
    assert_eq!(app.get("/contacts").await.ok()["total_count"], 5);
}

#[both]
async fn compression_bombs_are_rejected(app: TestApp) {
    // 20 MB of nothing in 20 KB, and the same packed again.
    let bomb = gzip(&vec![b' '; 20 << 20]);
    assert!(bomb.len() < 100 << 10);
    let client = app.client().off_the_record();
    coded(&client, "gzip", bomb.clone()).await.refused(413, "payload_too_large");
    coded(&client, "gzip", gzip(&bomb)).await.refused(400, "parameter_invalid");
}

#[both]
async fn answers_are_compressed_on_request(app: TestApp) {
    for n in 0..40 {
        user(&app, &format!("user{n}@acme.test")).await;
    }
    let ask = |path: &'static str, accept: &'static str| {
        let client = app.client();
        async move { client.raw("GET", path, &[("accept-encoding", accept)], Body::empty()).await }
    };
    let (plain, packed) =
        (app.get("/contacts?per_page=40").await, ask("/contacts?per_page=40", "gzip, deflate, br").await);
    assert_eq!(packed.body, plain.body);
    assert_eq!((packed.header("content-encoding"), packed.header("vary")), (Some("gzip"), Some("accept-encoding")));
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), (None, Some("accept-encoding")));
    assert!(packed.size * 4 < plain.size && packed.text == plain.text, "{} {}", packed.size, plain.size);
    for (path, accept) in
        [("/contacts?per_page=40", "br, gzip;q=0"), ("/contacts?per_page=40", "identity"), ("/nowhere", "gzip")]
    {
        assert_eq!(ask(path, accept).await.header("content-encoding"), None, "{path} {accept}");
    }
    let mut stream = app.client().follow("/app/events?after=0", None).await;
    app.run_jobs().await;
    assert_eq!(stream.next().await.unwrap().id, Some(1));
}

/// A request whose body begins and never ends.
async fn start_large_request(client: Client) -> Answer {
    let first = Bytes::from(contact("Ada", 50_000));
    let endless = stream::once(async { Ok::<_, std::io::Error>(first) }).chain(stream::pending());
    client.raw("POST", "/contacts", &[JSON], Body::from_stream(endless)).await
}

/// Three workspaces take all the memory for bodies that they can, and a fourth is served at once.
#[both]
async fn several_workspaces_with_slow_bodies_leave_room_for_another(app: TestApp) {
    let neighbour = app.other_workspace().await.off_the_record();
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..3 {
        let greedy = app.other_workspace().await.off_the_record();
        for _ in 0..80 {
            slow.spawn(start_large_request(greedy.clone()));
        }
    }
    // Of each, some hold memory, 64 wait for it, and the others are refused.
    for _ in 0..3 {
        slow.join_next().await.unwrap().unwrap().refused(429, "rate_limit_exceeded");
    }
    let sent = std::time::Instant::now();
    for _ in 0..5 {
        let made = neighbour.raw("POST", "/contacts", &[JSON], contact("Eve", 500_000)).await.ok();
        assert_eq!(made["name"], "Eve");
    }
    assert!(sent.elapsed() < Duration::from_secs(5), "{:?}", sent.elapsed());
    slow.shutdown().await;
}

#[both]
async fn slow_bodies_delay_only_their_workspace(app: TestApp) {
    let neighbour = app.other_workspace().await.off_the_record();
    let busy = app.client().off_the_record();
    let many: Vec<_> = (0..200).map(|_| tokio::spawn(start_large_request(busy.clone()))).collect();
    let error_message = |refused: Answer| refused.refused(429, "rate_limit_exceeded");
    // Some hold all that a workspace may hold, some wait, and the others are refused.
    let refused = wait_for(|| many.iter().filter(|t| t.is_finished()).count() > 100).await;
    assert!(refused, "{}", many.iter().filter(|t| t.is_finished()).count());
    for _ in 0..5 {
        let made = neighbour.raw("POST", "/contacts", &[JSON], contact("Eve", 500_000)).await.ok();
        assert_eq!(made["name"], "Eve");
    }
    for task in many {
        if task.is_finished() {
            let answer = task.await.unwrap();
            assert_eq!(answer.header("retry-after"), Some("1"));
            assert_eq!(error_message(answer), "Too many requests of this workspace are in progress");
        } else {
            task.abort();
            assert!(task.await.is_err());
        }
    }
    // What they held has come back.
    busy.raw("POST", "/contacts", &[JSON], contact("Ada", 500_000)).await.ok();
}

/// Gives all parts metadata of so many bytes.
async fn lengthen(app: &TestApp, bytes: usize) {
    let (workspace, details) = (app.workspace_id.clone(), json!({"metadata": {"x": "y".repeat(bytes)}}).to_string());
    let sql = "UPDATE conversation_parts SET details = $1 WHERE workspace_id = $2";
    app.write(move |tx| Ok(tx.execute(sql, &[(&*details).into(), (&*workspace).into()])?)).await;
}

async fn wait_for(mut is_so: impl FnMut() -> bool) -> bool {
    for _ in 0..2_000 {
        if is_so() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    false
}

/// Unread answers count against their workspace, and another workspace still gets its answers.
#[tokio::test]
async fn answers_that_are_not_read_hold_up_their_own_workspace_alone() {
    use tower::ServiceExt;

    let app = TestApp::start(deskwire_testkit::Database::Sqlite).await;
    let (path, user) = started(&app, "ada@a.test").await;
    app.post(
        &format!("{path}/reply"),
        json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "x"}),
    )
    .await
    .ok();
    lengthen(&app, 12_000_000).await;
    let router = deskwire_api::serve::router(app.server.clone());
    let token = app.token("all").await;
    let mut unread = Vec::new();
    // Five of twelve megabytes are nearly half of what there is.
    for _ in 0..5 {
        let request = http::Request::get(&path).header("host", "deskwire.test");
        let request = request.header("authorization", format!("Bearer {token}")).body(Body::empty());
        let Ok(answer) = router.clone().oneshot(request.unwrap()).await;
        assert_eq!(answer.status(), 200);
        unread.push(answer);
    }
    let waiting = tokio::spawn({
        let client = app.client();
        async move { client.get(&path).await }
    });
    let (neighbour, _) = app.neighbour().await;
    neighbour.get("/contacts").await.ok();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert!(!waiting.is_finished());
    drop(unread);
    let shown: Value = waiting.await.unwrap().ok();
    assert_eq!(parts(&shown).len(), 1);
}
