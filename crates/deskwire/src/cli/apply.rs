//! `deskwire apply`

use std::path::PathBuf;

use clap::Args;
use deskwire_store::Files;

use super::{Failure, In, Result};
use crate::config::FilesArgument;
use crate::terminal;
use crate::workspace_file::{Outcome, Refused, WorkspaceFile};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The workspace file
    #[arg(value_name = "FILE")]
    path: PathBuf,
    /// Show what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Remove what the file does not mention, where that is possible; asks first
    #[arg(long)]
    prune: bool,
    /// Remove without asking
    #[arg(long, requires = "prune")]
    yes: bool,
    #[command(flatten)]
    files: FilesArgument,
    #[command(flatten)]
    within: In,
}

/// Changes a workspace to match a file, in one transaction.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut workspace_file = WorkspaceFile::read(&arguments.path)?;
    let (db, workspace) = arguments.within.open()?;
    let files = Files::new(arguments.files.place(&arguments.within.target.url())).with(&db);
    let stored = workspace_file.store_recordings(&files, &workspace);
    db.close();
    stored?;
    if arguments.dry_run {
        let outcome = try_out(arguments, &workspace_file)?;
        show(&outcome, "would be ", "nothing would change");
        return Ok(());
    }
    if arguments.prune && !arguments.yes {
        let outcome = try_out(arguments, &workspace_file)?;
        if outcome.removed() > 0 {
            show(&outcome, "would be ", "");
            let question = format!("Remove {} and make the other changes?", things(outcome.removed()));
            match terminal::agrees(&question)? {
                Some(true) => {}
                Some(false) => return Err(Failure::new("nothing was changed")),
                None => {
                    let removed = things(outcome.removed());
                    let message = format!("{removed} would be removed: add --yes to remove without asking");
                    return Err(Failure::Usage(message));
                }
            }
        }
    }
    let prune = arguments.prune;
    let outcome = arguments.within.write(move |cx| workspace_file.reconcile(cx, prune))?;
    show(&outcome, "", "nothing changed");
    Ok(())
}

/// Applies the file in a transaction that is rolled back, to determine its effects.
fn try_out(arguments: &Arguments, workspace_file: &WorkspaceFile) -> Result<Outcome> {
    let (workspace_file, prune) = (workspace_file.clone(), arguments.prune);
    let tried = arguments.within.attempt(move |cx| {
        let outcome = workspace_file.reconcile(cx, prune)?;
        Err::<(), _>(Tried::Done(outcome))
    })?;
    match tried {
        Ok(()) => Err(Failure::new("a preview was not rolled back")),
        Err(Tried::Done(outcome)) => Ok(outcome),
        Err(Tried::Refused(refused)) => Err(refused.into()),
    }
}

/// The result of a transaction that is rolled back.
#[derive(Debug)]
enum Tried {
    Done(Outcome),
    Refused(Refused),
}

impl<E: Into<Refused>> From<E> for Tried {
    fn from(error: E) -> Self {
        Self::Refused(error.into())
    }
}

/// Prints each change after `would_be`, or `nothing` if there are none.
fn show(outcome: &Outcome, would_be: &str, nothing: &str) {
    for note in &outcome.notes {
        super::note(note);
    }
    for (what, effect) in &outcome.effects {
        super::note(format_args!("{what}: {would_be}{effect}"));
    }
    if outcome.effects.is_empty() && !nothing.is_empty() {
        super::note(nothing);
    }
}

fn things(count: usize) -> String {
    if count == 1 { "1 thing".to_owned() } else { format!("{count} things") }
}
