//! Embeds the inbox: the files of `web/dist`, as `npm run build` leaves them, with the compressed forms beside them.
//!
//! Nothing is built here, so that the server can be built without Node.js. Without `web/dist` the table is empty, unless
//! `DESKWIRE_REQUIRE_UI=1` makes that an error. `npm run build` touches this file, so that cargo looks again.
#![expect(clippy::disallowed_methods, reason = "cargo tells build scripts what they need in variables")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use sha2::{Digest as _, Sha256};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=DESKWIRE_REQUIRE_UI");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("../../web/dist");
    let is_built = root.join("index.html").is_file();
    if is_built {
        println!("cargo:rerun-if-changed={}", root.display());
    } else if env::var("DESKWIRE_REQUIRE_UI").is_ok_and(|wanted| wanted == "1") {
        return Err(io::Error::other("web/dist has no index.html: run `npm ci` and `npm run build` in web/"));
    }
    let mut files = BTreeMap::new();
    if is_built {
        collect(&root.canonicalize()?, "", &mut files)?;
    }
    let (mut code, mut build) = ("&[".to_owned(), Sha256::new());
    for (path, file) in &files {
        let bytes = fs::read(file)?;
        let hash = hex(&Sha256::digest(&bytes));
        build.update(path);
        build.update(&hash);
        let packed = |ending: &str| {
            let beside = PathBuf::from(format!("{}.{ending}", file.display()));
            if beside.is_file() { format!("Some(include_bytes!({}))", quoted(&beside)) } else { "None".to_owned() }
        };
        let (br, gz, kind) = (packed("br"), packed("gz"), content_type(path));
        code += &format!(
            "Asset {{ path: {path:?}, content_type: {kind:?}, hash: {hash:?}, identity: include_bytes!({}), br: {br}, gz: {gz} }},",
            quoted(file)
        );
    }
    code.push(']');
    let build = if is_built { hex(&build.finalize())[..16].to_owned() } else { "none".to_owned() };
    println!("cargo:rustc-env=DESKWIRE_UI_BUILD={build}");
    fs::write(PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("assets.rs"), code)
}

/// The files below a folder by their paths; not the compressed forms of others.
fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let (path, file) = (format!("{prefix}{name}"), entry.path());
        if entry.file_type()?.is_dir() {
            collect(&file, &format!("{path}/"), files)?;
        } else if !matches!(name.rsplit_once('.'), Some((_, "br" | "gz"))) {
            files.insert(path, file);
        }
    }
    Ok(())
}

/// A path as a literal of Rust.
fn quoted(path: &Path) -> String {
    format!("{:?}", path.display().to_string())
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "mp3" => "audio/mpeg",
        "ogg" => "audio/ogg",
        "wav" => "audio/wav",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
