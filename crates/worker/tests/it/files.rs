//! Files of attachments: fetched completely or not at all, and removed when no attachment refers to them.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use deskwire_store::Files;
use deskwire_testkit::{Sink, SinkReply, TestApp, both, json};

/// Everything in the directory of files, by name.
fn all(app: &TestApp) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![app.files_directory()];
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

fn age(path: &PathBuf) {
    let then = SystemTime::now() - Duration::from_secs(7200);
    std::fs::File::options().write(true).open(path).unwrap().set_modified(then).unwrap();
}

async fn attach(app: &TestApp, url: &str) {
    let ada = app.post("/contacts", json!({"email": "ada@a.test"})).await.ok()["id"].clone();
    let started = app.post("/conversations", json!({"from": {"type": "user", "id": ada}, "body": "hi"})).await.ok();
    let reply = json!({"type": "admin", "message_type": "comment", "admin_id": app.admin_id.number(), "body": "x", "attachment_urls": [url]});
    app.post(&format!("/conversations/{}/reply", started["conversation_id"].as_str().unwrap()), reply).await.ok();
}

async fn fetches(app: &TestApp) -> Vec<(String, i64)> {
    app.write(|tx| {
        let sql = "SELECT state, attempts FROM jobs WHERE kind = 'attachment.fetch'";
        Ok(tx.query_all(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?)
    })
    .await
}

async fn sweep_all(app: &TestApp) {
    for digits in 0..=u8::MAX {
        app.worker.sweep(digits).await;
    }
}

#[both]
async fn removes_unreferenced_files(app: TestApp) {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).body("kept"));
    attach(&app, &sink.url("/a.txt")).await;
    app.run_jobs().await;
    let kept = all(&app);
    assert_eq!(kept.len(), 1);
    let files = Files::new(app.files_directory());
    let orphan = files.put(&app.workspace_id, b"stored, and its row was never committed").unwrap();
    std::mem::forget(files.begin(&app.workspace_id).unwrap());
    all(&app).iter().for_each(age);
    sweep_all(&app).await;
    assert_eq!(
        all(&app).len(),
        2,
        "the unfinished one is old; the other may be about to be referred to, however old it is"
    );
    app.clock.advance(3599);
    app.worker.sweep(0).await;
    assert!(files.get(&app.workspace_id, &orphan).is_ok(), "it has not been without a row for long enough");
    app.clock.advance(1);
    let other = app.another_worker();
    tokio::join!(app.worker.sweep(0), other.sweep(0));
    assert_eq!(all(&app), kept);
    sweep_all(&app).await;
    app.clock.advance(100_000);
    sweep_all(&app).await;
    assert_eq!(all(&app), kept);
    let known =
        app.write(|tx| Ok(tx.query_all("SELECT hash FROM loose_files", &[], |row| row.get::<String>(0))?)).await;
    assert!(known.is_empty(), "rows of removed files are deleted: {known:?}");
}

#[both]
async fn files_that_workspaces_shared_stay_until_none_has_them(app: TestApp) {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).body("kept"));
    attach(&app, &sink.url("/a.txt")).await;
    app.run_jobs().await;
    // As they were before each workspace had its own.
    let shared = |path: &PathBuf| path.parent().unwrap().parent().unwrap().join(path.file_name().unwrap());
    let files = Files::new(app.files_directory());
    let orphan = files.put(&app.workspace_id, b"nobody has it").unwrap();
    for path in all(&app) {
        std::fs::rename(&path, shared(&path)).unwrap();
    }
    assert_eq!(all(&app).len(), 2);
    sweep_all(&app).await;
    assert_eq!(all(&app).len(), 2, "a server of an older version may be about to refer to them");
    all(&app).iter().for_each(age);
    sweep_all(&app).await;
    let left = all(&app);
    assert_eq!(left.len(), 1);
    assert!(!left[0].ends_with(&orphan));
    let hash = left[0].file_name().unwrap().to_str().unwrap();
    assert_eq!(files.get(&app.workspace_id, hash).unwrap(), b"kept");
}

#[both]
async fn interrupted_downloads_leave_no_file(app: TestApp) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/a.txt", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let _ = stream.read(&mut [0; 1024]).await;
            let half = [&b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n"[..], &vec![b'x'; 500_000]].concat();
            let _ = stream.write_all(&half).await;
        }
    });
    attach(&app, &url).await;
    app.run_jobs().await;
    assert_eq!(fetches(&app).await, [("pending".to_owned(), 1)], "the fetch is retried");
    assert!(all(&app).is_empty(), "{:?}", all(&app));
}

#[both]
async fn a_full_disk_fails_the_fetch_alone(app: TestApp) {
    let sink = Sink::start().await;
    sink.always(SinkReply::status(200).body(vec![b'x'; 1_000_000]));
    // No directory can be made below a file.
    std::fs::write(app.files_directory(), b"").unwrap();
    attach(&app, &sink.url("/a.txt")).await;
    app.run_jobs().await;
    assert_eq!(fetches(&app).await, [("pending".to_owned(), 1)]);
    std::fs::remove_file(app.files_directory()).unwrap();
    app.clock.advance(10);
    app.run_jobs().await;
    assert_eq!(fetches(&app).await, [("done".to_owned(), 2)]);
    assert_eq!(all(&app).len(), 1);
}
