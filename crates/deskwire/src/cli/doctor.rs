//! `deskwire doctor`

mod counts;
mod outside;

use std::fmt::Display;
use std::fs;
use std::path::Path;

use clap::Args;
use deskwire_domain::{doctor as domain, mail as mails, times};
use deskwire_store::{Db, Dialect, Options, free_space};
use deskwire_worker::mail::Config;

use super::{Failure, Result, Target};
use crate::config::Settings;

/// With a lower limit of open files than this, the server would refuse clients.
const FILES: u64 = 1024;
/// With fewer free bytes than this, a database may soon be unable to grow.
const SPACE: u64 = 512 << 20;
/// Mail that waits longer than this, in seconds, counts as stuck.
const STUCK_AFTER: i64 = 3600;
/// Work that has been due for longer than this, in seconds, counts as late.
const LATE_AFTER: i64 = 300;
/// A write-ahead log of SQLite larger than this, in bytes, is not being checkpointed.
const LOG: u64 = 256 << 20;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Read every file that came with a message, and compare its length and its hash with the database
    #[arg(long)]
    verify_files: bool,
    /// Compare the counts in rows, like the number of tags of a contact, with what there is
    #[arg(long)]
    verify_counts: bool,
    /// Compare these counts, and correct those that are wrong
    #[arg(long)]
    repair_counts: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    server: Settings,
}

/// Prints findings, and counts the bad ones.
#[derive(Debug, Default)]
struct Report {
    wrong: u32,
}

impl Report {
    fn good(what: impl Display) -> Result {
        super::print_line(format_args!("ok     {what}"))
    }

    fn bad(&mut self, what: impl Display) -> Result {
        self.wrong += 1;
        super::print_line(format_args!("WRONG  {what}"))
    }

    fn check(&mut self, is_good: bool, what: impl Display) -> Result {
        if is_good { Self::good(what) } else { self.bad(what) }
    }
}

/// Runs all checks, prints the findings, and fails if one is bad.
pub(crate) fn run(arguments: &Arguments) -> Result {
    let mut report = Report::default();
    let (url, settings) = (arguments.target.url(), &arguments.server);
    let files = settings.files.place(&url);
    Report::good(format_args!("deskwire {}", env!("CARGO_PKG_VERSION")))?;
    Report::good(format_args!("rate limit: {}", settings.rate_limit))?;
    descriptors(&mut report)?;
    if let Err(failure) = settings.check() {
        report.bad(failure.message())?;
    }
    let mail_config = settings.mail().unwrap_or_default();
    outside::place_of_files(&mut report, &files, settings.files.files.is_some())?;
    match super::open_existing(&url, Options::default()) {
        Ok(db) => {
            database(&mut report, &db, &url)?;
            // An outdated database is reported above.
            if db.pending_migrations().is_ok_and(|pending| pending.is_empty()) {
                mail(&mut report, &db, mail_config.as_ref())?;
                outside::webhooks(&mut report, &db)?;
                backlog(&mut report, &db)?;
                outside::attachments(&mut report, &db, &files, arguments.verify_files)?;
                if arguments.verify_counts || arguments.repair_counts {
                    counts::check(&mut report, &db, arguments.repair_counts)?;
                }
            }
            db.close();
        }
        Err(failure) => report.bad(failure.message())?,
    }
    if let Some(path) = super::path_of(&url) {
        directory(&mut report, path, settings.disk_reserve)?;
    }
    space(&mut report, &files.local(), settings.disk_reserve)?;
    match report.wrong {
        0 => Ok(()),
        1 => Err(Failure::new("1 thing is wrong")),
        many => Err(Failure::new(format!("{many} things are wrong"))),
    }
}

fn database(report: &mut Report, db: &Db, url: &str) -> Result {
    let printable = super::without_password(url);
    match db.search_sync(domain::version) {
        Ok(version) => Report::good(format_args!("{printable}: {version}"))?,
        Err(error) => return report.bad(format_args!("{printable}: {error}")),
    }
    match db.pending_migrations() {
        Ok(pending) if pending.is_empty() => Report::good("all migrations have run")?,
        Ok(pending) => {
            return report.bad(format_args!("migrations to run with `deskwire migrate`: {}", pending.join(", ")));
        }
        Err(error) => return report.bad(error),
    }
    if db.dialect() == Dialect::Postgres {
        let clocks = db.search_sync(domain::clocks)?;
        let ahead = clocks.ahead;
        report.check(clocks.skew().is_none(), format_args!("the clock differs from the database's by {ahead} ms"))?;
    }
    if db.dialect() == Dialect::Sqlite {
        match db.search_sync(domain::integrity) {
            Ok(faults) if faults.is_empty() => Report::good("the file is whole")?,
            Ok(faults) => report.bad(format_args!("the file is damaged: {}", faults.join("; ")))?,
            Err(error) => report.bad(format_args!("the file could not be checked: {error}"))?,
        }
    }
    let counts = db.search_sync(domain::counts)?;
    Report::good(format_args!("workspaces: {}, live tokens: {}", counts.workspaces, counts.tokens))
}

/// Checks that mail is sent.
fn mail(report: &mut Report, db: &Db, config: Option<&Config>) -> Result {
    let waiting = db.search_sync(mails::waiting)?;
    let since = waiting.since.map(|at| format!(" since {}", times::iso(at))).unwrap_or_default();
    let count = waiting.count;
    let given_up = waiting.given_up;
    match config {
        Some(config) => {
            outside::mail_server(report, config)?;
            match &config.sender.reply_to {
                Some(address) => Report::good(format_args!("replies to mail go to {address}"))?,
                None => Report::good("mail says that replies are not read (mail_reply_to)")?,
            }
            let moving = waiting.since.is_none_or(|at| waiting.now - at < STUCK_AFTER);
            report.check(moving, format_args!("mail: {count} waiting{since}, {given_up} given up in the last week"))
        }
        None if count == 0 => Report::good("mail: no mail server is set (smtp_url), and none is waiting"),
        None => report.bad(format_args!("mail: {count} waiting{since}, and no mail server is set (smtp_url)")),
    }
}

/// Checks that the work after commits is on time.
fn backlog(report: &mut Report, db: &Db) -> Result {
    for (of, count, seconds) in db.search_sync(domain::backlog)?.all {
        // Mail is reported separately, because it may wait for its server.
        if of != "mails" {
            let waiting = if count == 0 { String::new() } else { format!(", the oldest for {seconds} s") };
            report.check(seconds < LATE_AFTER, format_args!("{of}: {count} waiting{waiting}"))?;
        }
    }
    let held = db.search_sync(mails::held_back)?;
    let (dropped, postponed) = (held.dropped, held.postponed);
    report.check(
        dropped + postponed == 0,
        format_args!("mail over its hourly limits in this hour or the last: {dropped} not sent, {postponed} postponed"),
    )
}

/// The files beside a database file.
fn directory(report: &mut Report, path: &Path, reserve: u64) -> Result {
    let bytes = fs::metadata(super::suffixed(path, "-wal")).map_or(0, |m| m.len());
    report.check(bytes < LOG, format_args!("write-ahead log: {} KiB", bytes >> 10))?;
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    writable(report, directory)?;
    space(report, directory, reserve)
}

/// Checks that the disk of a directory has enough free space, also for the server to be ready.
fn space(report: &mut Report, directory: &Path, reserve: u64) -> Result {
    let at = directory.display();
    match free_space(directory) {
        Some(free) if free < reserve => report.bad(format_args!(
            "free space for {at}: {} MiB; the server is not ready below {} MiB (disk_reserve)",
            free >> 20,
            reserve >> 20
        )),
        Some(free) => report.check(free >= SPACE, format_args!("free space for {at}: {} MiB", free >> 20)),
        None => Report::good(format_args!("free space for {at}: unknown")),
    }
}

/// Checks that files can be created in a directory.
fn writable(report: &mut Report, directory: &Path) -> Result {
    let probe = directory.join(format!(".deskwire-doctor-{}", std::process::id()));
    match fs::write(&probe, b"") {
        Ok(()) => {
            let _ = fs::remove_file(&probe); // it is empty
            Report::good(format_args!("{} can be written", directory.display()))
        }
        Err(error) => report.bad(format_args!("{} cannot be written: {error}", directory.display())),
    }
}

/// Checks the limit of open files, which includes connections.
fn descriptors(report: &mut Report) -> Result {
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let soft = limits.lines().find_map(|l| l.strip_prefix("Max open files")?.split_whitespace().next());
    match soft {
        Some("unlimited") => Report::good("open files: unlimited"),
        Some(text) => {
            let enough = text.parse::<u64>().is_ok_and(|n| n >= FILES);
            report.check(enough, format_args!("open files: at most {text}"))
        }
        None => Report::good("open files: unknown"),
    }
}
