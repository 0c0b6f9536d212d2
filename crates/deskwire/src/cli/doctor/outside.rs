//! The checks of the doctor outside the database: the mail server, the endpoints of webhooks, and files.

use deskwire_domain::webhooks::WebhookState;
use std::path::Path;

use deskwire_domain::{doctor as domain, times};
use deskwire_store::{Db, Files, Place};
use deskwire_worker::mail;

use super::Report;
use crate::cli::{Failure, Result};
use deskwire_api::topics::{Topic, unheard};

/// The maximum number of files listed.
const NAMED: usize = 5;

/// Connects to the mail server and authenticates. Sends nothing.
pub(super) fn mail_server(report: &mut Report, config: &mail::Config) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::new)?;
    match runtime.block_on(mail::probe(config)) {
        Ok(()) => Report::good(format_args!("mail server: {} answers", config.server)),
        Err(why) => report.bad(format_args!("mail server: {why}")),
    }
}

/// Lists the webhook subscriptions that are not live, paused or failing, and the topics that are not sent.
pub(super) fn webhooks(report: &mut Report, db: &Db) -> Result {
    let (count, troubled) = db.search_sync(domain::webhooks)?;
    let now = db.clock().now();
    for one in &troubled {
        let state = match (one.state, one.failing_since) {
            (WebhookState::Live, _) if one.paused_until > now => {
                format!("paused until {}", times::iso(one.paused_until))
            }
            (WebhookState::Live, Some(since)) => format!("failing since {}", times::iso(since)),
            (WebhookState::Unverified, _) => "not verified yet: a running server does that".to_owned(),
            (state, _) => state.to_string(),
        };
        let reason = one.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!("webhooks to {} (workspace {}): {state}{reason}", one.url, one.workspace);
        if one.state == WebhookState::Unverified { Report::good(message)? } else { report.bad(message)? }
    }
    for one in db.search_sync(domain::listeners)? {
        let of = |silent: &str| format!("webhooks to {} (workspace {}): {silent}", one.url, one.workspace);
        let unheard = |topics: &[&str]| unheard(&topics.join(" "), &one.scopes, one.api_version.as_deref());
        let (sent, never): (Vec<&str>, Vec<&str>) =
            one.topics.split(' ').partition(|name| Topic::named(name).is_none_or(Topic::is_emitted));
        for silent in unheard(&sent) {
            report.bad(of(&silent))?;
        }
        // Not a finding: the operator cannot fix it.
        for silent in unheard(&never) {
            Report::good(of(&silent))?;
        }
    }
    Report::good(format_args!("{count} webhook subscriptions, {} of them in trouble", troubled.len()))
}

/// Whether files can be stored.
pub(super) fn place_of_files(report: &mut Report, place: &Place, is_set: bool) -> Result {
    match place {
        Place::Directory(directory) => directory_of_files(report, directory, is_set),
        Place::Bucket(bucket) => match Files::new(place.clone()).probe() {
            Ok(()) => Report::good(format_args!("the bucket of files, {bucket}, answers")),
            Err(why) => report.bad(format_args!("the bucket of files, {bucket}: {why}")),
        },
    }
}

/// Whether the directory of files exists and is writable.
fn directory_of_files(report: &mut Report, directory: &Path, is_set: bool) -> Result {
    if directory.is_dir() {
        return super::writable(report, directory);
    }
    if directory.exists() {
        return report.bad(format_args!("the directory of files, {}, is not a directory", directory.display()));
    }
    if is_set {
        return report.bad(format_args!("the directory of files, {}, does not exist", directory.display()));
    }
    Report::good(format_args!("the directory of files, {}, is created by the server", directory.display()))
}

/// Whether every file in the database exists, is readable and, with `verify`, is unchanged.
pub(super) fn attachments(report: &mut Report, db: &Db, place: &Place, verify: bool) -> Result {
    let files = Files::new(place.clone());
    let look = |file: &domain::Stored| {
        if !verify {
            return files.open(&file.workspace, &file.hash).err().map(|why| why.to_string());
        }
        match files.verify(&file.workspace, &file.hash) {
            Ok(length) if file.lengths == (length, length) => None,
            Ok(length) => {
                let (least, most) = file.lengths;
                Some(format!("it has {length} bytes, and the database says {least} to {most}"))
            }
            Err(why) => Some(why.to_string()),
        }
    };
    let (mut count, mut lost, mut after) = (0, Vec::new(), (String::new(), String::new()));
    loop {
        let (hash, workspace) = after;
        let stored = db.search_sync(move |tx| domain::files(tx, (&hash, &workspace)))?;
        let Some(last) = stored.last() else { break };
        after = (last.hash.clone(), last.workspace.clone());
        count += stored.len();
        lost.extend(stored.iter().filter_map(|file| Some((file.hash.clone(), look(file)?))));
    }
    for (hash, why) in lost.iter().take(NAMED) {
        report.bad(format_args!("file {hash}: {why}"))?;
    }
    let what = if verify { "missing or damaged" } else { "missing or unreadable" };
    report.check(lost.is_empty(), format_args!("{count} files in {}, {} {what}", place, lost.len()))
}
