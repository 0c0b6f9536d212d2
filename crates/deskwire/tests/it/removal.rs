//! Writes to other workspaces while one is removed.
#![expect(clippy::unwrap_used, reason = "a test that cannot continue must fail")]

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::program::{Place, Server};

/// Removes a workspace with many and with large rows, while another one writes.
fn others_write_while_a_workspace_is_removed(database: &str) {
    let place = Place::new();
    let at = ["--database", database];
    let create = |name: &str| -> Value {
        let made = place.run(&[&["workspace", "create", "--name", name], &at[..]].concat()).ok();
        serde_json::from_str(&made).unwrap()
    };
    let (removed, kept) = (create("Gone"), create("Kept"));
    let (id, token) = (removed["workspace_id"].as_str().unwrap(), kept["access_token"].as_str().unwrap());
    fill(database, id);
    let server = Server::start(&place, &[&["serve"], &at[..]].concat());
    let write = |number: usize| {
        let began = Instant::now();
        let contact = json!({"role": "user", "external_id": number.to_string()});
        assert_eq!(server.post("/contacts", token, &contact).0, 200);
        began.elapsed()
    };
    write(0);
    let remove = [&["workspace", "remove", "--workspace", id, "--confirm", "Gone"], &at[..]].concat();
    let mut removing = place.command(&remove).spawn().unwrap();
    // Servers drop its tokens from their caches first.
    std::thread::sleep(Duration::from_millis(1_200));
    let mut waits = Vec::new();
    while removing.try_wait().unwrap().is_none() {
        waits.push(write(waits.len() + 1));
        std::thread::sleep(Duration::from_millis(2));
    }
    assert!(removing.wait().unwrap().success());
    waits.sort_unstable();
    // How many fit in depends on the machine; beside a removal in one transaction there would be a few.
    assert!(waits.len() >= 10, "only {} writes were made beside the removal: {waits:?}", waits.len());
    // A tenth may fail on a busy machine.
    let (usual, most) = (waits[waits.len() / 2], waits[waits.len() * 9 / 10]);
    assert!(most < Duration::from_millis(100), "{} writes took {usual:?}, {most:?}", waits.len());
}

/// Gives a workspace many small rows, and some of half a megabyte.
fn fill(database: &str, workspace: &str) {
    let db = deskwire_store::Db::open(database, deskwire_store::Options::default()).unwrap();
    let workspace = workspace.to_owned();
    db.write_sync::<_, deskwire_store::Error>(move |tx| {
        let numbers = "WITH RECURSIVE n (i) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2) SELECT $1";
        let tags = format!(
            "INSERT INTO contact_tags (workspace_id, contact_id, tag_id, applied_at, applied_by) {numbers}, i, 1, 1, 1 FROM n"
        );
        tx.execute(&tags, deskwire_store::params![&workspace, 40_000])?;
        let notes = format!(
            "INSERT INTO notes (workspace_id, id, contact_id, company_id, author_id, body, created_at) \
             {numbers}, i, 1, NULL, 1, $3, 1 FROM n"
        );
        tx.execute(&notes, deskwire_store::params![&workspace, 300, &"x".repeat(500_000)])
    })
    .unwrap();
    db.close();
}

#[test]
fn others_write_while_a_workspace_is_removed_from_sqlite() {
    let place = Place::new();
    others_write_while_a_workspace_is_removed(&format!("sqlite:{}", place.path("d/deskwire.db").display()));
}

#[test]
fn others_write_while_a_workspace_is_removed_from_postgresql() {
    others_write_while_a_workspace_is_removed(&crate::program::schema(&format!(
        "remove_beside_{}",
        std::process::id()
    )));
}
