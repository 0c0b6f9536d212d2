//! Backups of a server that is in use, and restoring them.

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::program::{Place, Server, exists, schema};

/// Replies to a conversation again and again, each time with another file; counts acknowledged replies.
fn keep_writing(server: &Server, token: &str, done: &AtomicBool, acknowledged: &AtomicUsize) {
    let user = server.post("/contacts", token, &json!({"role": "user", "email": "ada@a.test"})).1;
    let admin = server.get("/me", token).1["id"].clone();
    while !done.load(Ordering::SeqCst) {
        let number = acknowledged.load(Ordering::SeqCst);
        let from = json!({"type": "user", "id": user["id"]});
        let started =
            server.post("/conversations", token, &json!({"from": from, "body": format!("Question {number}")}));
        let path = format!("/conversations/{}/reply", started.1["conversation_id"].as_str().unwrap());
        let file = json!({"name": "n.txt", "content_type": "text/plain", "data": "YWJj".repeat(number + 1)});
        let reply = json!({"type": "admin", "message_type": "comment", "admin_id": admin, "body": "See", "attachment_files": [file]});
        let (status, answer) = server.post(&path, token, &reply);
        assert_eq!(status, 200, "{answer}");
        acknowledged.fetch_add(1, Ordering::SeqCst);
    }
}

/// How many conversations a server has; checks the file of each part.
fn count_whole(place: &Place, arguments: &[&str], token: &str) -> usize {
    let server = Server::start(place, arguments);
    let mut count = 0;
    let mut path = "/conversations?per_page=150".to_owned();
    loop {
        let (_, page) = server.get(&path, token);
        for conversation in page["conversations"].as_array().unwrap() {
            let (_, whole) = server.get(&format!("/conversations/{}", conversation["id"].as_str().unwrap()), token);
            for part in whole["conversation_parts"]["conversation_parts"].as_array().unwrap() {
                let url = part["attachments"][0]["url"].as_str().unwrap().to_owned();
                let local = url.split_once("/attachments/").unwrap().1;
                assert_eq!(server.get(&format!("/attachments/{local}"), "").0, 200, "{url}");
                count += 1;
            }
        }
        let Some(next) = page["pages"]["next"]["starting_after"].as_str() else { return count };
        path = format!("/conversations?per_page=150&starting_after={next}");
    }
}

#[test]
fn a_backup_under_load_is_whole_and_moves_between_databases() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let (done, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let mut before = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| keep_writing(&server, token, &done, &acknowledged));
        for name in ["one.tgz", "two.tgz"] {
            let expected = acknowledged.load(Ordering::SeqCst) + 5;
            while acknowledged.load(Ordering::SeqCst) < expected {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            before.push(acknowledged.load(Ordering::SeqCst));
            place.run(&["backup", name, "--data", "d"]).ok();
        }
        done.store(true, Ordering::SeqCst);
    });
    let all = acknowledged.load(Ordering::SeqCst);
    drop(server);
    assert!(place.run(&["backup", "one.tgz", "--data", "d"]).refused(1).contains("one.tgz"), "nothing is overwritten");
    place.run(&["restore", "one.tgz", "--data", "e"]).ok();
    let restored = count_whole(&place, &["serve", "--data", "e"], token);
    assert!((before[0]..=all).contains(&restored), "{restored} of {} to {all}", before[0]);
    // To PostgreSQL, and from there back to SQLite.
    let url = schema(&format!("backup_{}", std::process::id()));
    let (there, back) = (["--database", &url, "--files", "f"], ["--data", "g"]);
    place.run(&["restore", "two.tgz", there[0], there[1], there[2], there[3]]).ok();
    let moved = count_whole(&place, &["serve", there[0], there[1], there[2], there[3]], token);
    assert!((before[1]..=all).contains(&moved), "{moved} of {} to {all}", before[1]);
    assert!(place.run(&["restore", "two.tgz", there[0], there[1]]).refused(1).contains("empty"), "it has a workspace");
    place.run(&["backup", "three.tgz", there[0], there[1], there[2], there[3]]).ok();
    place.run(&["restore", "three.tgz", back[0], back[1]]).ok();
    assert_eq!(count_whole(&place, &["serve", back[0], back[1]], token), moved);
}

#[test]
fn a_damaged_or_foreign_archive_is_refused_and_leaves_nothing() {
    let place = Place::new();
    place.workspace();
    place.run(&["backup", "whole.tgz", "--data", "d"]).ok();
    let whole = fs::read(place.path("whole.tgz")).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    for (name, content, expected) in [
        ("cut.tgz", whole[..whole.len() - 100].to_vec(), ""),
        ("half.tgz", whole[..whole.len() / 2].to_vec(), ""),
        ("flipped.tgz", flipped, ""),
        ("longer.tgz", [&whole[..], b"more"].concat(), "it goes on behind its end"),
        ("twice.tgz", [&whole[..], &whole[..]].concat(), "it goes on behind its end"),
        ("text.tgz", b"no archive at all".to_vec(), "cannot restore text.tgz"),
    ] {
        fs::write(place.path(name), content).unwrap();
        assert!(place.run(&["restore", name, "--data", "e"]).refused(1).contains(expected), "{name}");
        assert!(!exists(&place, "e/deskwire.db"), "{name}");
    }
    assert!(place.run(&["restore", "none.tgz", "--data", "e"]).refused(1).contains("none.tgz"));
    assert!(place.run(&["restore", "whole.tgz", "--data", "d"]).refused(1).contains("restore into a new database"));
    // Leftovers of an interrupted attempt are ignored; the log of another database is not.
    fs::write(place.path("e/deskwire.db.restoring"), "rubbish").unwrap();
    fs::write(place.path("e/deskwire.db-wal"), "log").unwrap();
    assert!(place.run(&["restore", "whole.tgz", "--data", "e"]).refused(1).contains("deskwire.db-wal exists"));
    fs::remove_file(place.path("e/deskwire.db-wal")).unwrap();
    place.run(&["restore", "whole.tgz", "--data", "e"]).ok();
    assert!(!exists(&place, "e/deskwire.db.restoring"));
    let listed: Value =
        serde_json::from_str(&place.run(&["workspace", "create", "--name", "B", "--data", "e"]).ok()).unwrap();
    assert!(listed["workspace_id"].is_string(), "the restored database works");
}

#[test]
fn a_damaged_file_is_named_and_left_out() {
    let place = Place::new();
    let made = place.workspace();
    let token = made["access_token"].as_str().unwrap();
    let server = Server::start(&place, &["serve", "--data", "d"]);
    let (done, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    std::thread::scope(|scope| {
        scope.spawn(|| keep_writing(&server, token, &done, &acknowledged));
        while acknowledged.load(Ordering::SeqCst) < 2 {
            std::thread::sleep(std::time::Duration::from_millis(5));
        }
        done.store(true, Ordering::SeqCst);
    });
    drop(server);
    let shards = fs::read_dir(place.path("d/attachments")).unwrap().map(|entry| entry.unwrap().path());
    let file = shards
        .filter(|path| !path.ends_with("unfinished"))
        .find_map(|shard| Some(fs::read_dir(shard).unwrap().next()?.unwrap().path()))
        .and_then(|workspace| Some(fs::read_dir(workspace).unwrap().next()?.unwrap().path()));
    fs::write(file.as_ref().unwrap(), "").unwrap();
    let hash = file.unwrap().file_name().unwrap().to_string_lossy().into_owned();
    let failed = place.run(&["backup", "a.tgz", "--data", "d"]);
    assert_eq!(failed.code, Some(1), "{failed:?}");
    assert!(failed.err.contains(&hash) && failed.err.contains("was written without 1 of its files"), "{failed:?}");
    assert!(exists(&place, "a.tgz"), "an incomplete archive is better than none");
    let allowed = ["backup", "b.tgz", "--data", "d", "--allow-missing-files"];
    for arguments in [&allowed[..], &["restore", "b.tgz", "--data", "e"]] {
        let ended = place.run(arguments);
        assert!(ended.err.contains(&hash), "{ended:?}");
        ended.ok();
    }
}

#[test]
fn the_next_backup_removes_the_leftovers_of_an_interrupted_one() {
    let place = Place::new();
    place.workspace();
    fs::create_dir(place.path("b")).unwrap();
    for name in ["b/old.tgz.123.partial", "b/mine.partial", "b/held.tgz.1.partial"] {
        place.write(name, "half an archive");
    }
    // A running backup has locked its file.
    let held = fs::File::open(place.path("b/held.tgz.1.partial")).unwrap();
    held.lock().unwrap();
    let ended = place.run(&["backup", "b/new.tgz", "--data", "d"]);
    assert!(ended.err.contains("removed b/old.tgz.123.partial"), "{ended:?}");
    ended.ok();
    let mut left: Vec<_> = fs::read_dir(place.path("b")).unwrap().map(|e| e.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["held.tgz.1.partial", "mine.partial", "new.tgz"]);
}

#[test]
fn an_interrupted_backup_leaves_nothing() {
    let place = Place::new();
    let made = place.workspace();
    let workspace = made["workspace_id"].as_str().unwrap().to_owned();
    let hash = "0".repeat(64);
    // A FIFO without a writer: reading it blocks until the signal.
    let shard = place.path("d/attachments/00");
    fs::create_dir_all(&shard).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, shard.join(&hash), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    let db = deskwire_store::Db::open(&url, deskwire_store::Options::default()).unwrap();
    db.write_sync::<_, deskwire_store::Error>(move |tx| {
        let attachment = deskwire_store::attachments::Attachment { hash: Some(hash.clone()), ..Default::default() };
        deskwire_store::attachments::insert(&mut tx.within(&workspace), &attachment)
    })
    .unwrap();
    db.close();
    for signal in [rustix::process::Signal::INT, rustix::process::Signal::TERM] {
        fs::create_dir_all(place.path("b")).unwrap();
        let mut backup = place.command(&["backup", "b/one.tgz", "--data", "d"]).spawn().unwrap();
        let listed = || fs::read_dir(place.path("b")).unwrap().count();
        let began = std::time::Instant::now();
        while listed() == 0 && began.elapsed() < std::time::Duration::from_secs(20) {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        assert_eq!(listed(), 1);
        let id = rustix::process::Pid::from_child(&backup);
        rustix::process::kill_process(id, signal).unwrap();
        assert_eq!(backup.wait().unwrap().code(), Some(1));
        assert_eq!(listed(), 0, "{signal:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_archive_is_for_its_owner_alone_and_may_go_to_stdout() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    place.workspace();
    place.run(&["backup", "b.tgz", "--data", "d"]).ok();
    let mode = fs::metadata(place.path("b.tgz")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let out = place.command(&["backup", "-", "--data", "d"]).output().unwrap();
    assert!(out.status.success());
    fs::write(place.path("c.tgz"), out.stdout).unwrap();
    place.run(&["restore", "c.tgz", "--data", "e"]).ok();
}
