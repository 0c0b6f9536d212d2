//! A database that dies, hangs, changes roles or is full: callers are refused in time, nothing acknowledged is lost, and
//! service is back soon after the database is. They run separately, because they measure the times of answers.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot continue must fail")]
#![expect(clippy::disallowed_methods, reason = "tests set up what is around the server themselves")]

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::Options;
use deskwire_testkit::{Client, Cluster, Database, TestApp, json};
use futures_util::StreamExt;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use tokio::task::JoinHandle;

/// How long a call may wait for the database.
const LIMIT: Duration = Duration::from_millis(1_500);
/// Additional time that an answer may take on a busy machine.
const SLACK: Duration = Duration::from_millis(1_500);
/// How soon service must be back.
const BACK: Duration = Duration::from_secs(2);

async fn server(url: String) -> Arc<TestApp> {
    patient_server(url, LIMIT).await
}

async fn patient_server(url: String, limit: Duration) -> Arc<TestApp> {
    Arc::new(
        TestApp::start_on(url, Options { busy_timeout: limit, search_timeout: limit, ..Options::default() })
            .await
            .off_the_record(),
    )
}

/// Clients that create contacts endlessly and count them.
struct Writers {
    acknowledged: Arc<AtomicU64>,
    refused: Arc<AtomicU64>,
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<Vec<String>>>,
}

impl Writers {
    fn start(app: &TestApp, prefix: &'static str) -> Writers {
        let (acknowledged, refused, stop) = (Arc::default(), Arc::default(), Arc::new(AtomicBool::new(false)));
        let tasks = (0..4)
            .map(|writer| {
                let (client, stop) = (app.client().off_the_record(), Arc::clone(&stop));
                let counts = (Arc::clone(&acknowledged), Arc::clone(&refused));
                tokio::spawn(write(client, format!("{prefix}{writer}"), stop, counts))
            })
            .collect();
        Writers { acknowledged, refused, stop, tasks }
    }

    /// Waits until `more` are acknowledged from now on.
    async fn acknowledged(&self, more: u64, limit: Duration) {
        reach(&self.acknowledged, more, limit, "acknowledged").await;
    }

    async fn refused(&self, more: u64, limit: Duration) {
        reach(&self.refused, more, limit, "refused").await;
    }

    /// Stops them, and checks that every acknowledged contact exists.
    async fn lose_nothing(self, app: &TestApp) {
        self.stop.store(true, Ordering::SeqCst);
        let mut promised = Vec::new();
        for task in self.tasks {
            promised.extend(task.await.unwrap());
        }
        let sql = "SELECT external_id FROM contacts WHERE external_id IS NOT NULL";
        let kept: HashSet<String> = app
            .db()
            .read(move |tx| tx.query_all(sql, &[], |row| row.get::<String>(0)))
            .await
            .map_err(|error: deskwire_store::Error| error)
            .unwrap()
            .into_iter()
            .collect();
        let lost: Vec<_> = promised.iter().filter(|id| !kept.contains(*id)).collect();
        assert!(lost.is_empty(), "{} of {} acknowledged are lost: {lost:?}", lost.len(), promised.len());
        assert!(promised.len() > 20, "{} acknowledged", promised.len());
    }
}

async fn reach(count: &AtomicU64, more: u64, limit: Duration, what: &str) {
    let (from, start) = (count.load(Ordering::SeqCst), Instant::now());
    while count.load(Ordering::SeqCst) < from + more {
        assert!(start.elapsed() < limit, "{} {what} within {limit:?}", count.load(Ordering::SeqCst) - from);
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn write(
    client: Client,
    name: String,
    stop: Arc<AtomicBool>,
    (acknowledged, refused): (Arc<AtomicU64>, Arc<AtomicU64>),
) -> Vec<String> {
    let mut promised = Vec::new();
    for number in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let external_id = format!("{name}-{number}");
        let start = Instant::now();
        let made = client.post("/contacts", json!({"external_id": external_id})).await;
        assert!(start.elapsed() < LIMIT + SLACK, "{} after {:?}", made.status, start.elapsed());
        match made.status {
            200 => {
                promised.push(external_id);
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            503 => {
                assert_eq!(made.header("retry-after"), Some("1"));
                assert_eq!(made.body["errors"][0]["code"], "service_unavailable", "{}", made.text);
                refused.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            other => panic!("{other}: {}", made.text),
        }
    }
    promised
}

/// The answers of health checks, which must be fast.
async fn ready(app: &TestApp) -> bool {
    let start = Instant::now();
    let (ready, alive) = (app.get("/readyz").await, app.get("/healthz").await);
    assert!(start.elapsed() < Duration::from_secs(2), "/readyz after {:?}: {}", start.elapsed(), ready.text);
    assert_eq!(alive.status, 200);
    assert!(ready.status == 200 || ready.status == 503, "{}", ready.text);
    ready.status == 200
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed() {
    let cluster = Cluster::start();
    let app = server(cluster.url()).await;
    let stop = Arc::new(tokio::sync::Notify::new());
    let stopped = Arc::clone(&stop);
    let worker = tokio::spawn(app.worker.clone().run(async move { stopped.notified().await }));
    let writers = Writers::start(&app, "killed");
    writers.acknowledged(20, Duration::from_secs(20)).await;
    for _ in 0..2 {
        cluster.kill();
        writers.refused(20, LIMIT + SLACK).await;
        assert!(!ready(&app).await);
        cluster.resume();
        writers.acknowledged(4, BACK).await;
        assert!(ready(&app).await);
    }
    writers.lose_nothing(&app).await;
    // Background work resumes by itself: each event gets its position in the history.
    let waiting = "SELECT count(*) FROM events WHERE position IS NULL";
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let left = app.db().read(move |tx| tx.query_one(waiting, &[], |row| row.get::<i64>(0))).await;
        if left == Ok::<_, deskwire_store::Error>(0) {
            break;
        }
        assert!(Instant::now() < end, "{left:?} events wait");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.notify_one();
    worker.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_hangs() {
    let cluster = Cluster::start();
    let app = server(cluster.url()).await;
    let made = app.post("/contacts", json!({"external_id": "before"})).await.ok();
    let contact = format!("/contacts/{}", made["id"].as_str().unwrap());
    let writers = Writers::start(&app, "hung");
    writers.acknowledged(20, Duration::from_secs(20)).await;
    cluster.freeze();
    let start = Instant::now();
    let (read, search) = tokio::join!(
        app.get(&contact),
        app.post("/contacts/search", json!({"query": {"field": "external_id", "operator": "=", "value": "before"}})),
    );
    assert_eq!((read.status, search.status), (503, 503), "{} {}", read.text, search.text);
    assert!(start.elapsed() < LIMIT + SLACK, "{:?}", start.elapsed());
    assert!(!ready(&app).await);
    // By now the outage is known: requests no longer wait.
    let start = Instant::now();
    for _ in 0..50 {
        assert_eq!(app.get(&contact).await.status, 503);
    }
    assert!(start.elapsed() < Duration::from_secs(1), "50 refusals took {:?}", start.elapsed());
    writers.refused(8, LIMIT + SLACK).await;
    cluster.thaw();
    writers.acknowledged(4, BACK).await;
    assert_eq!(app.get(&contact).await.status, 200);
    assert!(ready(&app).await);
    writers.lose_nothing(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_change_roles() {
    let first = Cluster::start();
    let second = first.standby();
    first.replicate();
    let app = server(first.url_with(&second)).await;
    let single = server(first.url()).await;
    let writers = Writers::start(&app, "moved");
    writers.acknowledged(20, Duration::from_secs(20)).await;
    first.stop();
    writers.refused(4, LIMIT + SLACK).await;
    second.promote();
    writers.acknowledged(4, BACK).await;
    assert!(ready(&app).await);
    // The old primary returns as a standby. Clients that know no other server may read from it.
    first.follow(&second);
    let end = Instant::now() + Duration::from_secs(10);
    while single.get("/contacts").await.status != 200 {
        assert!(Instant::now() < end, "the standby is not read from");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..5 {
        let refused = single.post("/contacts", json!({"external_id": "nowhere"})).await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{}", refused.text);
    }
    assert!(!ready(&single).await, "it takes no writes");
    // A primary that hangs while its standby takes over is replaced by it.
    second.replicate();
    second.freeze();
    writers.refused(4, LIMIT + SLACK).await;
    first.promote();
    writers.acknowledged(4, BACK).await;
    writers.lose_nothing(&app).await;
    assert_eq!(single.post("/contacts", json!({"external_id": "here"})).await.status, 200);
}

/// Until a failover manager stops it, a primary that hung and was replaced answers on the connections that it still has.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_primary_that_goes_on_is_not_read_from() {
    let first = Cluster::start();
    let second = first.standby();
    first.replicate();
    let app = server(first.url_with(&second)).await;
    let read_often = async |path: &str| {
        for read in join_all((0..40).map(|_| app.get(path))).await {
            assert_eq!(read.status, 200, "{}", read.text);
        }
    };
    let known = app.post("/contacts", json!({"external_id": "before"})).await.ok();
    for _ in 0..3 {
        // Reads of one statement get connections that they share.
        read_often(&format!("/contacts/{}", known["id"].as_str().unwrap())).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    first.freeze();
    second.promote();
    let end = Instant::now() + Duration::from_secs(20);
    let mut wave = 0;
    let made = 'made: loop {
        assert!(Instant::now() < end, "no write is acknowledged");
        wave += 1;
        // Some of them wait for the old primary. The others open connections to the new one.
        let mut writes: FuturesUnordered<_> = (0..12)
            .map(|number| {
                let (client, id) = (app.client().off_the_record(), format!("after-{wave}-{number}"));
                tokio::spawn(async move { client.post("/contacts", json!({"external_id": id})).await })
            })
            .collect();
        while let Some(made) = writes.next().await {
            let made = made.unwrap();
            if made.status == 200 {
                break 'made made.body;
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    first.thaw();
    read_often(&format!("/contacts/{}", made["id"].as_str().unwrap())).await;
    // It takes connections as well, and has no standby to wait for.
    first.ask("ALTER SYSTEM SET synchronous_standby_names = ''");
    first.ask("SELECT pg_reload_conf()");
    second.freeze();
    let end = Instant::now() + LIMIT + SLACK;
    while Instant::now() < end {
        let refused = app.post("/contacts", json!({"external_id": "nowhere"})).await;
        assert_eq!((refused.status, refused.header("retry-after")), (503, Some("1")), "{}", refused.text);
    }
    second.thaw();
    let end = Instant::now() + BACK + SLACK;
    while app.post("/contacts", json!({"external_id": "here"})).await.status != 200 {
        assert!(Instant::now() < end, "the new primary is not found again");
    }
}

/// PostgreSQL reports a commit whose wait for the standby was cancelled as successful, with a warning. A primary
/// that is killed then loses the change.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_no_standby_has_is_not_acknowledged() {
    let cluster = Cluster::start();
    let app = patient_server(cluster.url(), Duration::from_secs(60)).await;
    cluster.ask("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
    cluster.ask("SELECT pg_reload_conf()");
    let client = app.client().off_the_record();
    let writing = tokio::spawn(async move { client.post("/contacts", json!({"external_id": "alone"})).await });
    let cancel = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    let end = Instant::now() + Duration::from_secs(30);
    while !writing.is_finished() {
        assert!(Instant::now() < end, "it waits for a standby");
        cluster.ask(cancel);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let answer = writing.await.unwrap();
    assert_eq!((answer.status, answer.header("retry-after")), (503, Some("1")), "{}", answer.text);
}

/// Limits the size of the database, or removes the limit.
async fn fill_up(app: &TestApp, full: bool) {
    let statements = match (app.database, full) {
        // The minimum: no page more than it has.
        (Database::Sqlite, true) => "PRAGMA max_page_count = 1",
        (Database::Sqlite, false) => "PRAGMA max_page_count = 1000000",
        (Database::Postgres, true) => {
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION refuse();
             CREATE TRIGGER refuse BEFORE INSERT ON epochs FOR EACH ROW EXECUTE FUNCTION refuse()"
        }
        (Database::Postgres, false) => "DROP FUNCTION refuse CASCADE",
    };
    app.write(move |tx| Ok(tx.execute_batch(statements)?)).await;
}

async fn a_disk_that_is_full(database: Database) {
    let app = TestApp::start(database).await.off_the_record();
    let made = app.post("/contacts", json!({"external_id": "before"})).await.ok();
    let contact = format!("/contacts/{}", made["id"].as_str().unwrap());
    assert!(ready(&app).await);
    fill_up(&app, true).await;
    let client = app.client().off_the_record();
    let (mut refused, long) = (0, "x".repeat(200));
    for number in 0..2_000 {
        let made = client.post("/contacts", json!({"external_id": format!("{number}"), "name": long})).await;
        match made.status {
            200 => {}
            503 => {
                assert_eq!(made.body["errors"][0]["code"], "storage_full", "{}", made.text);
                assert_eq!(made.header("retry-after"), Some("1"));
                refused += 1;
            }
            other => panic!("{other}: {}", made.text),
        }
        if refused == 3 {
            break;
        }
    }
    assert_eq!(refused, 3, "the disk is full");
    assert!(!ready(&app).await, "it cannot take writes");
    assert_eq!(app.get(&contact).await.status, 200, "reads still work");
    // Long after the last write, the server still reports that it is not ready.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    assert!(!ready(&app).await);
    fill_up(&app, false).await;
    let end = Instant::now() + Duration::from_secs(10);
    while !ready(&app).await {
        assert!(Instant::now() < end, "not ready though there is room");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.post("/contacts", json!({"external_id": "after"})).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_on_sqlite() {
    a_disk_that_is_full(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_is_full_on_postgres() {
    a_disk_that_is_full(Database::Postgres).await;
}

/// An answer of several statements is one snapshot: a conversation and its parts agree while it gets replies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_a_consistent_snapshot() {
    let app = TestApp::start(Database::Postgres).await;
    let user = app.post("/contacts", json!({"role": "user", "external_id": "u"})).await.ok();
    let from = json!({"type": "user", "id": user["id"]});
    let message = app.post("/conversations", json!({"from": from, "body": "Hello"})).await.ok();
    let path = format!("/conversations/{}", message["conversation_id"].as_str().unwrap());
    let client = app.client().off_the_record();
    let counts = |body: &serde_json::Value| {
        let counted = body["statistics"]["count_conversation_parts"].as_i64().unwrap();
        (counted, body["conversation_parts"]["total_count"].as_i64().unwrap())
    };
    let quiet = counts(&client.get(&path).await.ok());
    let done = Arc::new(AtomicBool::new(false));
    let (writer, stop, to) = (client.clone(), Arc::clone(&done), format!("{path}/reply"));
    let reply = json!({"message_type": "comment", "type": "user", "intercom_user_id": user["id"], "body": "More"});
    let writing = tokio::spawn(async move {
        while !stop.load(Ordering::SeqCst) {
            writer.post(&to, reply.clone()).await.ok();
        }
    });
    let mut last = 0;
    for _ in 0..300 {
        let (counted, shown) = counts(&client.get(&path).await.ok());
        assert_eq!(counted - shown, quiet.0 - quiet.1, "{counted} parts counted, {shown} shown");
        last = counted;
    }
    done.store(true, Ordering::SeqCst);
    writing.await.unwrap();
    assert!(last > quiet.0 + 10, "it was replied to meanwhile: {last}");
}
