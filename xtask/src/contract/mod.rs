//! Drives every operation of every version to success, and holds the answers against the published descriptions.
//!
//! The calls are data, in `xtask/contract`. Each version has its own workspace, made from the demo's workspace file.
//! The verdict is that of `scripts/coverage.py`.

mod description;
mod drive;
mod hooks;
mod recipes;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use tokio::task::JoinSet;

use crate::client::Target;
use crate::server::{self, Server};
use description::{Description, VERSIONS};
use drive::{Cli, Driven, Failure};
use hooks::Hooks;

/// The repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const DECLARED: &str =
    concat!(include_str!("../../../crates/deskwire/demo/workspace.toml"), include_str!("../../contract/declared.toml"));
/// The recording that the demo's file names.
const RECORDING: &[u8] = include_bytes!("../../../crates/deskwire/demo/call.wav");

/// Settings of a run.
#[derive(clap::Args, Debug)]
pub(crate) struct Options {
    /// The directory of the published descriptions and their checker.
    #[arg(long, env = "DESKWIRE_CONTRACT", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/contract"))]
    contract: PathBuf,
    /// `sqlite`, for a new file, or the URL of a new database.
    #[arg(long, default_value = "sqlite")]
    database: String,
    /// The server; without it, the release binary is built and used.
    #[arg(long)]
    binary: Option<PathBuf>,
}

/// Drives all versions; an error when a call was refused or the checker found a fault.
pub(crate) async fn run(options: &Options) -> Result<(), String> {
    let description = Arc::new(Description::read(&options.contract)?);
    let binary = server::binary(options.binary.as_deref())?;
    let directory = server::target_dir().join(format!("contract-{}", std::process::id()));
    server::empty_dir(&directory)?;
    let traffic = traffic(&options.database, &directory)?;
    let driven = drive_all(options, &binary, &directory, &description).await?;
    record(&traffic, &driven)?;
    let failures: Vec<Failure> = driven.into_iter().flat_map(|driven| driven.failures).collect();
    let checked = Command::new("python3")
        .arg(Path::new(ROOT).join("scripts/coverage.py"))
        .args(["--implemented", "--contract"])
        .args([&options.contract, &traffic])
        .status()
        .map_err(|e| format!("starting python3: {e}"))?;
    report(&failures);
    if !failures.is_empty() || !checked.success() {
        return Err(format!("{} calls were refused; the exchanges are in {}", failures.len(), traffic.display()));
    }
    std::fs::remove_dir_all(&directory).map_err(|e| format!("removing {}: {e}", directory.display()))
}

/// Where the exchanges are written: with those of the tests, if they are collected.
fn traffic(database: &str, directory: &Path) -> Result<PathBuf, String> {
    let kind = if database.starts_with("postgres") { "postgres" } else { "sqlite" };
    let into = std::env::var_os("DESKWIRE_TRAFFIC").map_or_else(|| directory.to_owned(), PathBuf::from);
    std::fs::create_dir_all(&into).map_err(|e| format!("creating {}: {e}", into.display()))?;
    Ok(into.join(format!("contract-{kind}.jsonl")))
}

/// Makes a workspace for each version, starts the server and drives the versions side by side.
async fn drive_all(
    options: &Options,
    binary: &Path,
    directory: &Path,
    description: &Arc<Description>,
) -> Result<Vec<Driven>, String> {
    let database = match options.database.as_str() {
        "sqlite" => format!("sqlite:{}", directory.join("contract.db").display()),
        url => url.to_owned(),
    };
    let (steps, hooks) = (recipes::all()?, Hooks::start().await?);
    let steps = Arc::new([recipes::of_lists(&steps, description), steps].concat());
    let mut workspaces = Vec::new();
    for (number, version) in VERSIONS.into_iter().enumerate() {
        let name = format!("Contract {version}");
        let workspace = server::create_workspace(binary, &database, &name)?;
        let contents = format!("{DECLARED}{}", hooks.subscription(number));
        apply(binary, &database, &workspace.id, &directory.join("workspace.toml"), &contents, &name)?;
        workspaces.push((version, workspace));
    }
    let server = Server::with_gateway(binary, &database, &directory.join("server.log"), &hooks.gateway())?;
    let mut versions = JoinSet::new();
    for (version, workspace) in workspaces {
        let target = Target { addr: server.addr, token: workspace.token, version: version.to_owned() };
        let cli = Cli { binary: binary.to_owned(), database: database.clone(), workspace: workspace.id };
        let (steps, description, hooks) = (Arc::clone(&steps), Arc::clone(description), hooks.clone());
        versions.spawn(drive::drive(version, target, cli, steps, description, hooks));
    }
    let driven = versions.join_all().await.into_iter().collect::<Result<_, _>>()?;
    server.stop()?;
    Ok(driven)
}

/// Fills a workspace with the demo's data, and with what its calls need in addition.
fn apply(
    binary: &Path,
    database: &str,
    workspace: &str,
    file: &Path,
    contents: &str,
    name: &str,
) -> Result<(), String> {
    let contents = contents.replace("name = \"Deskwire Demo\"", &format!("name = \"{name}\""));
    let recording = file.with_file_name("call.wav");
    for (path, contents) in [(file, contents.as_bytes()), (&recording, RECORDING)] {
        std::fs::write(path, contents).map_err(|e| format!("writing {}: {e}", path.display()))?;
    }
    let applied = Command::new(binary)
        .arg("apply")
        .arg(file)
        .args(["--workspace", workspace, "--database", database])
        .output()
        .map_err(|e| format!("starting {}: {e}", binary.display()))?;
    if applied.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&applied.stderr).into_owned()) }
}

/// Writes the exchanges of all versions down, a line each.
fn record(path: &Path, driven: &[Driven]) -> Result<(), String> {
    let written = File::create(path).and_then(|file| {
        let mut file = BufWriter::new(file);
        driven.iter().flat_map(|driven| &driven.exchanges).try_for_each(|exchange| writeln!(file, "{exchange}"))?;
        file.flush()
    });
    written.map_err(|e| format!("writing {}: {e}", path.display()))
}

/// Prints each refused call, with the versions that refused it with the same message.
fn report(failures: &[Failure]) {
    let mut alike: BTreeMap<(&str, &str, &str), Vec<&str>> = BTreeMap::new();
    for failure in failures {
        alike.entry((failure.file, &failure.call, &failure.answer)).or_default().push(failure.version);
    }
    for ((file, call, answer), versions) in alike {
        println!("error: {file}: {call} ({}): {answer}", versions.join(", "));
    }
}
