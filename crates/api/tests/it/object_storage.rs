//! Files in a bucket: available to every server, and never lost by the cleanup.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use deskwire_domain::inbox::uploads;
use deskwire_domain::{Cx, attachments};
use deskwire_store::Files;
use deskwire_testkit::{BucketServer, Client, Sink, SinkReply, TestApp, Value, both, json};

use crate::attachments::{attached, file, path, reply};
use crate::conversations::{parts, started};

/// The server with its files in a bucket.
fn in_bucket(mut app: TestApp) -> (TestApp, BucketServer) {
    let bucket = BucketServer::start();
    app.store_files_in(bucket.place());
    (app, bucket)
}

/// Replies with a file; the attachment.
async fn sent(app: &TestApp, client: &Client, conversation: &str, content: &[u8]) -> Value {
    let files = json!({"attachment_files": [file("a.bin", "application/zip", &STANDARD.encode(content))]});
    attached(&client.post(&format!("{conversation}/reply"), reply(app, &files)).await.ok())[0].clone()
}

/// Runs what blocks.
async fn blocking<T: Send + 'static>(files: Files, work: impl FnOnce(Files) -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(move || work(files)).await.unwrap()
}

fn bytes(length: usize) -> Vec<u8> {
    (0..length).map(|i| u8::try_from(i * 7 % 251).unwrap()).collect()
}

#[both]
async fn a_file_of_one_server_is_downloaded_from_another(app: TestApp) {
    let (app, bucket) = in_bucket(app);
    let (conversation, user) = started(&app, "ada@a.test").await;
    let content = bytes(300_000);
    let attachment = sent(&app, &app.client(), &conversation, &content).await;
    let at = path(&attachment);
    let (_, other) = app.another_process();
    let whole = other.raw("GET", &at, &[], "").await;
    assert_eq!((whole.status, whole.header("content-length")), (200, Some("300000")));
    assert_eq!(whole.bytes, content);
    let head = other.raw("HEAD", &at, &[], "").await;
    assert_eq!((head.status, head.header("content-length"), head.bytes.len()), (200, Some("300000"), 0));
    for (range, of) in [("bytes=10-19", 10..20), ("bytes=299990-", 299_990..300_000), ("bytes=-5", 299_995..300_000)] {
        let part = other.raw("GET", &at, &[("Range", range)], "").await;
        assert_eq!((part.status, part.bytes.as_slice()), (206, &content[of]), "{range}");
    }
    other.raw("GET", &at, &[("Range", "bytes=300000-")], "").await.refused(416, "range_not_satisfiable");
    let tag = whole.header("etag").unwrap();
    let known = other.raw("GET", &at, &[("If-None-Match", tag)], "").await;
    assert_eq!((known.status, known.header("etag"), known.bytes.len()), (304, Some(tag), 0));
    // A file that is fetched for a message, and the same content in another workspace.
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).body(content.clone()));
    let from = json!({"type": "user", "intercom_user_id": user, "message_type": "comment", "body": "x", "attachment_urls": [sink.url("/b")]});
    let replied = app.post(&format!("{conversation}/reply"), from).await.ok();
    app.run_jobs().await;
    assert_eq!(other.raw("GET", &path(&attached(&replied)[0]), &[], "").await.bytes, content);
    let (neighbour, actor) = app.neighbour().await;
    let admin = actor.admin_id().unwrap().number();
    let eve = neighbour.post("/contacts", json!({"email": "e@other.test"})).await.ok()["id"].clone();
    let begun = neighbour.post("/conversations", json!({"from": {"type": "user", "id": eve}, "body": "hi"})).await.ok();
    let body = json!({"type": "admin", "message_type": "comment", "admin_id": admin, "body": "x",
        "attachment_files": [file("a.bin", "application/zip", &STANDARD.encode(&content))]});
    let at = format!("/conversations/{}/reply", begun["conversation_id"].as_str().unwrap());
    neighbour.post(&at, body).await.ok();
    let mut names = bucket.names();
    assert_eq!(names.len(), 2, "one for each workspace: {names:?}");
    for workspace in [app.workspace_id.as_str(), actor.workspace()] {
        names.retain(|name| {
            let parts: Vec<&str> = name.split('/').collect();
            assert!(parts.len() == 5 && parts[..2] == ["desk", "wire"] && parts[4].starts_with(parts[2]), "{name}");
            parts[3] != workspace
        });
    }
    assert!(names.is_empty(), "{names:?}");
}

#[both]
async fn large_files_are_sent_in_parts(app: TestApp) {
    let (app, bucket) = in_bucket(app);
    let (workspace, content) = (app.workspace_id.clone(), bytes((20 << 20) + 1));
    let stored = content.clone();
    let of = workspace.clone();
    let hash = blocking(app.app.files.clone(), move |files| files.put(&of, &stored).unwrap()).await;
    assert_eq!(
        (bucket.answered("PUT 200"), bucket.answered("POST 200")),
        (3, 2),
        "three parts, a beginning and an end"
    );
    assert_eq!(bucket.unfinished(), 0);
    let (of, expected) = (workspace.clone(), hash.clone());
    let read = blocking(app.app.files.clone(), move |files| files.get(&of, &expected).unwrap()).await;
    assert!(read == content);
    let of = (workspace, hash);
    assert_eq!(
        blocking(app.app.files.clone(), move |files| files.verify(&of.0, &of.1).unwrap()).await,
        content.len() as u64
    );
}

#[both]
async fn a_lost_file_is_missed_and_an_unreachable_bucket_waited_for(app: TestApp) {
    let (app, mut bucket) = in_bucket(app.off_the_record());
    let (conversation, _) = started(&app, "ada@a.test").await;
    let attachment = sent(&app, &app.client(), &conversation, b"some bytes").await;
    let at = path(&attachment);
    // A failure that passes is not noticed.
    bucket.fail(2);
    assert_eq!(app.anonymous().raw("GET", &at, &[], "").await.bytes, b"some bytes");
    // A bucket that knows the file and does not send it, however often it is asked.
    bucket.fail_downloads(4);
    let late = app.anonymous().get(&at).await;
    assert_eq!(late.header("retry-after"), Some("1"));
    late.refused(503, "service_unavailable");
    assert_eq!(app.anonymous().raw("GET", &at, &[], "").await.bytes, b"some bytes");
    bucket.stop();
    let late = app.anonymous().get(&at).await;
    assert_eq!(late.header("retry-after"), Some("1"));
    late.refused(503, "service_unavailable");
    let files = json!({"attachment_files": [file("b.txt", "text/plain", &STANDARD.encode("more"))]});
    let late = app.post(&format!("{conversation}/reply"), reply(&app, &files)).await;
    assert_eq!(late.header("retry-after"), Some("1"));
    late.refused(503, "service_unavailable");
    bucket.resume();
    assert_eq!(app.anonymous().raw("GET", &at, &[], "").await.bytes, b"some bytes");
    assert_eq!(parts(&app.get(&conversation).await.ok()).len(), 1, "a reply without its file is not written");
    sent(&app, &app.client(), &conversation, b"more").await;
    let lost = bucket.names().into_iter().find(|name| name.ends_with(&hash_of(b"some bytes"))).unwrap();
    bucket.set(&lost, None);
    let message = app.anonymous().get(&at).await.refused(404, "not_found");
    assert!(message.contains("lost"), "{message}");
    assert_eq!(app.anonymous().raw("HEAD", &at, &[], "").await.status, 404);
    // A server that does not know us is not a missing file either.
    bucket.limit(Some(0));
    let files = json!({"attachment_files": [file("c.txt", "text/plain", &STANDARD.encode("refused"))]});
    app.post(&format!("{conversation}/reply"), reply(&app, &files)).await.refused(503, "service_unavailable");
}

fn hash_of(content: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    deskwire_store::hex(&Sha256::digest(content))
}

#[both]
async fn a_redacted_file_leaves_the_bucket(app: TestApp) {
    let (app, mut bucket) = in_bucket(app);
    let (conversation, _) = started(&app, "ada@a.test").await;
    let files = json!({"attachment_files": [file("a.txt", "text/plain", &STANDARD.encode("secret"))]});
    let replied = app.post(&format!("{conversation}/reply"), reply(&app, &files)).await.ok();
    let part = replied["conversation_parts"]["conversation_parts"][0]["id"].clone();
    let id = conversation.rsplit('/').next().unwrap();
    let redact = json!({"type": "conversation_part", "conversation_id": id, "conversation_part_id": part});
    app.post("/conversations/redact", redact).await.ok();
    app.run_jobs().await;
    assert_eq!(bucket.names().len(), 1);
    app.clock.advance(121);
    // The outcome of a removal without an answer is unknown, so it is repeated later.
    bucket.stop();
    app.run_jobs().await;
    bucket.resume();
    assert_eq!(bucket.names().len(), 1);
    for _ in 0..3 {
        app.clock.advance(4000);
        app.run_jobs().await;
    }
    assert!(bucket.names().is_empty());
}

#[both]
async fn an_upload_in_progress_is_not_tidied_away(app: TestApp) {
    let (app, bucket) = in_bucket(app);
    let (conversation, _) = started(&app, "ada@a.test").await;
    let digits = |content: &[u8]| u8::from_str_radix(&hash_of(content)[..2], 16).unwrap();
    let (content, slow) = (b"the same content".as_slice(), b"what takes long".as_slice());
    let (other, client) = app.another_process();
    // Another server stored it and died before its row was committed.
    let of = app.workspace_id.clone();
    blocking(other.files.clone(), move |files| files.put(&of, content).unwrap()).await;
    app.worker.sweep(digits(content)).await;
    app.clock.advance(3599);
    app.worker.sweep(digits(content)).await;
    assert_eq!(bucket.names().len(), 1, "not yet");
    // A third one stores it again just before its time has come, and refers to it just after.
    let store = |content: &'static [u8]| {
        let of = app.workspace_id.clone();
        blocking(other.files.clone(), move |files| attachments::Content::store(&files, &of, content, None).unwrap())
    };
    let refer = |stored: attachments::Content| {
        let (actor, attachments::Content { content_type, filesize, size, hash }) = (app.actor(), stored);
        let new = attachments::New::Stored { name: "a".to_owned(), content_type, filesize, size, hash };
        app.db().write(move |tx| uploads::add(&mut Cx::new(tx, &actor), &new).map(drop))
    };
    let stored = store(content).await;
    app.clock.advance(2);
    app.worker.sweep(digits(content)).await;
    assert_eq!(bucket.names().len(), 1, "it was stored again meanwhile");
    refer(stored).await.unwrap();
    app.clock.advance(4000);
    app.worker.sweep(digits(content)).await;
    app.another_worker().sweep(digits(content)).await;
    assert_eq!(bucket.names().len(), 1, "a row refers to it");
    // An upload that takes longer than any grace is refused, and not left without its file.
    let stored = store(slow).await;
    app.worker.sweep(digits(slow)).await;
    app.clock.advance(3601);
    app.worker.sweep(0).await;
    assert_eq!(bucket.names().len(), 1, "no row referred to it in an hour");
    let refused = refer(stored).await.unwrap_err();
    assert_eq!(refused.kind.code(), "service_unavailable");
    // The caller succeeds on retry.
    let at = path(&sent(&app, &client, &conversation, slow).await);
    assert_eq!(client.raw("GET", &at, &[], "").await.bytes, slow);
}

#[both]
async fn a_backup_takes_files_from_a_bucket(app: TestApp) {
    let (app, bucket) = in_bucket(app);
    let (conversation, _) = started(&app, "ada@a.test").await;
    let at = path(&sent(&app, &app.client(), &conversation, &bytes(100_000)).await);
    let (restored, _) = app.restored(app.database).await;
    assert_eq!(restored.anonymous().raw("GET", &at, &[], "").await.bytes, bytes(100_000));
    assert_eq!(bucket.names().len(), 1);
}
