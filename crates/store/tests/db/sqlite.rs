//! Features specific to SQLite: numbered parameters, the log, the file shared with other processes.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deskwire_store::{Db, Error, Options, params};

use crate::scratch::{self, COUNT, Folder, INSERT, add, count};

#[test]
fn parameters_are_bound_by_their_numbers() {
    let db = scratch::open("sqlite::memory:", Options::default());
    db.write_sync(|tx| tx.execute(INSERT, params![1, "a"])).unwrap();
    let found = |sql: &'static str| db.read_sync(move |tx| tx.query_all(sql, params![1, "a"], |row| row.get::<i64>(0)));
    for sql in [
        "SELECT id FROM things WHERE name = $2 AND id = $1",
        "SELECT id FROM things WHERE id = $1 AND (name = $2 OR id = $1)",
    ] {
        assert_eq!(found(sql).unwrap(), [1], "{sql}");
    }
    // The same for statements whose numbers are remembered.
    let many = "SELECT $8, $7, $6, $5, $4, $3, $2, $1";
    for _ in 0..2 {
        let row = db.read_sync(move |tx| {
            tx.query_one(many, params![1, 2, 3, 4, 5, 6, 7, 8], |row| (0..8).map(|at| row.get(at)).collect())
        });
        let row: Vec<i64> = row.unwrap();
        assert_eq!(row, [8, 7, 6, 5, 4, 3, 2, 1]);
    }
    // A panic with debug assertions, an error without: both with the SQL.
    for sql in ["SELECT id FROM things WHERE id = ? AND name = $1", "SELECT $1, $3"] {
        let failed = found(sql).unwrap_err();
        let (Error::Panicked(text) | Error::Statement(text)) = failed else { panic!("{failed:?}") };
        assert!(text.contains(sql), "{text}");
    }
    assert!(found("SELECT $1").is_err(), "a value that no parameter takes");
}

#[test]
fn another_process_may_write_meanwhile() {
    let folder = Folder::new();
    let (a, b) = (scratch::open(&folder.url(), Options::default()), scratch::open(&folder.url(), Options::default()));
    std::thread::scope(|scope| {
        for (db, from) in [(&a, 0_i64), (&b, 1000)] {
            scope.spawn(move || {
                for i in from..from + 100 {
                    let name = format!("thing {i}");
                    db.write_sync(move |tx| tx.execute(INSERT, params![i, &name])).unwrap();
                }
            });
        }
    });
    assert_eq!((count(&a), count(&b)), (200, 200));
    a.close();
    add(&b, "after the other closed");
    assert_eq!(count(&b), 201);
}

#[test]
fn a_lock_held_too_long_by_another_process_is_busy() {
    let folder = Folder::new();
    let options = Options { busy_timeout: Duration::from_millis(100), ..Options::default() };
    let db = scratch::open(&folder.url(), options);
    let other = rusqlite::Connection::open(folder.path("test.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = db.write_sync(|tx| tx.execute(INSERT, params![1, "a"]));
    assert_eq!(refused, Err(Error::Busy));
    assert_eq!(count(&db), 0);
    other.execute_batch("ROLLBACK").unwrap();
    add(&db, "a");
}

#[test]
fn writes_share_commits() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    scratch::runtime().block_on(async {
        let writes: Vec<_> = (0..500_i64)
            .map(|i| {
                let db = db.clone();
                tokio::spawn(async move {
                    let name = format!("thing {i}");
                    db.write(move |tx| tx.execute(INSERT, params![i, &name])).await
                })
            })
            .collect();
        for write in writes {
            assert_eq!(write.await.unwrap(), Ok(1));
        }
    });
    let stats = db.stats();
    assert_eq!(stats.writes, 500);
    assert!(stats.write_batches < 400, "{stats:?}");
    assert_eq!(stats.queue_depth, 0);
    assert!(stats.wal_bytes > 0);
}

/// Queues all these writes for one batch; returns the result of each, in order, and how often they ran.
fn at_once(
    db: &Db,
    writes: Vec<fn(&mut deskwire_store::Tx<'_>) -> deskwire_store::Result<u64>>,
) -> (Vec<Result<u64, Error>>, usize) {
    let runs = Arc::new(AtomicUsize::new(0));
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let running = Arc::new(AtomicBool::new(false));
    let results = scratch::runtime().block_on(async {
        let first = tokio::spawn({
            let (db, running) = (db.clone(), Arc::clone(&running));
            async move {
                db.write(move |_| {
                    running.store(true, Ordering::Relaxed);
                    Ok::<_, Error>(wait.lock().unwrap().recv().is_ok())
                })
                .await
            }
        });
        while !running.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let mut queued = Vec::new();
        for write in writes {
            let (to, runs) = (db.clone(), Arc::clone(&runs));
            queued.push(tokio::spawn(async move {
                to.write(move |tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    write(tx)
                })
                .await
            }));
            while db.stats().queue_depth < queued.len() as u64 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        go.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(true));
        let mut results = Vec::new();
        for write in queued {
            results.push(write.await.unwrap());
        }
        results
    });
    (results, runs.load(Ordering::Relaxed))
}

#[test]
fn refused_writes_leave_nothing_in_a_shared_commit() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    let before = db.stats();
    // They fail before they change anything: the others need not be run again.
    let (results, runs) = at_once(
        &db,
        vec![
            |tx| tx.execute(INSERT, params![1, "a"]),
            |tx| {
                tx.execute("UPDATE things SET name = 'z' WHERE id = 77", &[])?;
                Err(Error::NoRow)
            },
            |tx| tx.execute(INSERT, params![2, "a"]),
            |tx| tx.execute(INSERT, params![3, "c"]),
        ],
    );
    let taken = || Err(Error::Unique("things_name_key".to_owned()));
    assert_eq!(results, [Ok(1), Err(Error::NoRow), taken(), Ok(1)]);
    assert_eq!((runs, count(&db)), (4, 2));
    // They fail after a change: all are run again, without duplicates.
    let (results, runs) = at_once(
        &db,
        vec![
            |tx| tx.execute(INSERT, params![4, "d"]),
            |tx| {
                tx.execute(INSERT, params![5, "e"])?;
                Err(Error::NoRow)
            },
            |tx| {
                tx.execute(INSERT, params![6, "f"])?;
                panic!("oh no");
            },
            |tx| tx.execute("UPDATE things SET name = name || '!' WHERE id < 5", &[]),
        ],
    );
    assert_eq!(results, [Ok(1), Err(Error::NoRow), Err(Error::Panicked("oh no".to_owned())), Ok(3)]);
    assert_eq!(runs, 2 + 4);
    let names = db.read_sync(|tx| tx.query_all("SELECT name FROM things ORDER BY id", &[], |row| row.get::<String>(0)));
    assert_eq!(names.unwrap(), ["a!", "c!", "d!"]);
    // Statements that are not counted by rows leave nothing either.
    let (results, _) = at_once(
        &db,
        vec![
            |tx| {
                tx.execute_batch("CREATE TABLE stray (id BIGINT)")?;
                Err(Error::NoRow)
            },
            |tx| tx.execute(INSERT, params![7, "g"]),
        ],
    );
    assert_eq!(results, [Err(Error::NoRow), Ok(1)]);
    assert!(db.read_sync(|tx| tx.query_all("SELECT id FROM stray", &[], |_| Ok(()))).is_err());
    let stats = db.stats();
    assert_eq!((stats.writes - before.writes, stats.write_batches - before.write_batches), (3 + 2 + 2 + 1, 6));
}

#[test]
fn a_read_sees_one_instant() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    let other = db.clone();
    let counts = db.read_sync(move |tx| {
        let before: i64 = tx.query_one(COUNT, &[], |row| row.get(0))?;
        add(&other, "meanwhile");
        let after: i64 = tx.query_one(COUNT, &[], |row| row.get(0))?;
        Ok::<_, Error>((before, after))
    });
    assert_eq!(counts, Ok((0, 0)));
    assert_eq!(count(&db), 1);
}

fn log_size(folder: &Folder) -> u64 {
    std::fs::metadata(folder.path("test.db-wal")).map_or(0, |file| file.len())
}

#[test]
fn the_log_does_not_grow_without_bound() {
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    let mut largest = 0;
    for i in 0..400_i64 {
        // Half a megabyte each, 200 MB in all, with a reader coming and going.
        let put = "INSERT INTO kinds (id, b) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET b = $2";
        db.write_sync(move |tx| tx.execute(put, params![i % 20, &vec![7_u8; 500_000]])).unwrap();
        count(&db);
        largest = largest.max(log_size(&folder));
    }
    assert!(largest < 192 << 20, "{largest}");
    let until = Instant::now() + Duration::from_secs(5);
    while db.stats().wal_bytes > 128 << 20 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(db.stats().wal_bytes <= 128 << 20);
    db.close();
    assert_eq!(log_size(&folder), 0, "closing empties it");
}

#[test]
fn files_that_are_not_databases_are_refused_by_name() {
    let folder = Folder::new();
    let refused = |url: &str| Db::open(url, Options::default()).err().map(|e| e.to_string());
    assert!(refused("mysql://x").is_some_and(|e| e.contains("sqlite:PATH")));
    let missing = scratch::file_url(Path::new("/no/such/folder/x.db"));
    assert!(refused(&missing).is_some_and(|e| e.contains("/no/such/folder/x.db")));
    let text = folder.path("text");
    std::fs::write(&text, "not a database, though long enough to be taken for one".repeat(100)).unwrap();
    assert!(refused(&scratch::file_url(&text)).is_some_and(|e| e.contains("is not an SQLite database")));
}

#[test]
fn refuses_a_database_that_lost_its_content() {
    let folder = Folder::new();
    let path = folder.path("test.db");
    let db = scratch::open(&folder.url(), Options::default());
    add(&db, "a");
    db.close();
    let whole = std::fs::read(&path).unwrap();
    let refused = || Db::open(&folder.url(), Options::default()).err().map(|e| e.to_string()).unwrap_or_default();
    for (content, wanted) in
        [(&whole[..0], "is empty"), (&whole[..whole.len() / 2], "is cut short"), (&whole[..50], "is not")]
    {
        std::fs::write(&path, content).unwrap();
        assert!(refused().contains(wanted), "{}", refused());
        assert_eq!(std::fs::read(&path).unwrap(), content, "the file is not changed");
    }
    std::fs::remove_file(&path).unwrap();
    std::fs::write(folder.path("test.db-wal"), "log").unwrap();
    assert!(refused().contains("write-ahead log"), "{}", refused());
    std::fs::remove_file(folder.path("test.db-wal")).unwrap();
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(count(&Db::open(&folder.url(), Options::default()).unwrap()), 1);
}

#[test]
fn refuses_the_database_of_another_program() {
    let folder = Folder::new();
    let other = rusqlite::Connection::open(folder.path("test.db")).unwrap();
    other.execute_batch("CREATE TABLE bookmarks (url TEXT)").unwrap();
    drop(other);
    let db = Db::open(&folder.url(), Options::default()).unwrap();
    assert!(db.migrate().err().is_some_and(|e| e.to_string().contains("another program")));
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let db = scratch::open(&folder.url(), Options::default());
    add(&db, "private");
    for name in ["test.db", "test.db-wal"] {
        let mode = std::fs::metadata(folder.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

/// Waits until the log of a database whose file was moved or removed is empty.
fn emptied(log: &Path) {
    let until = Instant::now() + Duration::from_secs(10);
    while std::fs::metadata(log).is_ok_and(|data| data.len() > 0) {
        assert!(Instant::now() < until, "the log is not emptied");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[track_caller]
fn refused(db: &Db, expected: &str) {
    let refused = db.write_sync(|tx| tx.execute(INSERT, params![99, "lost"])).unwrap_err();
    let Error::Unavailable(why) = &refused else { panic!("{refused:?}") };
    assert!(why.contains(expected), "{why}");
}

#[test]
fn a_moved_file_is_complete_and_writable_once_it_is_back() {
    let folder = Folder::new();
    let path = folder.path("test.db");
    let db = scratch::open(&scratch::file_url(&path), Options::default());
    add(&db, "before");
    assert_eq!(count(&db), 1);
    let elsewhere = folder.path("moved.db");
    std::fs::rename(&path, &elsewhere).unwrap();
    refused(&db, "was moved or removed while it was in use");
    assert_eq!(count(&db), 1, "the open file is still read");
    emptied(&folder.path("test.db-wal"));
    let copy = folder.path("copy.db");
    std::fs::copy(&elsewhere, &copy).unwrap();
    let copied = Db::open(&scratch::file_url(&copy), Options::default()).unwrap();
    assert_eq!(count(&copied), 1);
    std::fs::rename(&elsewhere, &path).unwrap();
    add(&db, "after");
    assert_eq!(count(&db), 2);
}

#[test]
fn a_replacement_file_is_not_touched() {
    let folder = Folder::new();
    let path = folder.path("test.db");
    let (old, new) = (scratch::file_url(&path), folder.path("new.db"));
    let other = scratch::open(&scratch::file_url(&new), Options::default());
    for name in ["a", "b", "c"] {
        add(&other, name);
    }
    other.close();
    let db = scratch::open(&old, Options::default());
    add(&db, "of the old one");
    std::fs::rename(&new, &path).unwrap();
    refused(&db, "was replaced while it was in use");
    emptied(&folder.path("test.db-wal"));
    db.close();
    let db = Db::open(&old, Options::default()).unwrap();
    assert_eq!(count(&db), 3);
    add(&db, "d");
    assert_eq!(count(&db), 4);
}

#[test]
fn a_log_that_was_removed_loses_nothing() {
    let folder = Folder::new();
    let path = folder.path("test.db");
    let url = scratch::file_url(&path);
    let db = scratch::open(&url, Options::default());
    add(&db, "before");
    std::fs::remove_file(folder.path("test.db-wal")).unwrap();
    refused(&db, "test.db-wal was moved or removed");
    db.close();
    assert_eq!(count(&Db::open(&url, Options::default()).unwrap()), 1);
}
