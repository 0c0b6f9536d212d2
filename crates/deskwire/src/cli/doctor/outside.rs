//! What the doctor looks at outside the database: the mail server, the endpoints of webhooks, and files.

use std::path::Path;

use deskwire_domain::{doctor as domain, times};
use deskwire_store::{Db, Files};
use deskwire_worker::mail;

use super::Report;
use crate::cli::{Failure, Result};

/// The most files that are named.
const NAMED: usize = 5;

/// Connects to the mail server and signs in; nothing is sent.
pub(super) fn mail_server(report: &mut Report, config: &mail::Config) -> Result {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::new)?;
    match runtime.block_on(mail::probe(config)) {
        Ok(()) => Report::good(format_args!("mail server: {} answers", config.server)),
        Err(why) => report.bad(format_args!("mail server: {why}")),
    }
}

/// Names the webhook subscriptions that are not live, paused or failing.
pub(super) fn webhooks(report: &mut Report, db: &Db) -> Result {
    let (count, troubled) = db.search_sync(domain::webhooks)?;
    let now = db.clock().now();
    for one in &troubled {
        let state = match (one.state.as_str(), one.failing_since) {
            ("live", _) if one.paused_until > now => format!("paused until {}", times::iso(one.paused_until)),
            ("live", Some(since)) => format!("failing since {}", times::iso(since)),
            ("unverified", _) => "not asked yet: a running server does that".to_owned(),
            (state, _) => state.to_owned(),
        };
        let reason = one.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let words = format!("webhooks to {} (workspace {}): {state}{reason}", one.url, one.workspace);
        if one.state == "unverified" { Report::good(words)? } else { report.bad(words)? }
    }
    Report::good(format_args!("{count} webhook subscriptions, {} of them in trouble", troubled.len()))
}

/// Whether every file that the database names is there and can be read.
pub(super) fn attachments(report: &mut Report, db: &Db, directory: &Path) -> Result {
    let files = Files::new(directory);
    let (mut count, mut lost, mut after) = (0, Vec::new(), String::new());
    loop {
        let from = after.clone();
        let hashes = db.search_sync(move |tx| domain::files(tx, &from))?;
        let Some(last) = hashes.last() else { break };
        after.clone_from(last);
        count += hashes.len();
        lost.extend(hashes.into_iter().filter_map(|hash| files.open(&hash).err().map(|why| (hash, why))));
    }
    for (hash, why) in lost.iter().take(NAMED) {
        report.bad(format_args!("file {hash}: {why}"))?;
    }
    let words = format!("{count} files in {}, {} missing or unreadable", directory.display(), lost.len());
    report.check(lost.is_empty(), words)
}
