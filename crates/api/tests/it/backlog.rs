//! The backlog of work after commits.

use std::time::{Duration, Instant};

use deskwire_testkit::{TestApp, both, json};

use crate::mail::message;
use crate::support::{snapshot, user};

/// The backlog of a kind in `/metrics`: the number of items, and the age of the oldest in seconds.
async fn waiting(app: &TestApp, of: &str) -> (u64, u64) {
    let page = app.anonymous().off_the_record().get("/metrics").await.text;
    let value = |name: &str| {
        let start = format!("{name}{{of=\"{of}\"}} ");
        let line = page.lines().find_map(|line| line.strip_prefix(&start));
        line.unwrap_or_else(|| panic!("no {name} in {page}")).parse().unwrap()
    };
    (value("deskwire_waiting"), value("deskwire_waiting_oldest_seconds"))
}

#[both]
async fn metrics_report_backlogs_and_their_age(app: TestApp) {
    let to = user(&app, "ada@a.test").await;
    app.post("/messages", message(&app, &json!({"type": "user", "id": to}))).await.ok();
    app.post("/contacts/bulk", json!({"contacts": [{"email": "bulk@a.test"}]})).await.with(202);
    let events = app.topics().await.len() as u64;
    app.clock.advance(7);
    assert_eq!(waiting(&app, "events").await, (events, 7));
    // The contacts to be created, and the report that has a conversation more.
    assert_eq!(waiting(&app, "jobs").await, (2, 7));
    assert_eq!(waiting(&app, "mails").await, (1, 7));
    assert_eq!(waiting(&app, "deliveries").await, (0, 0));
    app.mails().await;
    // The values are cached for a second.
    let started = Instant::now();
    while waiting(&app, "events").await != (0, 0) || waiting(&app, "mails").await != (0, 0) {
        assert!(started.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(waiting(&app, "jobs").await, (0, 0));
}

#[both]
async fn metrics_are_described(app: TestApp) {
    let metrics = app.anonymous().off_the_record().get("/metrics").await.text;
    let described: Vec<&str> = metrics.lines().filter(|line| line.starts_with('#')).collect();
    snapshot("metrics", &described.join("\n"), &[]);
}
