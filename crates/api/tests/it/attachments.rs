//! Files that come with messages.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deskwire_api::versions::Version;
use deskwire_testkit::{Sink, SinkReply, TestApp, Value, both, json};

use crate::conversations::started;
use crate::support::{id, since};
use crate::tickets::ticket;

/// The smallest PNG there is: one transparent pixel.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

/// A reply by the first admin, with more in it.
pub(crate) fn reply(app: &TestApp, more: &Value) -> Value {
    let mut body =
        json!({"type": "admin", "message_type": "comment", "admin_id": app.admin_id.number(), "body": "see"});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

pub(crate) fn file(name: &str, content_type: &str, data: &str) -> Value {
    json!({"name": name, "content_type": content_type, "data": data})
}

/// The attachments of the last part.
pub(crate) fn attached(conversation: &Value) -> Value {
    conversation["conversation_parts"]["conversation_parts"].as_array().unwrap().last().unwrap()["attachments"].clone()
}

/// The path and query of an attachment's address.
pub(crate) fn path(attachment: &Value) -> String {
    attachment["url"].as_str().unwrap().strip_prefix("http://deskwire.test").unwrap().to_owned()
}

#[both]
async fn uploaded_files_are_downloadable(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let files = json!({"attachment_files": [file("pixel.png", "image/png", PIXEL), file("page.html", "text/html", &STANDARD.encode("<script>x</script>"))]});
    let replied = app.post(&format!("{conversation}/reply"), reply(&app, &files)).await.ok();
    let [pixel, page] = [0, 1].map(|i| attached(&replied)[i].clone());
    assert_eq!(
        (&pixel["name"], &pixel["content_type"], &pixel["filesize"]),
        (&json!("pixel.png"), &json!("image/png"), &json!(70))
    );
    assert_eq!((&pixel["width"], &pixel["height"], &pixel["type"]), (&json!(1), &json!(1), &json!("upload")));
    let got = app.anonymous().raw("GET", &path(&pixel), &[], "").await;
    assert_eq!((got.status, got.header("content-type")), (200, Some("image/png")));
    assert!(got.header("content-disposition").unwrap().starts_with("inline"));
    // Active content is downloaded, not displayed.
    let got = app.anonymous().raw("GET", &path(&page), &[], "").await;
    assert!(got.header("content-disposition").unwrap().starts_with("attachment"));
    assert_eq!(got.header("x-content-type-options"), Some("nosniff"));
    // The address is for this file and some time only.
    let wrong = path(&pixel).replace("signature=", "signature=0");
    app.anonymous().get(&wrong).await.refused(404, "not_found");
    app.anonymous().get(path(&pixel).split('?').next().unwrap()).await.refused(404, "not_found");
    app.clock.advance(3600);
    app.anonymous().get(&path(&pixel)).await.refused(404, "not_found");
    let again = app.get(&conversation).await.ok();
    assert_eq!(app.anonymous().raw("GET", &path(&attached(&again)[0]), &[], "").await.status, 200);
}

#[both]
async fn files_given_by_url_are_downloaded_later(app: TestApp) {
    let (conversation, user) = started(&app, "ada@a.test").await;
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).header("content-type", "text/plain; charset=utf-8").body("hello"));
    let body = json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "x", "attachment_urls": [sink.url("/a%20b.txt?x=1")]});
    let replied = app.post(&format!("{conversation}/reply"), body).await.ok();
    let before = attached(&replied)[0].clone();
    assert_eq!(before["name"], "a b.txt");
    assert_eq!(app.anonymous().raw("GET", &path(&before), &[], "").await.status, 503);
    app.run_jobs().await;
    let after = attached(&app.get(&conversation).await.ok())[0].clone();
    assert_eq!((&after["content_type"], &after["filesize"]), (&json!("text/plain"), &json!(5)));
    assert_eq!(app.anonymous().raw("GET", &path(&after), &[], "").await.status, 200);
}

#[both]
async fn private_addresses_are_not_downloaded(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let urls = json!({"attachment_urls": ["http://10.0.0.1/secret", "http://[fe80::1]/secret"]});
    let replied = app.post(&format!("{conversation}/reply"), reply(&app, &urls)).await.ok();
    app.run_jobs().await;
    for i in 0..2 {
        assert_eq!(app.anonymous().raw("GET", &path(&attached(&replied)[i]), &[], "").await.status, 404);
    }
}

#[both]
async fn invalid_files_are_rejected(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let at = format!("{conversation}/reply");
    let eleven = |url: bool| {
        (0..11)
            .map(|_| if url { json!("https://a.test/x") } else { file("a", "text/plain", "eA==") })
            .collect::<Vec<_>>()
    };
    for bad in [
        json!({"attachment_files": [file("a", "text/plain", "not base64!")]}),
        json!({"attachment_files": [{"name": "a"}]}),
        json!({"attachment_files": eleven(false)}),
        json!({"attachment_urls": eleven(true)}),
        json!({"attachment_urls": ["ftp://a.test/x"]}),
        json!({"attachment_urls": "https://a.test/x"}),
    ] {
        app.post(&at, reply(&app, &bad)).await.refused(400, "parameter_invalid");
    }
    assert_eq!(app.get(&conversation).await.ok()["conversation_parts"]["total_count"], 0);
}

#[both]
async fn a_redacted_file_is_gone(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    let files = json!({"attachment_files": [file("a.txt", "text/plain", &STANDARD.encode("secret"))]});
    let replied = app.post(&format!("{conversation}/reply"), reply(&app, &files)).await.ok();
    let part = replied["conversation_parts"]["conversation_parts"][0].clone();
    let id = conversation.rsplit('/').next().unwrap();
    let redact = json!({"type": "conversation_part", "conversation_id": id, "conversation_part_id": part["id"]});
    app.post("/conversations/redact", redact).await.ok();
    assert_eq!(app.anonymous().raw("GET", &path(&part["attachments"][0]), &[], "").await.status, 404);
}

#[both]
async fn ticket_attributes_accept_files(app: TestApp) {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).header("content-type", "text/plain").body("hello"));
    let got = async |file: Value| app.anonymous().raw("GET", &path(&file), &[], "").await.status;
    let made = ticket(&app, "Customer").await;
    let at = format!("/tickets/{}", id(&made));
    let files =
        json!({"ticket_attributes": {"Files": [{"url": sink.url("/a.txt"), "name": "first.txt"}, sink.url("/b.txt")]}});
    let changed = app.put(&at, files).await.ok();
    app.run_jobs().await;
    let part = changed["ticket_parts"]["ticket_parts"].as_array().unwrap().last().unwrap().clone();
    let value = &part["updated_attribute_data"]["value"];
    assert_eq!((value["label"].clone(), value["id"].as_array().unwrap().len()), (json!(["first.txt", "b.txt"]), 2));
    let shown = app.get(&at).await.ok()["ticket_attributes"]["Files"].clone();
    let [first, second] = [0, 1].map(|i| shown[i].clone());
    assert_eq!(
        (&first["type"], &first["name"], &first["content_type"], &first["filesize"]),
        (&json!("upload"), &json!("first.txt"), &json!("text/plain"), &json!(5))
    );
    assert_eq!((got(first.clone()).await, got(second.clone()).await), (200, 200));
    // The same wherever the ticket is shown.
    let conversation = app.get(&format!("/conversations/{}", id(&made))).await.ok();
    assert_eq!(conversation["ticket"]["ticket_attributes"]["Files"], shown);
    let query = json!({"query": {"field": "id", "operator": "=", "value": id(&made)}});
    assert_eq!(app.post("/tickets/search", query).await.ok()["tickets"][0]["ticket_attributes"]["Files"], shown);
    // A file that is sent back stays the same; a file that is left out is removed and reported.
    let fetched = sink.received().len();
    let changed =
        app.put(&at, json!({"ticket_attributes": {"Files": [second, {"url": sink.url("/c.txt")}]}})).await.ok();
    app.run_jobs().await;
    assert_eq!(sink.received().len(), fetched + 1);
    let now = changed["ticket_attributes"]["Files"].clone();
    assert_eq!((path(&now[0]), &now[1]["name"]), (path(&second), &json!("c.txt")));
    assert_eq!((got(first).await, got(second.clone()).await), (404, 200));
    let parts = changed["ticket_parts"]["total_count"].clone();
    let same = app.put(&at, json!({"ticket_attributes": {"Files": now}})).await.ok();
    assert_eq!(same["ticket_parts"]["total_count"], parts);
    // Another ticket cannot take it over by its address.
    let other = app
        .post(
            "/tickets",
            json!({"ticket_type_id": made["ticket_type"]["id"], "contacts": made["contacts"]["contacts"],
        "ticket_attributes": {"Files": [second]}}),
        )
        .await
        .ok();
    assert_ne!(path(&other["ticket_attributes"]["Files"][0]), path(&second));
    app.delete(&at).await.ok();
    assert_eq!(got(second).await, 404);
}

#[both]
async fn every_version_shows_attachments(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    for version in since(Version::V2_7) {
        let files = json!({"attachment_files": [file("pixel.png", "image/png", PIXEL)]});
        let replied = app.version(version).post(&format!("{conversation}/reply"), reply(&app, &files)).await.ok();
        assert_eq!(attached(&replied)[0]["name"], "pixel.png", "{version}");
    }
}

#[both]
async fn every_form_of_base64_is_accepted(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    for data in ["-_-__g==", "-_-__g", "+/+//g", "+/+//g==\r\n"] {
        let files = json!({"attachment_files": [file("a.bin", "application/octet-stream", data)]});
        let replied = app.post(&format!("{conversation}/reply"), reply(&app, &files)).await.ok();
        assert_eq!(attached(&replied)[0]["filesize"], 4, "{data}");
    }
}

#[both]
async fn byte_ranges_of_files_are_served(app: TestApp) {
    let (conversation, _) = started(&app, "ada@a.test").await;
    // Larger than a piece that is read at a time.
    let text: String = (0..100_000).map(|n| format!("{n:07},")).collect();
    let files = json!({"attachment_files": [file("a.txt", "text/plain", &STANDARD.encode(&text))]});
    let replied = app.post(&format!("{conversation}/reply"), reply(&app, &files)).await.ok();
    let path = path(&attached(&replied)[0]);
    let get = async |headers: &[(&str, &str)]| app.anonymous().raw("GET", &path, headers, "").await;
    let whole = get(&[]).await;
    assert_eq!(
        (whole.status, whole.header("accept-ranges"), whole.header("content-length")),
        (200, Some("bytes"), Some("800000"))
    );
    assert!(whole.text == text);
    let tag = whole.header("etag").unwrap().to_owned();
    for (range, from, to) in [
        ("bytes=0-7", 0, 8),
        ("bytes=300000-600001", 300_000, 600_002),
        ("bytes=799990-", 799_990, 800_000),
        ("bytes=-5", 799_995, 800_000),
    ] {
        for more in [vec![], vec![("if-range", tag.as_str())]] {
            let part = get(&[vec![("range", range)], more].concat()).await;
            assert_eq!(part.status, 206, "{range}");
            assert_eq!(part.header("content-range"), Some(&*format!("bytes {from}-{}/800000", to - 1)));
            assert_eq!(part.header("content-length"), Some(&*(to - from).to_string()));
            assert!(part.text == text[from..to], "{range}");
        }
    }
    let beyond = get(&[("range", "bytes=800000-")]).await;
    assert_eq!(beyond.header("content-range"), Some("bytes */800000"));
    beyond.refused(416, "range_not_satisfiable");
    for whole in [
        vec![("range", "bytes=0-1"), ("if-range", "\"other\"")],
        vec![("range", "bytes=0-1"), ("if-range", "Sat, 28 Feb 2026 12:00:00 GMT")],
        vec![("range", "bytes=0-1,4-5")],
        vec![("range", "bytes=0-1"), ("range", "bytes=4-5")],
        vec![("range", "lines=0-1")],
    ] {
        assert_eq!(get(&whole).await.status, 200, "{whole:?}");
    }
    // Who has the file does not get it again, whatever range is asked for.
    let weak = format!("\"other\", W/{tag}");
    for known in [tag.as_str(), &weak, "*"] {
        for more in [vec![], vec![("range", "bytes=0-1")]] {
            let kept = get(&[vec![("if-none-match", known)], more].concat()).await;
            assert_eq!(
                (kept.status, kept.text.as_str(), kept.header("etag")),
                (304, "", Some(tag.as_str())),
                "{known}"
            );
            assert_eq!(kept.header("cache-control"), whole.header("cache-control"));
        }
    }
    assert_eq!(get(&[("if-none-match", "\"other\"")]).await.status, 200);
    let unsigned = path.split('?').next().unwrap();
    assert_eq!(app.anonymous().raw("GET", unsigned, &[("if-none-match", "*")], "").await.status, 404);
    // A range is of what GET answers.
    let head = app.anonymous().raw("HEAD", &path, &[("range", "bytes=0-1")], "").await;
    assert_eq!((head.status, head.header("content-length"), head.text.as_str()), (200, Some("800000"), ""));
}
