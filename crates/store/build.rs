//! Embeds the migrations: `migrations/NNNN_name.sql`, or the files of a folder `migrations/NNNN_name/` in the order of their
//! names. Each is written once, and translated for each database.
#![expect(clippy::disallowed_methods, reason = "cargo tells build scripts what they need in variables")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/db/translate.rs"]
mod translate;

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=migrations");
    println!("cargo:rerun-if-changed=src/db/translate.rs");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("migrations");
    let mut code = "&[".to_owned();
    let (mut previous, mut by_id) = (0, BTreeSet::new());
    for (name, source) in sources(&root)? {
        let number: i64 = match name.split_once('_').map(|(number, _)| number.parse()) {
            Some(Ok(number)) if number > previous && name.starts_with(&format!("{number:04}_")) => number,
            _ => return refuse(&format!("{name} needs a number of its own above {previous:04}: NNNN_name")),
        };
        previous = number;
        let texts = match translate::translate(&source, &mut by_id) {
            Ok(texts) => texts,
            Err(why) => return refuse(&format!("{name}: {why}")),
        };
        let (sqlite, postgres) = (texts.sqlite, texts.postgres);
        code.extend([
            format!("Migration {{ number: {number}, name: {name:?}, "),
            format!("sqlite: {sqlite:?}, postgres: {postgres:?} }},"),
        ]);
    }
    code.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("migrations.rs"), code)
}

/// The text of each migration, by name.
fn sources(root: &Path) -> io::Result<BTreeMap<String, String>> {
    let mut sources = BTreeMap::new();
    for path in entries(root)? {
        let source = if path.is_dir() {
            entries(&path)?.iter().map(|file| sql(file)).collect::<io::Result<Vec<String>>>()?.concat()
        } else {
            sql(&path)?
        };
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if sources.insert(name, source).is_some() {
            return refuse(&format!("{} is there twice", path.display()));
        }
    }
    Ok(sources)
}

/// What is in a folder, by name, without the hidden files that editors leave.
fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
    paths.sort();
    Ok(paths)
}

fn sql(file: &Path) -> io::Result<String> {
    if file.extension().is_none_or(|extension| extension != "sql") {
        return refuse(&format!("{} is no .sql file", file.display()));
    }
    match fs::read_to_string(file) {
        Ok(text) => Ok(text + "\n"),
        Err(why) => refuse(&format!("{}: {why}", file.display())),
    }
}

fn refuse<T>(why: &str) -> io::Result<T> {
    Err(io::Error::other(format!("migrations: {why}")))
}
