//! `deskwire files`

use std::collections::VecDeque;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use deskwire_domain::doctor::{self, Stored};
use deskwire_store::{Files, Place};

use super::{Failure, Result, Target};

/// The number of files copied concurrently.
const AT_ONCE: usize = 8;
/// The interval between two progress messages.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(5);
/// The number of bytes copied at a time.
const PIECE: usize = 256 << 10;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Copy the files that the database refers to, and verify the copies; run again to resume
    Move(Move),
}

#[derive(Debug, Args)]
pub(crate) struct Move {
    /// The source: a directory, or a bucket like `s3://bucket/prefix`
    #[arg(long, value_name = "PLACE", value_parser = str::parse::<Place>)]
    from: Place,
    /// The destination, in the same form
    #[arg(long, value_name = "PLACE", value_parser = str::parse::<Place>)]
    to: Place,
    #[command(flatten)]
    target: Target,
}

/// The outcome for a file.
enum Outcome {
    /// It already existed with the right content.
    There,
    Copied(u64),
    Failed(String),
}

/// The outcomes so far.
#[derive(Default)]
struct Progress {
    there: u64,
    copied: u64,
    bytes: u64,
    failed: Vec<String>,
    shown: Option<Instant>,
}

pub(crate) fn run(command: &Command) -> Result {
    let Command::Move(arguments) = command;
    move_files(arguments)
}

/// Copies all files. Skips those that already exist with the right content. Removes nothing.
fn move_files(arguments: &Move) -> Result {
    if arguments.from == arguments.to {
        return Err(Failure::Usage("--from and --to are the same place".to_owned()));
    }
    if let Place::Directory(path) = &arguments.from
        && !path.is_dir()
    {
        return Err(Failure::new(format!("there is no directory {}", path.display())));
    }
    let db = arguments.target.open()?;
    let (from, to) = (Files::new(arguments.from.clone()), Files::new(arguments.to.clone()));
    to.probe().map_err(|e| Failure::new(format!("cannot store files in {}: {e}", arguments.to)))?;
    let progress = Mutex::new(Progress { shown: Some(Instant::now()), ..Progress::default() });
    let mut after = (String::new(), String::new());
    loop {
        let (hash, workspace) = after.clone();
        let found = db.search_sync(move |tx| doctor::files(tx, (&hash, &workspace)))?;
        let Some(last) = found.last() else { break };
        after = (last.hash.clone(), last.workspace.clone());
        let waiting = Mutex::new(VecDeque::from(found));
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    while let Some(file) = next(&waiting) {
                        note(&progress, &file, copied(&from, &to, &file));
                    }
                });
            }
        });
    }
    db.close();
    let done = progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    for failed in &done.failed {
        super::print_line(failed)?;
    }
    super::note(summary(&done));
    match done.failed.len() {
        0 => Ok(()),
        1 => Err(Failure::new("1 file could not be copied")),
        many => Err(Failure::new(format!("{many} files could not be copied"))),
    }
}

fn next(waiting: &Mutex<VecDeque<Stored>>) -> Option<Stored> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
}

/// Copies a file unless it already exists, and reads it back.
fn copied(from: &Files, to: &Files, file: &Stored) -> Outcome {
    if to.verify(&file.workspace, &file.hash).is_ok() {
        return Outcome::There;
    }
    let copied = copy(from, to, file).and_then(|()| to.verify(&file.workspace, &file.hash));
    match copied {
        Ok(bytes) => Outcome::Copied(bytes),
        Err(why) => Outcome::Failed(why.to_string()),
    }
}

fn copy(from: &Files, to: &Files, file: &Stored) -> io::Result<()> {
    let mut reader = from.open(&file.workspace, &file.hash)?.read()?;
    let (mut writing, mut piece) = (to.begin(&file.workspace)?, vec![0; PIECE]);
    loop {
        match reader.read(&mut piece)? {
            0 => break,
            read => writing.write(&piece[..read])?,
        }
    }
    // A file is stored under its hash, so a damaged one must not be stored.
    if writing.hash() != file.hash {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its content has another hash"));
    }
    writing.finish().map(drop)
}

fn note(progress: &Mutex<Progress>, file: &Stored, outcome: Outcome) {
    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
    match outcome {
        Outcome::There => progress.there += 1,
        Outcome::Copied(bytes) => {
            progress.copied += 1;
            progress.bytes += bytes;
        }
        Outcome::Failed(why) => progress.failed.push(format!("{} {}: {why}", file.workspace, file.hash)),
    }
    if progress.shown.is_none_or(|shown| shown.elapsed() >= PROGRESS_INTERVAL) {
        progress.shown = Some(Instant::now());
        super::note(summary(&progress));
    }
}

fn summary(progress: &Progress) -> String {
    let Progress { there, copied, bytes, failed, .. } = progress;
    format!("Files: {copied} copied ({} MiB), {there} already there, {} failed", bytes >> 20, failed.len())
}
