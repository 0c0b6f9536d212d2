//! `deskwire workspace`

use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use deskwire_domain::workspaces::{self, OwnTable, Workspace};
use deskwire_domain::{Error, attachments, times, tokens};
use deskwire_store::{Db, Files};
use serde::Serialize;

use super::{Failure, In, Result, Target};
use crate::config::FilesArgument;
use crate::terminal;
use crate::workspace_file;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a workspace with an admin and a token with all scopes, and print their ids and the token as JSON
    Create(Create),
    /// List the workspaces of the database, one JSON object per line
    List(List),
    /// Print a workspace as a workspace file, for a copy of it; `export-workspace` prints one for another server
    Export(Export),
    /// Remove a workspace and everything in it, including its files; asks for its name to confirm
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Create {
    /// The workspace's name
    #[arg(long)]
    name: String,
    /// The name of its first admin
    #[arg(long, value_name = "NAME", default_value = "Admin")]
    admin_name: String,
    /// The email address of its first admin; `deskwire admin update` changes it later
    #[arg(long, value_name = "EMAIL", default_value = "admin@example.com")]
    admin_email: String,
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    target: Target,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    /// Include password hashes and client secrets; without them, the file cannot create apps, and creates admins
    /// without passwords
    #[arg(long)]
    secrets: bool,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct Elsewhere {
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The workspace's name, to confirm the removal [default: prompted for at the terminal]
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    #[command(flatten)]
    files: FilesArgument,
    #[command(flatten)]
    within: In,
}

#[derive(Serialize)]
struct Made {
    workspace_id: String,
    admin_id: String,
    access_token: String,
}

/// A workspace as `workspace list` prints it.
#[derive(Serialize)]
struct Listed {
    workspace_id: String,
    name: String,
    timezone: String,
    region: String,
    created_at: String,
}

pub(crate) fn run(command: Command) -> Result {
    match command {
        Command::Create(create) => make(create),
        Command::List(list) => show(&list),
        Command::Export(export) => print(&export),
        Command::Remove(one) => remove(&one),
    }
}

fn make(create: Create) -> Result {
    if create.name.trim().is_empty() {
        return Err(Failure::Usage("--name must not be empty".to_owned()));
    }
    if create.admin_name.trim().is_empty() {
        return Err(Failure::Usage("--admin-name must not be empty".to_owned()));
    }
    let checked = deskwire_domain::admins::checked_email(&create.admin_email);
    let admin_email = checked.map_err(|e| Failure::Usage(format!("--admin-email: {}", e.message)))?.to_owned();
    let db = create.target.open_new()?;
    let made = db.write_sync(move |tx| {
        // Repeating the command by mistake would create a second workspace with this name, and other commands could not
        // tell which one is meant.
        if let Some(other) = workspaces::lock_name(tx, create.name.trim())? {
            let message = format!("there is a workspace {:?} already, with the id {}", other.name, other.id);
            return Err(Error::invalid(message).field("name"));
        }
        let access_token = tokens::generate()?;
        let (workspace_id, admin) = workspaces::create(tx, create.name.trim(), create.admin_name.trim(), &admin_email)?;
        tokens::create(&mut tx.within(&workspace_id), None, admin, &access_token, "all")?;
        Ok::<_, Error>(Made { workspace_id, admin_id: admin.to_string(), access_token })
    })?;
    db.close();
    super::print_json(&made)
}

/// How long servers may accept a token after it was revoked.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Removes a workspace in small transactions. After an interruption, the next run removes the rest.
fn remove(one: &Remove) -> Result {
    let (db, id) = one.within.open()?;
    let files = Files::new(one.files.place(&one.within.target.url()));
    let removed = known(&db, &id).and_then(|workspace| {
        confirmed(&workspace, one.confirm.as_deref())?;
        erase(&db, &files, &id)
    });
    db.close();
    let (rows, removed_files) = removed?;
    super::note(format_args!("Removed {rows} rows and {removed_files} files"));
    Ok(())
}

fn known(db: &Db, id: &str) -> Result<Workspace> {
    let id = id.to_owned();
    Ok(db.search_sync(move |tx| workspaces::known(&mut tx.within(&id)))?)
}

fn confirmed(workspace: &Workspace, given: Option<&str>) -> Result {
    let name = &workspace.name;
    let question = format!("Everything in the workspace {name:?} ({}) will be removed. Type its name: ", workspace.id);
    let typed = match given {
        Some(given) => Some(given.to_owned()),
        None => terminal::answer(&question)?,
    };
    match typed {
        Some(typed) if typed == *name => Ok(()),
        Some(_) => Err(Failure::new(format!("the workspace is called {name:?}: nothing was removed"))),
        None => Err(Failure::Usage(format!("--confirm must be the name of the workspace {}: {name:?}", workspace.id))),
    }
}

/// Removes all rows and files. Returns how many rows and how many files.
fn erase(db: &Db, files: &Files, workspace: &str) -> Result<(u64, u64)> {
    let of = workspace.to_owned();
    db.write_sync(move |tx| workspaces::close(&mut tx.within(&of)))?;
    std::thread::sleep(REMEMBERED);
    let tables = db.search_sync(workspaces::own_tables)?;
    let (mut rows, mut removed_files) = (0, 0);
    loop {
        for table in &tables {
            let (of_rows, of_files) = empty(db, files, workspace, table)?;
            (rows, removed_files) = (rows + of_rows, removed_files + of_files);
        }
        let (of, all) = (workspace.to_owned(), tables.clone());
        if db.write_sync(move |tx| workspaces::erase_itself(&mut tx.within(&of), &all))? {
            return Ok((rows + 1, removed_files));
        }
    }
}

/// Removes all rows of a workspace from a table. After each transaction it pauses for as long as the transaction took.
fn empty(db: &Db, files: &Files, workspace: &str, table: &OwnTable) -> Result<(u64, u64)> {
    let (mut rows, mut removed_files, mut after) = (0, 0, None);
    loop {
        let (of, from) = (workspace.to_owned(), table.clone());
        let found = db.search_sync(move |tx| workspaces::find_rows(&mut tx.within(&of), &from, after))?;
        let Some(found) = found else { return Ok((rows, removed_files)) };
        let (of, from, began) = (workspace.to_owned(), table.clone(), Instant::now());
        let erased = db.write_sync(move |tx| workspaces::erase_some(&mut tx.within(&of), &from, &found))?;
        std::thread::sleep(began.elapsed());
        (rows, after) = (rows + erased.rows, erased.last);
        if erased.hashes.is_empty() {
            continue;
        }
        let (of, hashes) = (workspace.to_owned(), erased.hashes);
        let unmarked = db.search_sync(move |tx| attachments::unmarked(tx, &of, &hashes))?;
        for hash in &unmarked {
            let failed = |e| Failure::new(format!("cannot remove file {hash}: {e}"));
            // All access to the workspace was removed, so nothing can add a reference to the file.
            files.delete(workspace, hash).map_err(failed)?;
            removed_files += 1;
        }
        for hash in db.search_sync(move |tx| attachments::orphans(tx, &unmarked))? {
            // The server will remove a file that is less than a minute old.
            files.delete_shared(&hash).map_err(|e| Failure::new(format!("cannot remove file {hash}: {e}")))?;
        }
    }
}

fn print(export: &Export) -> Result {
    let secrets = export.secrets;
    let text = export.within.read(move |cx| workspace_file::export(cx, secrets))?;
    super::print_line(text.trim_end())
}

/// Prints a workspace as a file for another workspace.
pub(crate) fn export_for_elsewhere(arguments: &Elsewhere) -> Result {
    super::print_line(arguments.within.read(workspace_file::export_for_elsewhere)?.trim_end())
}

fn show(list: &List) -> Result {
    let db = list.target.open()?;
    let all = db.search_sync(workspaces::all)?;
    db.close();
    all.into_iter().try_for_each(|w| {
        super::print_json(&Listed {
            workspace_id: w.id,
            name: w.name,
            timezone: w.timezone,
            region: w.region,
            created_at: times::iso(w.created_at),
        })
    })
}
