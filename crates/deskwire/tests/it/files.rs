//! Moving files from a directory to a bucket and back.

use std::process::Stdio;
use std::time::{Duration, Instant};

use deskwire_store::attachments::{self, Attachment};
use deskwire_store::ids::AttachmentId;
use deskwire_store::{Db, Error, Files, Options};
use deskwire_testkit::BucketServer;
use serde_json::json;

use crate::program::{Ended, Place, Server};

/// Files in the directory, with their rows; the workspace and the hashes.
fn fill(place: &Place, count: u8) -> (String, Vec<String>) {
    let workspace = place.workspace()["workspace_id"].as_str().unwrap().to_owned();
    let files = Files::new(place.path("d/attachments"));
    let contents = (0..count).map(|number| vec![number; 1000 + usize::from(number)]);
    let hashes: Vec<String> = contents.map(|content| files.put(&workspace, &content).unwrap()).collect();
    let (of, all) = (workspace.clone(), hashes.clone());
    let url = format!("sqlite:{}", place.path("d/deskwire.db").display());
    let db = Db::open(&url, Options::default()).unwrap();
    db.write_sync::<_, Error>(move |tx| {
        for (id, hash) in (1..).zip(&all) {
            let (id, hash, filesize) = (AttachmentId::new(id), Some(hash.clone()), 999 + id);
            attachments::insert(&mut tx.within(&of), &Attachment { id, hash, filesize, ..Attachment::default() })?;
        }
        Ok(())
    })
    .unwrap();
    db.close();
    (workspace, hashes)
}

fn moving(place: &Place, bucket: &BucketServer, from: &str, to: &str) -> std::process::Command {
    let mut command = place.command(&["files", "move", "--from", from, "--to", to, "--data", "d"]);
    command.envs(bucket.environment());
    command
}

#[test]
fn files_are_moved_however_often_it_is_interrupted() {
    let (place, bucket) = (Place::new(), BucketServer::start());
    let (workspace, hashes) = fill(&place, 40);
    let to = bucket.setting();
    let run = || Ended::new(moving(&place, &bucket, "d/attachments", &to).output().unwrap());
    bucket.delay(Duration::from_millis(100));
    let mut child =
        moving(&place, &bucket, "d/attachments", &to).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    while bucket.names().len() < 5 {
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is moved");
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = bucket.names().len();
    assert!(before < 40, "it was killed in the middle");
    bucket.delay(Duration::ZERO);
    let sent = bucket.answered("PUT 200");
    let done = run();
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(done.err.contains("0 failed"), "{done:?}");
    assert_eq!(bucket.names().len(), 40);
    // Uploads in flight when it was killed may have completed since.
    assert!(bucket.answered("PUT 200") - sent <= 40 - before + 8, "existing files were not sent again");
    let again = run();
    assert!(again.err.contains("Files: 0 copied (0 MiB), 40 already there, 0 failed"), "{again:?}");
    // Damaged copies are sent again; files that exist nowhere are listed.
    bucket.set(&bucket.names()[0], Some(b"damaged"));
    let found = run();
    assert!(found.err.contains("Files: 1 copied"), "{found:?}");
    let lost = hashes[7].clone();
    std::fs::remove_file(place.path(&format!("d/attachments/{}/{workspace}/{lost}", &lost[..2]))).unwrap();
    let name = bucket.names().into_iter().find(|name| name.ends_with(&lost)).unwrap();
    bucket.set(&name, None);
    let found = run();
    assert_eq!(found.code, Some(1), "{found:?}");
    assert!(found.out.starts_with(&format!("{workspace} {lost}: ")) && found.out.lines().count() == 1, "{found:?}");
    assert!(found.err.contains("1 file could not be copied"), "{found:?}");
    // The doctor looks there as well, and a server starts.
    let doctor = |more: &[&str]| {
        let arguments = [&["doctor", "--data", "d", "--files", &to], more].concat();
        Ended::new(place.command(&arguments).envs(bucket.environment()).output().unwrap())
    };
    let checked = doctor(&["--verify-files"]);
    assert!(checked.out.contains("ok     the bucket of files, s3://files/desk/wire?endpoint="), "{checked:?}");
    assert!(checked.out.contains(&format!("WRONG  file {lost}: the object is missing")), "{checked:?}");
    assert!(checked.out.contains("WRONG  40 files in s3://"), "{checked:?}");
    // And back.
    let back = Ended::new(moving(&place, &bucket, &to, "e").output().unwrap());
    assert_eq!(back.code, Some(1), "{back:?}");
    assert!(back.err.contains("Files: 39 copied"), "{back:?}");
    assert!(back.out.contains("the object is missing"), "{back:?}");
}

#[test]
fn a_server_starts_without_its_bucket_but_not_with_one_that_refuses() {
    let (place, mut bucket) = (Place::new(), BucketServer::start());
    let made = place.workspace();
    let to = bucket.setting();
    let arguments = ["serve", "--data", "d", "--listen", "127.0.0.1:0", "--files", to.as_str()];
    let refused = Ended::new(
        place.command(&arguments).env("AWS_ACCESS_KEY_ID", "other").env("AWS_SECRET_ACCESS_KEY", "x").output().unwrap(),
    );
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("cannot use the bucket of files s3://files/desk/wire?"), "{refused:?}");
    let unknown = to.replace("s3://files/", "s3://missing/");
    let elsewhere = ["serve", "--data", "d", "--listen", "127.0.0.1:0", "--files", unknown.as_str()];
    let refused = Ended::new(place.command(&elsewhere).envs(bucket.environment()).output().unwrap());
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("cannot use the bucket of files s3://missing/desk/wire?"), "{refused:?}");
    // One that is down may come back, and is needed for files alone.
    bucket.stop();
    let token = made["access_token"].as_str().unwrap();
    let server = Server::start_within(&place, &["serve", "--data", "d", "--files", &to], &bucket.environment());
    server.log_with("does not answer: attachments are answered with 503 until it does");
    let (status, ada) = server.post("/contacts", token, &json!({"email": "ada@a.test"}));
    assert_eq!(status, 200, "{ada}");
    let begun = json!({"from": {"type": "user", "id": ada["id"]}, "body": "hi"});
    let (status, begun) = server.post("/conversations", token, &begun);
    assert_eq!(status, 200, "{begun}");
    let path = format!("/conversations/{}/reply", begun["conversation_id"].as_str().unwrap());
    let file = json!({"name": "a.txt", "content_type": "text/plain", "data": "aGk="});
    let reply = json!({"type": "user", "intercom_user_id": ada["id"], "message_type": "comment", "body": "x",
        "attachment_files": [file]});
    assert_eq!(server.post(&path, token, &reply).0, 503);
    bucket.resume();
    assert_eq!(server.post(&path, token, &reply).0, 200);
    assert_eq!(bucket.names().len(), 1);
    let usage = place.run(&["settings", "--files", "s3://user:hidden@files"]);
    assert_eq!(usage.code, Some(2), "{usage:?}");
    assert!(usage.err.contains("AWS_ACCESS_KEY_ID") && !usage.err.contains("hidden"), "{usage:?}");
}
