//! `deskwire admin`

use clap::{Args, Subcommand};
use deskwire_domain::admins::{self, Admin, Changes};
use deskwire_domain::error::{Error, ErrorKind};
use deskwire_domain::sign_in::{self, passwords, second_factor};
use deskwire_domain::{Cx, times};
use serde::Serialize;

use super::{Failure, In, Result};
use crate::terminal;

/// The number of conversations unassigned per transaction, so that a running server does not wait long.
const SLICE: usize = 100;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List admins, one JSON object per line
    List(List),
    /// Change an admin's email address or name
    Update(Update),
    /// Remove an admin: their tokens and sessions end, their open conversations become unassigned, what they wrote
    /// stays
    Remove(One),
    /// Set an admin's password, and end their sessions
    Password(Password),
    /// Remove the second factor of an admin who lost it; until they set up another one, they sign in with the password
    /// alone
    ResetSecondFactor(One),
    /// Print the hash of a password for a workspace file; the password is read from the terminal or standard input
    Hash,
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// List removed admins too
    #[arg(long)]
    removed: bool,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// The admin's email address
    #[arg(long)]
    email: String,
    #[command(flatten)]
    within: In,
}

#[derive(Debug, Args)]
pub(crate) struct Update {
    /// The new email address
    #[arg(long, value_name = "EMAIL", required_unless_present = "name")]
    new_email: Option<String>,
    /// The new name
    #[arg(long)]
    name: Option<String>,
    #[command(flatten)]
    one: One,
}

#[derive(Debug, Args)]
pub(crate) struct Password {
    /// Generate a password and print it, instead of reading one from the terminal or standard input
    #[arg(long)]
    generate: bool,
    #[command(flatten)]
    one: One,
}

pub(crate) fn run(command: Command) -> Result {
    match command {
        Command::List(list) => show(&list),
        Command::Update(update) => change(update),
        Command::Remove(one) => remove(&one),
        Command::Password(password) => set(&password),
        Command::ResetSecondFactor(one) => reset_second_factor(&one),
        Command::Hash => super::print_line(hashed(&terminal::password()?)?),
    }
}

/// An admin as `admin list` prints them.
#[derive(Serialize)]
struct Listed {
    id: String,
    name: String,
    email: String,
    role: Option<String>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_at: Option<String>,
}

fn show(list: &List) -> Result {
    let mut all = list.within.read::<_, Error>(admins::ever)?;
    all.retain(|admin| list.removed || admin.removed_at.is_none());
    all.into_iter().try_for_each(|admin| {
        super::print_json(&Listed {
            id: admin.id.to_string(),
            name: admin.name,
            email: admin.email,
            role: admin.role_name,
            created_at: times::iso(admin.created_at),
            removed_at: admin.removed_at.map(times::iso),
        })
    })
}

fn change(update: Update) -> Result {
    let (email, changes) = (update.one.email, Changes { email: update.new_email, name: update.name });
    update.one.within.write::<_, Error>(move |cx| {
        let admin = named(cx, &email)?;
        admins::change(cx, &admin, &changes).map(drop)
    })
}

fn remove(one: &One) -> Result {
    let mut unassigned = 0;
    loop {
        let email = one.email.clone();
        let slice = one.within.write::<_, Error>(move |cx| {
            let admin = named(cx, &email)?;
            admins::check_removable(cx, &admin)?;
            admins::unassign(cx, &admin, SLICE)
        })?;
        unassigned += slice.count;
        if !slice.more {
            break;
        }
    }
    let email = one.email.clone();
    one.within.write::<_, Error>(move |cx| {
        let admin = named(cx, &email)?;
        admins::remove(cx, &admin)
    })?;
    super::note(format_args!("{} was removed; {unassigned} conversations are unassigned now", one.email));
    Ok(())
}

fn set(password: &Password) -> Result {
    let email = password.one.email.clone();
    // Check that the admin exists before asking for a password.
    password.one.within.read::<_, Error>(move |cx| named(cx, &email).map(drop))?;
    let text = if password.generate { passwords::generate()? } else { terminal::password()? };
    let (hash, email) = (hashed(&text)?, password.one.email.clone());
    password.one.within.write::<_, Error>(move |cx| {
        let admin = named(cx, &email)?;
        sign_in::set_password(cx, &admin, &hash).map(drop)
    })?;
    if password.generate { super::print_line(text) } else { Ok(()) }
}

fn reset_second_factor(one: &One) -> Result {
    let email = one.email.clone();
    let removed = one.within.write::<_, Error>(move |cx| {
        let admin = named(cx, &email)?;
        second_factor::reset(cx, &admin)
    })?;
    let words = if removed { "was removed" } else { "was not set up: nothing is changed" };
    super::note(format_args!("the second factor of {} {words}", one.email));
    Ok(())
}

fn named(cx: &mut Cx, email: &str) -> Result<Admin, Error> {
    let id = admins::named(cx, Some(email.trim()))?;
    Ok(admins::find(cx, id, ErrorKind::AdminNotFound)?.admin)
}

fn hashed(password: &str) -> Result<String> {
    passwords::hash(password).map_err(|e| match e.cause {
        None => Failure::Usage(e.message.into_owned()),
        Some(_) => e.into(),
    })
}
