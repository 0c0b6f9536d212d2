//! Upgrades of databases with data: no row is lost.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use deskwire_store::{Db, Dialect, Error, Files, Migration, Options, Value, archive};
use flate2::read::GzDecoder;
use serde_json::Value as Json;

use crate::inspect;
use crate::scratch::{self, Folder, Schema};

/// The migrations of the last development version before the baseline, but for the first.
const DEVELOPMENT: [i64; 18] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 18, 19, 20, 22];

const fn same(number: i64, name: &'static str, sql: &'static str) -> Migration {
    Migration { number, name, sqlite: sql, postgres: sql }
}

/// What later migrations do: add a column, a table, rows and an index, and rebuild a table.
const LATER: Migration = same(
    9000,
    "9000_later",
    "ALTER TABLE contacts ADD COLUMN nickname TEXT NOT NULL DEFAULT 'none';
     CREATE INDEX contacts_nickname ON contacts (workspace_id, nickname);
     CREATE TABLE nicknames (workspace_id TEXT NOT NULL, contact_id BIGINT NOT NULL, nickname TEXT NOT NULL,
         PRIMARY KEY (workspace_id, contact_id));
     INSERT INTO nicknames (workspace_id, contact_id, nickname) SELECT workspace_id, id, nickname FROM contacts;
     CREATE TABLE rebuilt (workspace_id TEXT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, name_key TEXT NOT NULL,
         color TEXT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY (workspace_id, id));
     INSERT INTO rebuilt (workspace_id, id, name, name_key, created_at, updated_at)
         SELECT workspace_id, id, name, name_key, created_at, updated_at FROM tags;
     DROP TABLE tags;
     ALTER TABLE rebuilt RENAME TO tags",
);

/// The rows of each table, as columns and values.
type Contents = BTreeMap<String, BTreeSet<Vec<(String, String)>>>;

/// Everything in a database but the full-text index, as a backup has it.
fn contents(db: &Db, folder: &Folder) -> Contents {
    let mut bytes = Vec::new();
    archive::write(db, &Files::new(folder.path("files")), "test", &mut bytes).unwrap();
    let mut tar = tar::Archive::new(GzDecoder::new(bytes.as_slice()));
    let (mut columns, mut contents) = (BTreeMap::new(), Contents::new());
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        if path == "manifest.json" {
            let manifest: Json = serde_json::from_str(&text).unwrap();
            for table in manifest["tables"].as_array().unwrap() {
                let names: Vec<String> = serde_json::from_value(table["columns"].clone()).unwrap();
                columns.insert(table["name"].as_str().unwrap().to_owned(), names);
            }
        } else if let Some((table, _)) = path.strip_prefix("tables/").and_then(|rest| rest.split_once('/')) {
            for line in text.lines() {
                let values: Vec<Json> = serde_json::from_str(line).unwrap();
                // SQLite has numbers for booleans.
                let values = values.iter().map(|value| match value {
                    Json::Bool(b) => u8::from(*b).to_string(),
                    other => other.to_string(),
                });
                let mut row: Vec<(String, String)> = columns[table].iter().cloned().zip(values).collect();
                row.sort();
                contents.entry(table.to_owned()).or_default().insert(row);
            }
        }
    }
    contents
}

/// A value for a column.
enum Sample {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
}

impl Sample {
    /// Row `n` of each table has values of its own, ids that no other table has, too; those of the last row are null where they may be.
    fn of(table: i64, column: &str, described: &str, n: i64) -> Sample {
        match described.split(' ').next().unwrap() {
            _ if n == 3 && !described.contains("NOT NULL") => Sample::Null,
            "TEXT" if column == "state" => {
                Sample::Text(["active", "pending", "open"][usize::try_from(n).unwrap() - 1].to_owned())
            }
            "TEXT" => Sample::Text(format!("{column} \u{e9} {n}")),
            "BIGINT" => Sample::Int((1 << 52) + 100 * table + n),
            "BOOLEAN" => Sample::Bool(n % 2 == 0),
            "DOUBLE" => Sample::Real(0.1 + if n == 1 { 1.0 } else { 2.0 }),
            other => panic!("{column} is {other}: add a value for this type"),
        }
    }

    fn value(&self) -> Value<'_> {
        match self {
            Sample::Null => Value::Null,
            Sample::Bool(b) => Value::Bool(*b),
            Sample::Int(n) => Value::Int(*n),
            Sample::Real(x) => Value::Real(*x),
            Sample::Text(text) => Value::Text(text),
        }
    }
}

/// Inserts three rows into every table.
fn fill(db: &Db) {
    let tables = inspect::tables(db);
    db.write_sync(move |tx| {
        for ((name, table), number) in tables.iter().zip(0..).filter(|((name, _), _)| *name != "schema_migrations") {
            let names = table.columns.keys().map(|column| format!("\"{column}\"")).collect::<Vec<_>>().join(", ");
            let places = (1..=table.columns.len()).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ");
            let sql = format!("INSERT INTO \"{name}\" ({names}) VALUES ({places})");
            for n in 1..=3 {
                let row: Vec<Sample> =
                    table.columns.iter().map(|(column, kind)| Sample::of(number, column, kind, n)).collect();
                tx.execute(&sql, &row.iter().map(Sample::value).collect::<Vec<_>>())?;
            }
        }
        let grams = match tx.dialect() {
            Dialect::Sqlite => "INSERT INTO search_grams (rowid, grams) VALUES (1, 'abc bcd')",
            Dialect::Postgres => {
                "INSERT INTO search_grams (workspace_id, object_id, grams) VALUES ('w', 1, '{abc,bcd}')"
            }
        };
        tx.execute(grams, &[]).map(drop)
    })
    .unwrap();
}

/// A new database with the tables of the baseline.
fn baseline(url: &str) -> Db {
    let db = Db::open(url, Options::default()).unwrap();
    assert_eq!(db.migrate_with(&Migration::embedded()[..1]).unwrap(), ["0001_baseline"]);
    db
}

/// Runs a test on a file and on PostgreSQL.
fn on_both(test: impl Fn(&str, &Folder)) {
    let (folder, schema) = (Folder::new(), Schema::new());
    test(&folder.url(), &folder);
    test(&schema.url(), &Folder::new());
}

/// Columns that migrations renamed: table, name before, name now.
const RENAMED: [(&str, &str, &str); 1] = [("activity_logs", "admin_id", "actor_id")];

/// Columns that migrations dropped.
const DROPPED: [(&str, &str); 1] = [("bulk_tasks", "admin_id")];

/// The kinds of the jobs that migrations add.
const ADDED: [&str; 2] = ["\"conversation.index\"", "\"report.count\""];

/// All rows of `before` are in `after`, with the same values, and no others but jobs of the upgrade; columns may have been
/// added, renamed or dropped.
fn assert_kept(before: &Contents, after: &Contents) {
    for (table, rows) in before {
        let is_dropped = |name: &str| DROPPED.contains(&(table, name));
        assert!(after[table].iter().flatten().all(|(name, _)| !is_dropped(name)), "{table}");
        let left = |row: &Vec<(String, String)>| row.iter().filter(|(name, _)| !is_dropped(name)).cloned().collect();
        let rows: BTreeSet<Vec<(String, String)>> = rows.iter().map(left).collect();
        let kept: BTreeSet<Vec<(String, String)>> = after[table]
            .iter()
            .filter(|row| {
                table != "jobs" || row.iter().all(|(name, value)| name != "kind" || !ADDED.contains(&value.as_str()))
            })
            .map(|row| {
                let first = rows.first().unwrap();
                let renamed = |name: &str| RENAMED.iter().find(|(of, _, now)| of == table && *now == name);
                let row = row.iter().map(|(name, value)| (renamed(name).map_or(name.as_str(), |r| r.1), value));
                let known = row.filter(|(name, _)| first.iter().any(|(known, _)| known == name));
                let mut kept: Vec<(String, String)> = known.map(|(n, v)| (n.to_owned(), v.clone())).collect();
                kept.sort();
                kept
            })
            .collect();
        assert_eq!(kept, rows, "{table}");
    }
}

#[test]
fn an_upgrade_keeps_every_row_of_every_table() {
    on_both(|url, folder| {
        let db = baseline(url);
        fill(&db);
        let before = contents(&db, folder);
        assert_eq!(before.len() + 1, inspect::tables(&db).len(), "every table but schema_migrations has rows");
        assert!(before.values().all(|rows| rows.len() >= 3), "{before:?}");

        let set: Vec<Migration> = Migration::embedded().iter().copied().chain([LATER]).collect();
        db.migrate_with(&set).unwrap();
        let after = contents(&db, folder);
        assert_kept(&before, &after);
        assert_eq!(after["nicknames"].len(), 3);
        let grams =
            db.search_sync(|tx| tx.query_one("SELECT count(*) FROM search_grams", &[], |row| row.get::<i64>(0)));
        assert_eq!(grams, Ok(1));

        if db.dialect() == Dialect::Sqlite {
            let copy = folder.path(&format!("test.db.before-{:04}", set[1].number));
            let copy = Db::open(&scratch::file_url(&copy), Options::default()).unwrap();
            assert_eq!(contents(&copy, folder), before, "the copy is of before the upgrade");
        }
    });
}

/// The values of a column of a table, in the order of its ids.
fn column(db: &Db, table: &str, column: &str) -> Vec<Option<String>> {
    let sql = format!("SELECT {column} FROM {table} ORDER BY id");
    db.search_sync(move |tx| tx.query_all(&sql, &[], |row| row.get(0))).unwrap()
}

#[test]
fn an_upgrade_fills_actors_and_previous_endpoints() {
    on_both(|url, _| {
        let db = baseline(url);
        fill(&db);
        db.write_sync(|tx| {
            let set = "UPDATE webhook_subscriptions SET state = 'unverified', reason";
            let old = "replaces https://a.test/(x)?y=z once it answers (topics: a.b c.d)";
            let first = "id = (SELECT min(id) FROM webhook_subscriptions)";
            tx.execute(&format!("{set} = '{old}' WHERE {first}"), &[])?;
            tx.execute(&format!("{set} = 'replaces nothing' WHERE NOT {first}"), &[])
        })
        .unwrap();
        db.migrate().unwrap();
        // The third row of each table has null wherever it may.
        for table in ["events", "activity_logs"] {
            let types = column(&db, table, "actor_type");
            assert_eq!(types.iter().flatten().collect::<Vec<_>>(), ["admin", "admin", "system"], "{table}");
        }
        for (name, value) in [("fallback_url", "https://a.test/(x)?y=z"), ("fallback_topics", "a.b c.d")] {
            let found = column(&db, "webhook_subscriptions", name);
            assert_eq!(found, [Some(value.to_owned()), None, None], "{name}");
        }
    });
}

#[test]
fn a_database_of_a_development_version_is_refused_untouched() {
    let old = [
        same(1, "0001_people", "CREATE TABLE workspaces (workspace_id TEXT PRIMARY KEY);"),
        same(2, "0002_conversations", "INSERT INTO workspaces (workspace_id) VALUES ('acme');"),
    ];
    on_both(|url, folder| {
        let db = Db::open(url, Options::default()).unwrap();
        db.migrate_with(&old).unwrap();
        for refused in [db.migrate(), db.pending_migrations()] {
            let Err(Error::Unavailable(why)) = refused else { panic!("{refused:?}") };
            for part in ["0001_people", "0001_baseline", "`deskwire backup`", "`deskwire restore`", "empty database"] {
                assert!(why.contains(part), "{part} is missing in {why}");
            }
        }
        assert!(db.pending_of(&old).unwrap().is_empty());
        assert_eq!(inspect::tables(&db).keys().collect::<Vec<_>>(), ["schema_migrations", "workspaces"]);
        assert!(!folder.path("test.db.before-0001").exists());
    });
}

#[test]
fn a_backup_of_the_last_development_version_is_restored() {
    on_both(|url, folder| {
        let db = baseline(url);
        fill(&db);
        db.write_sync(|tx| {
            tx.execute("UPDATE schema_migrations SET name = '0001_people'", &[])?;
            for number in DEVELOPMENT {
                let sql = "INSERT INTO schema_migrations (number, name, applied_at) VALUES ($1, 'old', 0)";
                tx.execute(sql, deskwire_store::params![number])?;
            }
            Ok::<_, Error>(())
        })
        .unwrap();
        let files = Files::new(folder.path("files"));
        let mut bytes = Vec::new();
        archive::write(&db, &files, "0.0.0", &mut bytes).unwrap();
        let restored = Db::open(&scratch::file_url(&folder.path("restored.db")), Options::default()).unwrap();
        archive::restore(&restored, &files, || Ok(bytes.as_slice())).unwrap();
        assert_kept(&contents(&db, folder), &contents(&restored, folder));
        assert!(restored.pending_migrations().unwrap().is_empty());
    });
}

#[test]
fn an_id_that_two_workspaces_use_is_named_where_it_cannot_be_restored() {
    let (folder, schema, target) = (Folder::new(), Schema::new(), Schema::new());
    let db = baseline(&schema.url());
    fill(&db);
    let restored = |url: &str| {
        let (files, mut bytes) = (Files::new(folder.path("files")), Vec::new());
        archive::write(&db, &files, "test", &mut bytes).unwrap();
        archive::restore(&Db::open(url, Options::default()).unwrap(), &files, || Ok(bytes.as_slice()))
    };
    // Of the same kind, and of two kinds, whose texts share an index on SQLite.
    for (number, sql) in [
        "UPDATE contacts SET id = 5",
        "UPDATE contacts SET id = CASE WHEN state = 'active' THEN (SELECT max(id) - 1 FROM conversations) ELSE created_at END",
    ]
    .into_iter()
    .enumerate()
    {
        db.write_sync(move |tx| tx.execute(sql, &[])).unwrap();
        let refused = restored(&scratch::file_url(&folder.path(&number.to_string())));
        let Err(Error::Archive(why)) = refused else { panic!("{refused:?}") };
        assert!(why.contains("same id") && why.contains("onto PostgreSQL"), "{why}");
    }
    restored(&target.url()).unwrap();
}
