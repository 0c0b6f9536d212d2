//! Restoring an archive.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;
use sha2::{Digest, Sha256};
use tar::Archive;

use super::{Cell, Columns, END, End, FORMAT, MANIFEST, Manifest, Seal, Summary, damaged, tables};
use crate::db::EMBEDDED;
use crate::tables::jobs::{self, JobKind};
use crate::{Db, Error, Files, Migration, Result, Tx, Value, global, search};

/// The migrations of the last development version before the baseline, which has the same tables as the baseline.
const BEFORE_BASELINE: [i64; 19] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 18, 19, 20, 22];
/// The approximate number of parameters per `INSERT`.
const PARAMETERS: usize = 1_000;
/// The maximum size of a member that is not a file, in bytes: a slice of rows, the last of which may be long.
const MAX_SIZE: u64 = 256 << 20;

/// The manifest of an archive. [`Error::Archive`] if it is not an archive, or if its version is newer than this
/// program.
pub fn manifest(archive: impl Read) -> Result<Manifest> {
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(archive)));
    let mut entries = archive.entries().map_err(|e| unread(&e))?;
    let Some(first) = entries.next() else { return Err(damaged("it is empty")) };
    let (_, bytes) = member(first.map_err(|e| unread(&e))?, MANIFEST)?;
    let mut manifest: Manifest = serde_json::from_slice(&bytes).map_err(damaged)?;
    if manifest.format != FORMAT {
        return Err(Error::Archive(format!(
            "the archive is of format {}, and this version of Deskwire reads format {FORMAT}",
            manifest.format
        )));
    }
    if manifest.migrations == BEFORE_BASELINE {
        manifest.migrations = vec![1];
    }
    let known = |number: &i64| EMBEDDED.iter().any(|migration| migration.number == *number);
    match manifest.migrations.iter().find(|number| !known(number)) {
        None => Ok(manifest),
        Some(number) => Err(Error::Archive(format!(
            "the archive is of Deskwire {}, at migration {number:04}, which this version does not know",
            manifest.deskwire
        ))),
    }
}

/// Restores an archive into an empty database, with its files. Blocks.
///
/// The rows become visible together, after everything has been read and verified. Before that, and after a failure, the
/// database has its tables but no workspace. Then the pending migrations run. `archive` opens the archive, which is
/// read three times.
pub fn restore<R: Read + Send>(db: &Db, files: &Files, archive: impl Fn() -> io::Result<R> + Sync) -> Result<Summary> {
    let open = || archive().map_err(|e| unread(&e));
    let manifest = manifest(open()?)?;
    let mut set: Vec<Migration> = EMBEDDED.to_vec();
    set.retain(|migration| manifest.migrations.contains(&migration.number));
    db.migrate_with(&set)?;
    let summary = db.load(|tx| {
        empty(tx, &manifest)?;
        let summary = fill(tx, &manifest, open()?)?;
        store_files(tx, files, open()?)?;
        search::rebuild_grams(tx)?;
        for (_, kind) in REBUILT.iter().filter(|(since, _)| manifest.migrations.contains(since)) {
            add_jobs(tx, *kind)?;
        }
        Ok(summary)
    });
    let summary = summary.map_err(|error| match error {
        Error::Unique(key) => Error::Archive(format!(
            "two workspaces of the archive use the same id, which SQLite cannot hold ({key}): restore it onto PostgreSQL"
        )),
        other => other,
    })?;
    db.migrate()?;
    Ok(summary)
}

/// The jobs that rebuild derived tables, which archives omit: the migration that introduced the job, and adds it to
/// existing workspaces, and the job.
const REBUILT: [(i64, JobKind); 2] = [(51, JobKind::ConversationIndex), (66, JobKind::ReportCount)];

/// Adds a job to each workspace that has or had conversations.
fn add_jobs(tx: &mut Tx<'_>, kind: JobKind) -> Result<()> {
    let sql = "SELECT workspace_id FROM workspaces w \
               WHERE EXISTS (SELECT 1 FROM conversations c WHERE c.workspace_id = w.workspace_id) \
               OR EXISTS (SELECT 1 FROM deleted_conversations d WHERE d.workspace_id = w.workspace_id)";
    let workspaces: Vec<String> = tx.query_all(sql, &[], |row| row.get(0))?;
    workspaces.iter().try_for_each(|workspace| jobs::insert(&mut tx.within(workspace), kind, "{}", 0).map(drop))
}

/// Checks that the database has no data, and removes the rows that migrations inserted.
fn empty(tx: &mut Tx<'_>, manifest: &Manifest) -> Result<()> {
    if tx.query_opt("SELECT 1 FROM workspaces LIMIT 1", &[], |_| Ok(()))?.is_some() {
        return Err(Error::Archive("the database has workspaces in it: restore into an empty one".to_owned()));
    }
    let mut there: Vec<Columns> = tables::all(tx)?.into_iter().map(|table| table.columns).collect();
    let sorted = |mut columns: Columns| {
        columns.columns.sort_unstable();
        columns
    };
    there = there.into_iter().map(sorted).collect();
    if let Some(odd) = manifest.tables.iter().find(|wanted| !there.contains(&sorted((*wanted).clone()))) {
        return Err(damaged(format_args!("table {} is not as its version had it", odd.name)));
    }
    for table in there {
        tx.execute(&format!("DELETE FROM \"{}\"", table.name), &[])?;
    }
    Ok(())
}

fn fill(tx: &mut Tx<'_>, manifest: &Manifest, archive: impl Read) -> Result<Summary> {
    let columns: HashMap<&str, &Columns> = manifest.tables.iter().map(|table| (table.name.as_str(), table)).collect();
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(archive)));
    let (mut seal, mut summary, mut end) = (Seal::default(), Summary::default(), None);
    for entry in archive.entries().map_err(|e| unread(&e))? {
        let (name, bytes) = member(entry.map_err(|e| unread(&e))?, "")?;
        if end.is_some() {
            return Err(damaged("it goes on behind its end"));
        }
        if name == END {
            end = Some(serde_json::from_slice::<End>(&bytes).map_err(damaged)?);
            continue;
        }
        seal.member(&name, u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        seal.content(&bytes);
        let mut path = name.split('/');
        match (path.next(), path.next()) {
            // A file that was damaged when the backup was made is listed as missing.
            (Some("files"), Some(hash)) if crate::hex(&Sha256::digest(&bytes)) == hash => {
                summary.files += 1;
            }
            (Some("tables"), Some(table)) => {
                let table =
                    columns.get(table).ok_or_else(|| damaged(format_args!("{table} is not in its manifest")))?;
                summary.rows += insert(tx, table, &bytes)?;
            }
            _ => {}
        }
    }
    nothing_more(archive.into_inner())?;
    let end = end.ok_or_else(|| damaged("its end is missing"))?;
    summary.missing.clone_from(&end.summary.missing);
    if end.sha256 != seal.finish() || end.summary != summary {
        return Err(damaged("its content is not what was written"));
    }
    Ok(summary)
}

/// Stores the files of a verified archive, each for every workspace whose restored rows refer to it.
fn store_files(tx: &mut Tx<'_>, files: &Files, archive: impl Read) -> Result<()> {
    let mut archive = Archive::new(GzDecoder::new(BufReader::new(archive)));
    for entry in archive.entries().map_err(|e| unread(&e))? {
        let (name, bytes) = member(entry.map_err(|e| unread(&e))?, "")?;
        let Some(hash) = name.strip_prefix("files/") else { continue };
        if crate::hex(&Sha256::digest(&bytes)) != hash {
            continue;
        }
        for workspace in global::files::holders(tx, hash)? {
            let stored = files.put(&workspace, &bytes);
            stored.map_err(|e| Error::Archive(format!("a file cannot be stored: {e}")))?;
        }
    }
    Ok(())
}

/// Checks that only the padding of tar follows, and nothing after the compressed data.
fn nothing_more(mut rest: GzDecoder<impl BufRead>) -> Result<()> {
    let mut piece = [0; 4096];
    loop {
        match rest.read(&mut piece).map_err(|e| unread(&e))? {
            0 => break,
            read if piece[..read].iter().any(|byte| *byte != 0) => return Err(damaged("it goes on behind its end")),
            _ => {}
        }
    }
    let behind = rest.into_inner().fill_buf().map_err(|e| unread(&e))?.len();
    if behind == 0 { Ok(()) } else { Err(damaged("it goes on behind its end")) }
}

/// The name and the content of a member. The name must be `wanted`, unless that is empty.
fn member(mut entry: tar::Entry<'_, impl Read>, wanted: &str) -> Result<(String, Vec<u8>)> {
    let name = entry.path().map_err(|e| unread(&e))?.to_string_lossy().into_owned();
    if !wanted.is_empty() && name != wanted {
        return Err(Error::Archive("this is not a backup of Deskwire".to_owned()));
    }
    if entry.size() > MAX_SIZE {
        return Err(damaged(format_args!("{name} is too large")));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes).map_err(|e| unread(&e))?;
    Ok((name, bytes))
}

fn insert(tx: &mut Tx<'_>, table: &Columns, rows: &[u8]) -> Result<u64> {
    let width = table.columns.len();
    let many = (PARAMETERS / width).max(1);
    let (full, one) = (statement(table, many), statement(table, 1));
    let mut waiting: Vec<Cell> = Vec::with_capacity(many * width);
    let mut count = 0;
    for line in BufReader::new(rows).lines() {
        let line = line.map_err(|e| unread(&e))?;
        let cells: Vec<Cell> = serde_json::from_str(&line).map_err(damaged)?;
        if cells.len() != width {
            return Err(damaged(format_args!("a row of {} has {} values", table.name, cells.len())));
        }
        waiting.extend(cells);
        count += 1;
        if waiting.len() == many * width {
            let values: Vec<Value<'_>> = waiting.iter().map(Cell::value).collect();
            tx.execute(&full, &values)?;
            waiting.clear();
        }
    }
    for row in waiting.chunks(width) {
        let values: Vec<Value<'_>> = row.iter().map(Cell::value).collect();
        tx.execute(&one, &values)?;
    }
    Ok(count)
}

fn statement(table: &Columns, rows: usize) -> String {
    let width = table.columns.len();
    let names = table.columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<String>>().join(", ");
    let row = |row: usize| {
        let places = (1..=width).map(|n| format!("${}", row * width + n)).collect::<Vec<String>>().join(", ");
        format!("({places})")
    };
    let rows = (0..rows).map(row).collect::<Vec<String>>().join(", ");
    format!("INSERT INTO \"{}\" ({names}) VALUES {rows}", table.name)
}

fn unread(error: &io::Error) -> Error {
    Error::Archive(format!("the archive cannot be read: {error}"))
}
