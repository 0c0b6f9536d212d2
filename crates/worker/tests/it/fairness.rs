//! Work of one workspace does not wait for that of another.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::params;
use deskwire_testkit::{Client, Database, TestApp, Value, both, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A server that sends a byte occasionally: its URL, its open connections, and their maximum.
async fn dripping() -> (String, Arc<AtomicUsize>, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/file", listener.local_addr().unwrap());
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (now, peak) = (open.clone(), most.clone());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (now, peak) = (now.clone(), peak.clone());
            tokio::spawn(async move {
                peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 1024]).await;
                let mut sent = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await;
                while sent.is_ok() {
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    sent = stream.write_all(b"x").await;
                }
                now.fetch_sub(1, Ordering::SeqCst);
            });
        }
    });
    (url, open, most)
}

async fn state(client: &Client, job: &Value) -> Value {
    client.get(&format!("/contacts/bulk/{}", job["id"].as_str().unwrap())).await.ok()["state"].clone()
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "{what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A conversation of a client's workspace with a new user: its path.
async fn conversation(client: &Client) -> String {
    let ada = client.post("/contacts", json!({"email": "ada@a.test"})).await.ok()["id"].clone();
    let started = client.post("/conversations", json!({"from": {"type": "user", "id": ada}, "body": "hi"})).await.ok();
    format!("/conversations/{}", started["conversation_id"].as_str().unwrap())
}

fn contacts(from: usize, count: usize) -> Value {
    let contacts: Vec<Value> = (from..from + count)
        .map(|n| json!({"external_id": format!("c{n}"), "email": format!("c{n}@a.test")}))
        .collect();
    json!({"contacts": contacts})
}

async fn snoozed(app: &TestApp, client: &Client, admin: &Value) -> String {
    let path = conversation(client).await;
    let snooze = json!({"message_type": "snoozed", "admin_id": admin, "snoozed_until": app.clock.now() + 60});
    client.post(&format!("{path}/parts"), snooze).await.ok();
    path
}

#[both]
async fn a_quiet_workspace_waits_for_no_other(app: TestApp) {
    let (url, open, most) = dripping().await;
    let path = conversation(&app.client()).await;
    let reply = json!({"type": "admin", "message_type": "comment", "admin_id": app.admin_id.number(), "body": "x",
        "attachment_urls": (0..10).map(|n| format!("{url}/{n}")).collect::<Vec<_>>()});
    app.post(&format!("{path}/reply"), reply).await.ok();
    let first = app.post("/contacts/bulk", contacts(0, 100)).await.with(202);
    for n in 1..30 {
        let mut more = contacts(n * 100, 100);
        more["job"] = json!({"id": first["id"]});
        app.post("/contacts/bulk", more).await.with(202);
    }
    let (quiet, actor) = app.neighbour().await;
    let asleep = snoozed(&app, &quiet, &json!(actor.admin_id().unwrap().number())).await;
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(app.worker.clone().run(async move { drop(stopped.await) }));
    until("the files are fetched", async || open.load(Ordering::SeqCst) == 2).await;
    until("the large job has begun", async || state(&app.client(), &first).await == "running").await;
    app.clock.advance(61);
    let small = quiet.post("/contacts/bulk", contacts(0, 1)).await.with(202);
    until("the small job is done", async || state(&quiet, &small).await == "completed").await;
    assert_eq!(state(&app.client(), &first).await, "running", "it did not wait for the large one");
    until("it wakes", async || quiet.get(&asleep).await.ok()["state"] == "open").await;
    assert_eq!(most.load(Ordering::SeqCst), 2, "two fetches from a host at once");
    drop(stop);
    tokio::time::timeout(Duration::from_secs(5), worker).await.expect("it does not wait for what drips").unwrap();
}

#[both]
async fn a_new_job_waits_a_moment_for_more_tasks(app: TestApp) {
    let (stop, stopped) = oneshot::channel::<()>();
    let worker = tokio::spawn(app.worker.clone().run(async move { drop(stopped.await) }));
    let mut took = Vec::new();
    for n in 0..5 {
        let begun = Instant::now();
        let job = app.post("/contacts/bulk", contacts(n, 1)).await.with(202);
        until("the job is done", async || state(&app.client(), &job).await == "completed").await;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    // The worker occasionally looks for work of other processes, which may come in between.
    assert!(took[2] >= Duration::from_millis(20), "{took:?}");
    drop(stop);
    worker.await.unwrap();
}

#[both]
async fn workspaces_share_mail_and_wakes(app: TestApp) {
    let (quiet, actor) = app.neighbour().await;
    for n in 0..45 {
        let to = app.post("/contacts", json!({"email": format!("a{n}@a.test")})).await.ok()["id"].clone();
        app.post("/messages", message(&json!(app.admin_id.number()), &to)).await.ok();
    }
    app.clock.advance(1);
    let to = quiet.post("/contacts", json!({"email": "quiet@a.test"})).await.ok()["id"].clone();
    quiet.post("/messages", message(&json!(actor.admin_id().unwrap().number()), &to)).await.ok();
    let mails = app.mails().await;
    let place = mails.iter().position(|m| m.delivered_to == ["quiet@a.test"]).expect("it is sent");
    assert!(mails.len() == 46 && place <= 20, "it was number {place}");
}

/// From now on, whatever reads a row of this workspace in the queues fails, as if the node with its rows were down. Returns
/// the statement that ends this.
async fn break_down(app: &TestApp, workspace: &str) -> String {
    let answers = |condition: &str| {
        format!(
            "CREATE OR REPLACE FUNCTION answers(id TEXT) RETURNS BOOLEAN LANGUAGE plpgsql COST 1000000 AS \
             $$ BEGIN IF {condition} THEN RAISE EXCEPTION 'the node does not answer'; END IF; RETURN TRUE; END $$;"
        )
    };
    let mut sql = answers(&format!("id = '{workspace}'"));
    for table in ["events", "jobs", "mails", "webhook_subscriptions"] {
        sql.push_str(&format!(
            "ALTER TABLE {table} RENAME TO {table}_kept; \
             CREATE VIEW {table} AS SELECT * FROM {table}_kept WHERE answers(workspace_id);"
        ));
    }
    app.write(move |tx| Ok(tx.execute_batch(&sql)?)).await;
    answers("FALSE")
}

/// A new user, a mail to it, and a job; returns the job.
async fn work(client: &Client, admin: &Value) -> Value {
    let to = client.post("/contacts", json!({"email": "ada@a.test"})).await.ok()["id"].clone();
    client.post("/messages", message(admin, &to)).await.ok();
    client.post("/contacts/bulk", contacts(0, 2)).await.with(202)
}

#[tokio::test]
async fn a_workspace_that_cannot_be_reached_stops_no_other() {
    let app = TestApp::start(Database::Postgres).await;
    let hooks = app.webhooks("all", "2.16", &["contact.user.created"]).await;
    app.run_jobs().await;
    hooks.sink.take();
    let (other, eve) = app.neighbour().await;
    let (own, its) = (json!(app.admin_id.number()), json!(eve.admin_id().unwrap().number()));
    let (job, its_job) = (work(&app.client(), &own).await, work(&other, &its).await);
    let mend = break_down(&app, eve.workspace()).await;

    let mails = app.mails().await;
    assert_eq!(mails.len(), 1, "that of the neighbour waits");
    assert_eq!(state(&app.client(), &job).await, "completed");
    app.run_jobs().await;
    assert!(!hooks.sink.take().is_empty(), "webhooks of its users are sent");

    app.write(move |tx| Ok(tx.execute_batch(&mend)?)).await;
    assert_ne!(state(&other, &its_job).await, "completed");
    app.another_worker().run_due().await;
    assert_eq!(state(&other, &its_job).await, "completed", "nothing is lost");
    assert_eq!(app.mails().await.len(), 2);
}

/// The number of events of a workspace that are not fanned out.
async fn pending(app: &TestApp, workspace: &str) -> i64 {
    let workspace = workspace.to_owned();
    app.write(move |tx| {
        let sql = "SELECT count(*) FROM events WHERE workspace_id = $1 AND position IS NULL";
        Ok(tx.query_one(sql, params![&workspace], |row| row.get(0))?)
    })
    .await
}

#[tokio::test]
async fn a_workspace_whose_events_cannot_be_fanned_out_delays_no_other() {
    let app = TestApp::start(Database::Postgres).await;
    let (neighbour, actor) = app.neighbour().await;
    app.run_jobs().await;
    // As if another transaction held its rows for too long.
    let sql = format!(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION 'it is held' USING ERRCODE = 'lock_not_available'; END $$;
         CREATE TRIGGER refuse BEFORE UPDATE ON event_positions FOR EACH ROW WHEN (NEW.workspace_id = '{}')
         EXECUTE FUNCTION refuse()",
        app.workspace_id
    );
    app.write(move |tx| Ok(tx.execute_batch(&sql)?)).await;
    app.post("/contacts", json!({"email": "ada@a.test"})).await.ok();
    for n in 0..8 {
        neighbour.post("/contacts", json!({"email": format!("eve{n}@other.test")})).await.ok();
        // It begins with either of them.
        app.run_jobs().await;
        assert_eq!(pending(&app, actor.workspace()).await, 0, "in round {n}");
    }
    assert!(pending(&app, &app.workspace_id).await > 0);
}

fn message(admin: &Value, to: &Value) -> Value {
    json!({"from": {"type": "admin", "id": admin}, "to": {"type": "user", "id": to}, "message_type": "email",
        "subject": "Hi", "body": "Hi", "create_conversation_without_contact_reply": true})
}
