//! Embeds the migrations: `migrations/{sqlite,postgres}/NNNN_name.sql`, the same names in both folders.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=migrations");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("migrations");
    let (sqlite, postgres) = (list(&root.join("sqlite"))?, list(&root.join("postgres"))?);
    if !sqlite.keys().eq(postgres.keys()) {
        let (sqlite, postgres) = (sqlite.keys(), postgres.keys());
        return refuse(&format!("the folders differ: sqlite {sqlite:?}, postgres {postgres:?}"));
    }
    let mut code = "&[".to_owned();
    let mut previous = 0;
    for ((name, sqlite), postgres) in sqlite.iter().zip(postgres.values()) {
        let number: i64 = match name.split('_').next().map(str::parse) {
            Some(Ok(number)) if number > previous => number,
            _ => {
                return refuse(&format!("{name} wants a number of its own above {previous:04}"));
            }
        };
        previous = number;
        let (sqlite, postgres) = (sqlite.display(), postgres.display());
        // Raw strings: a path may hold anything but the sequence that ends them.
        code.extend([
            format!("Migration {{ number: {number}, name: r##\"{name}\"##,"),
            format!("sqlite: include_str!(r##\"{sqlite}\"##),"),
            format!("postgres: include_str!(r##\"{postgres}\"##) }},"),
        ]);
    }
    code.push(']');
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("migrations.rs"), code)
}

/// The SQL files of a folder by name.
fn list(folder: &Path) -> io::Result<BTreeMap<String, PathBuf>> {
    let mut files = BTreeMap::new();
    if folder.is_dir() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "sql")
                && let Some(name) = path.file_stem().and_then(|n| n.to_str())
            {
                files.insert(name.to_owned(), path.clone());
            }
        }
    }
    Ok(files)
}

fn refuse(why: &str) -> io::Result<()> {
    Err(io::Error::other(format!("migrations: {why}")))
}
