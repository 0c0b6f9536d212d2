//! The schema: the same on both databases, and ready to be distributed by workspace.

use deskwire_store::{Db, Options, SHARED_TABLES};

use crate::inspect::{self, Table};
use crate::scratch::Schema;

/// Indexes that do not begin with the workspace. None of them is unique.
const ACROSS_WORKSPACES: &[(&str, &str)] = &[
    ("admins_email", "people sign in before their workspace is known"),
    ("apps_client_id", "a client id is looked up before its workspace is known"),
    ("attachments_hash", "in directories of older releases, workspaces share files"),
    ("loose_files_since", "the worker removes the files of all workspaces"),
    ("inbox_sessions_hash", "a cookie is looked up before its workspace is known"),
    ("invitations_hash", "the secret of a link is looked up before its workspace is known"),
    ("jobs_live", "the worker claims jobs of all workspaces"),
    ("mail_counts_hour", "the worker deletes old counts, and limits the mail of the installation"),
    ("phone_call_redirects_link", "the secret of a link is looked up before its workspace is known"),
    ("mails_waiting", "`deskwire doctor` and metrics report how long mail has waited"),
    ("tokens_lookup", "a token is looked up before its workspace is known (`credentials::exists` keeps them unique)"),
    ("webhook_subscriptions_next_at", "the worker claims due subscriptions of all workspaces"),
];

#[test]
fn both_databases_have_the_same_schema() {
    let schema = Schema::new();
    let [sqlite, postgres] = ["sqlite::memory:", &schema.url()].map(|url| {
        let db = Db::open(url, Options::default()).unwrap();
        db.migrate().unwrap();
        inspect::tables(&db)
    });
    assert!(sqlite.len() > 60, "{}", sqlite.len());
    let names = |tables: &std::collections::BTreeMap<String, Table>| tables.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&sqlite), names(&postgres));
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "{name} differs: on the left SQLite, on the right PostgreSQL");
    }
}

#[test]
fn keys_begin_with_the_workspace() {
    let schema = Schema::new();
    let db = Db::open(&schema.url(), Options::default()).unwrap();
    db.migrate().unwrap();
    let listed = |list: &[(&str, &str)], name: &str| list.iter().any(|(listed, _)| *listed == name);
    let leads = |columns: &[String]| columns.first().is_some_and(|column| column == "workspace_id");
    let (mut outside, mut across) = (0, 0);
    for (name, table) in inspect::tables(&db) {
        if listed(&SHARED_TABLES, &name) {
            outside += 1;
            assert!(!table.columns.contains_key("workspace_id"), "{name} belongs to workspaces: take it off the list");
            continue;
        }
        assert!(leads(&table.key), "the primary key of {name} does not begin with workspace_id: {:?}", table.key);
        for (index, found) in &table.indexes {
            if listed(ACROSS_WORKSPACES, index) {
                across += 1;
                assert!(!leads(&found.columns) && !found.unique, "{index} is not an exception: {found:?}");
            } else {
                assert!(leads(&found.columns), "{index} does not begin with workspace_id: {found:?}");
            }
        }
    }
    assert_eq!((outside, across), (SHARED_TABLES.len(), ACROSS_WORKSPACES.len()), "the lists have unknown entries");
}

#[test]
fn names_have_room_for_the_number_of_a_shard() {
    // PostgreSQL truncates names to 63 bytes.
    const MAX_LENGTH: usize = 63 - "_102008".len();
    let schema = Schema::new();
    let db = Db::open(&schema.url(), Options::default()).unwrap();
    db.migrate().unwrap();
    for (name, table) in inspect::tables(&db) {
        for name in table.indexes.keys().chain([&name, &format!("{name}_pkey")]) {
            assert!(name.len() <= MAX_LENGTH, "{name} is too long");
            assert!(
                !name.ends_with(|c: char| c.is_ascii_digit()),
                "a number behind {name} would be taken for a shard's"
            );
        }
    }
}
