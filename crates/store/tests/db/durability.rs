//! Acknowledged writes survive `kill -9`.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use deskwire_store::{Db, Error, Options, params};

use crate::scratch::{self, Folder, INSERT, Schema, TABLES};

const URL: &str = "DESKWIRE_TEST_CHILD_URL";

/// The process that is killed: it writes endlessly and prints the acknowledged writes. Run by the tests
/// below; it does nothing by itself.
#[test]
fn child() {
    let Ok(url) = std::env::var(URL) else { return };
    let db = Db::open(&url, Options::default()).unwrap();
    scratch::runtime().block_on(async {
        let writers: Vec<_> = (0..16)
            .map(|_| {
                let db = db.clone();
                tokio::spawn(async move {
                    loop {
                        let insert = db.write(|tx| {
                            let id = tx.mint::<i64>();
                            tx.execute(INSERT, params![id, &format!("thing {id}")])?;
                            Ok::<_, Error>(id)
                        });
                        let id = insert.await.unwrap();
                        // Each line in one write, so that a kill truncates at most the last.
                        let line = format!("acknowledged {id}\n");
                        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                    }
                })
            })
            .collect();
        for writer in writers {
            let ended: Result<(), _> = writer.await;
            ended.unwrap();
        }
    });
}

fn acknowledged_writes_survive(url: &str) {
    drop(scratch::open(url, Options::default()));
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "durability::child", "--nocapture"])
        .env(URL, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    while text.matches("acknowledged").count() < 2000 {
        let read = output.read_line(&mut text).unwrap();
        assert!(read > 0, "the child ended by itself: {text}");
    }
    child.kill().unwrap(); // SIGKILL
    child.wait().unwrap();
    output.read_to_string(&mut text).unwrap();
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let acknowledged: Vec<i64> =
        whole.lines().filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok()).collect();
    assert!(acknowledged.len() >= 1990, "{}", acknowledged.len());

    let db = Db::open(url, Options::default()).unwrap();
    assert!(db.pending_of(&[TABLES]).unwrap().is_empty());
    let kept: std::collections::HashSet<i64> = db
        .read_sync(|tx| tx.query_all("SELECT id FROM things", &[], |row| row.get::<i64>(0)))
        .unwrap()
        .into_iter()
        .collect();
    let lost: Vec<_> = acknowledged.iter().filter(|id| !kept.contains(id)).collect();
    assert!(lost.is_empty(), "lost {lost:?} of {}", acknowledged.len());
}

#[test]
fn acknowledged_writes_survive_on_sqlite() {
    acknowledged_writes_survive(&Folder::new().url());
}

#[test]
fn acknowledged_writes_survive_on_postgres() {
    let schema = Schema::new();
    acknowledged_writes_survive(&schema.url());
}

#[test]
fn dropping_the_database_commits_what_was_queued() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    let runtime = scratch::runtime();
    let begun: Vec<_> = (0..50_i64)
        .map(|i| {
            let db = db.clone();
            runtime.spawn(async move {
                // The caller does not wait for the answer, but the write has begun.
                let write = db.write(move |tx| tx.execute(INSERT, params![i, &format!("thing {i}")]));
                let _ = tokio::time::timeout(std::time::Duration::from_micros(1), write).await;
            })
        })
        .collect();
    runtime.block_on(async {
        for task in begun {
            task.await.unwrap();
        }
    });
    drop(db);
    drop(runtime);
    let db = Db::open(&folder.url(), Options::default()).unwrap();
    assert_eq!(scratch::count(&db), 50);
}
