//! One workspace, app or address leaves the others their part.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use deskwire_domain::workspaces;
use deskwire_testkit::{Client, Database, Following, TestApp, both, json};

/// As many streams of a client as it gets.
async fn follow(client: &Client, count: usize) -> Vec<Following> {
    let mut streams = Vec::new();
    for _ in 0..count {
        streams.push(client.follow("/app/events", None).await);
    }
    streams
}

#[tokio::test]
async fn a_token_and_a_workspace_have_a_share_of_the_streams() {
    let app = TestApp::start(Database::Sqlite).await;
    let refused = |client: Client| async move {
        let answer = client.get("/app/events").await;
        assert_eq!(answer.header("retry-after"), Some("1"));
        answer.refused(429, "rate_limit_exceeded")
    };
    let mut all = follow(&app.client(), 100).await;
    assert_eq!(refused(app.client()).await, "An app may follow events with 100 streams at once");
    for _ in 0..4 {
        let another = app.scoped("all").await;
        all.extend(follow(&another, 100).await);
    }
    let another = app.scoped("all").await;
    assert_eq!(refused(another.clone()).await, "A workspace may follow events with 500 streams at once");
    // A neighbour does not notice.
    let (neighbour, _) = app.neighbour().await;
    let mut theirs = follow(&neighbour, 1).await;
    neighbour.post("/contacts", json!({"email": "eve@other.test"})).await.ok();
    app.run_jobs().await;
    assert_eq!(theirs[0].next().await.unwrap().id, Some(1));
    // A client that disconnects frees its place.
    all.truncate(499);
    follow(&another, 1).await;
    refused(app.client()).await;
}

/// Endless searches of one workspace block neither those of another nor its own reads.
#[both]
async fn searches_of_other_workspaces_are_not_delayed(app: TestApp) {
    let (neighbour, _) = app.neighbour().await;
    let stop = Arc::new(AtomicBool::new(false));
    let running = Arc::new(AtomicUsize::new(0));
    let busy = app.db().with_key(deskwire_store::fair::Key::workspace(&app.workspace_id));
    let searches: Vec<_> = (0..16)
        .map(|_| {
            let (busy, stop, running) = (busy.clone(), stop.clone(), running.clone());
            tokio::spawn(async move {
                busy.search(move |tx| {
                    running.fetch_add(1, Ordering::Relaxed);
                    while !stop.load(Ordering::Relaxed) {
                        workspaces::any(tx)?;
                        std::thread::sleep(Duration::from_millis(1));
                    }
                    Ok::<_, deskwire_domain::Error>(())
                })
                .await
            })
        })
        .collect();
    while running.load(Ordering::Relaxed) < 3 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let search = json!({"query": {"field": "email", "operator": "=", "value": "eve@other.test"}});
    for _ in 0..20 {
        let found = tokio::time::timeout(Duration::from_secs(5), neighbour.post("/contacts/search", search.clone()));
        assert_eq!(found.await.unwrap().ok()["total_count"], 0);
    }
    app.get("/me").await.ok();
    stop.store(true, Ordering::Relaxed);
    for search in searches {
        search.await.unwrap().unwrap();
    }
}
