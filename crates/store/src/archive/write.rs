//! Writing an archive.

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use tar::{Builder, EntryType, Header};

use super::tables::{self, Slices, Table};
use super::{Cell, Columns, END, End, FORMAT, MANIFEST, Manifest, Seal, Summary, json};
use crate::{Db, Error, Files, Result, Tx, loose_files};

/// The approximate size of a member with rows, in bytes.
const MEMBER: usize = 1 << 20;
/// How often the snapshot is retried because a file was removed concurrently.
const ATTEMPTS: usize = 10;

/// The result of one snapshot.
enum Written {
    Whole,
    /// A referenced file of a workspace is missing. Nothing has been written yet.
    Gone(String, String),
}

/// Writes a backup, with the tables as of one instant, while the server runs. Blocks.
///
/// `program` is the version of the program. Memory use is bounded, whatever the size. [`Error::Archive`] if `out`
/// cannot be written, or if the database has another version.
pub fn write(db: &Db, files: &Files, program: &str, out: impl Write + Send) -> Result<Summary> {
    let mut writer = Writer::new(out);
    let manifest = db.snapshot(|tx| describe(tx, program))?;
    writer.member(MANIFEST, &json(&manifest)?)?;
    // Most files are copied before the snapshot, so that few remain for it: a file is kept for a while after its last
    // row was deleted.
    let mut hashes = Hashes::default();
    db.snapshot(|tx| hashes.collect(tx))?;
    for (workspace, hash) in hashes.all() {
        writer.file(files, workspace, &hash)?;
    }
    for _ in 0..ATTEMPTS {
        match db.snapshot(|tx| write_instant(tx, &manifest, files, &mut writer))? {
            Written::Whole => return writer.finish(),
            Written::Gone(workspace, hash) => {
                let referred = [hash.clone()];
                let unused =
                    db.read_sync::<_, Error>(move |tx| loose_files::unused(&mut tx.within(&workspace), &referred))?;
                if unused.is_empty() {
                    writer.summary.missing.push(hash);
                }
            }
        }
    }
    Err(Error::Archive("files go faster than they can be backed up".to_owned()))
}

fn describe(tx: &mut Tx<'_>, program: &str) -> Result<Manifest> {
    let tables = tables::all(tx)?.into_iter().map(|table| table.columns).collect();
    let (created_at, migrations) = (tx.now(), migrations(tx)?);
    Ok(Manifest { format: FORMAT, deskwire: program.to_owned(), created_at, migrations, tables })
}

fn migrations(tx: &mut Tx<'_>) -> Result<Vec<i64>> {
    tx.query_all("SELECT number FROM schema_migrations ORDER BY number", &[], |row| row.get(0))
}

/// Writes the rows of one instant, and the files that they refer to.
fn write_instant<W: Write>(
    tx: &mut Tx<'_>,
    manifest: &Manifest,
    files: &Files,
    writer: &mut Writer<W>,
) -> Result<Written> {
    if migrations(tx)? != manifest.migrations {
        return Err(Error::Archive("the database was upgraded meanwhile: run the backup again".to_owned()));
    }
    let mut hashes = Hashes::default();
    hashes.collect(tx)?;
    for (workspace, hash) in hashes.all() {
        if !writer.file(files, workspace, &hash)? {
            return Ok(Written::Gone(workspace.to_owned(), hash));
        }
    }
    for table in tables::all(tx)? {
        writer.table(tx, &table)?;
    }
    Ok(Written::Whole)
}

/// The hashes that rows refer to, each with one of the workspaces that have it. An entry takes 36 bytes, so a million
/// of them fit in memory.
#[derive(Default)]
struct Hashes {
    workspaces: Vec<String>,
    of: BTreeMap<[u8; 32], u32>,
}

impl Hashes {
    fn collect(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let columns = ["workspace_id", "id", "hash"].map(str::to_owned).into();
        let table = Table::new(Columns { name: "attachments".to_owned(), columns }, vec![0, 1]);
        let mut slices = Slices::of(&table);
        let mut take = |cells: &[Cell]| {
            if let (Some(Cell::Text(workspace)), Some(Cell::Text(hash))) = (cells.first(), cells.get(2)) {
                // Rows are ordered by workspace.
                if self.workspaces.last() != Some(workspace) {
                    self.workspaces.push(workspace.clone());
                }
                let number = u32::try_from(self.workspaces.len() - 1).unwrap_or(u32::MAX);
                if let Some(hash) = crate::files::unhex(hash) {
                    self.of.entry(hash).or_insert(number);
                }
            }
            Ok(true)
        };
        while slices.next(tx, &mut take)? {}
        Ok(())
    }

    fn all(&self) -> impl Iterator<Item = (&str, String)> {
        let workspace = |number: u32| self.workspaces.get(number as usize).map_or("", String::as_str);
        self.of.iter().map(move |(hash, number)| (workspace(*number), crate::hex(hash)))
    }
}

struct Writer<W: Write> {
    tar: Builder<GzEncoder<W>>,
    seal: Seal,
    summary: Summary,
    written: HashSet<String>,
}

impl<W: Write> Writer<W> {
    fn new(out: W) -> Writer<W> {
        // The content is text, or images that are already compressed: a higher level gains little.
        let tar = Builder::new(GzEncoder::new(out, Compression::fast()));
        Writer { tar, seal: Seal::default(), summary: Summary::default(), written: HashSet::new() }
    }

    fn member(&mut self, name: &str, content: &[u8]) -> Result<()> {
        let size = u64::try_from(content.len()).unwrap_or(u64::MAX);
        self.stream(name, size, content)
    }

    fn stream(&mut self, name: &str, size: u64, content: impl Read) -> Result<()> {
        let mut header = Header::new_ustar();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o600);
        header.set_size(size);
        self.seal.member(name, size);
        let mut content = Sealed { content: content.take(size), seal: &mut self.seal, count: 0 };
        self.tar.append_data(&mut header, name, &mut content).map_err(|e| unwritten(&e))?;
        if content.count == size { Ok(()) } else { Err(Error::Archive(format!("{name} became shorter meanwhile"))) }
    }

    /// Copies a file unless it was already copied. Returns false if it does not exist.
    fn file(&mut self, files: &Files, workspace: &str, hash: &str) -> Result<bool> {
        if self.written.contains(hash) || self.summary.missing.iter().any(|missing| missing == hash) {
            return Ok(true);
        }
        let opened = files.open(workspace, hash).and_then(|file| Ok((file.length, file.read()?)));
        let (size, file) = match opened {
            Ok(opened) => opened,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => {
                tracing::warn!(hash, %error, "a file cannot be read and is left out of the backup");
                self.summary.missing.push(hash.to_owned());
                return Ok(true);
            }
        };
        let mut content = Hashed { content: file, hash: Sha256::new() };
        self.stream(&format!("files/{hash}"), size, &mut content)?;
        self.written.insert(hash.to_owned());
        if crate::hex(&content.hash.finalize()) == hash {
            self.summary.files += 1;
        } else {
            tracing::warn!(hash, "a file is damaged");
            self.summary.missing.push(hash.to_owned());
        }
        Ok(true)
    }

    fn table(&mut self, tx: &mut Tx<'_>, table: &Table) -> Result<()> {
        let mut slices = Slices::of(table);
        let (mut rows, mut number) = (Vec::with_capacity(MEMBER), 0_u64);
        loop {
            let more = slices.next(tx, |cells| {
                rows.extend(json(&cells)?);
                rows.push(b'\n');
                self.summary.rows += 1;
                Ok(rows.len() < MEMBER)
            })?;
            if rows.len() >= MEMBER || (!more && !rows.is_empty()) {
                number += 1;
                self.member(&format!("tables/{}/{number:08}", table.columns.name), &rows)?;
                rows.clear();
            }
            if !more {
                return Ok(());
            }
        }
    }

    fn finish(mut self) -> Result<Summary> {
        let end = End { summary: self.summary.clone(), sha256: std::mem::take(&mut self.seal).finish() };
        self.member(END, &json(&end)?)?;
        let whole = self.tar.into_inner().and_then(GzEncoder::finish).and_then(|mut out| out.flush());
        whole.map_err(|e| unwritten(&e))?;
        Ok(self.summary)
    }
}

/// A reader that also hashes what it reads.
struct Hashed<R> {
    content: R,
    hash: Sha256,
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.hash.update(&buffer[..count]);
        Ok(count)
    }
}

/// A reader that also adds what it reads to the seal.
struct Sealed<'s, R> {
    content: R,
    seal: &'s mut Seal,
    count: u64,
}

impl<R: Read> Read for Sealed<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.content.read(buffer)?;
        self.seal.content(&buffer[..count]);
        self.count += u64::try_from(count).unwrap_or(u64::MAX);
        Ok(count)
    }
}

fn unwritten(error: &io::Error) -> Error {
    Error::Archive(format!("the archive cannot be written: {error}"))
}
