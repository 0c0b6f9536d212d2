//! Sending mail: claims what is due, composes it, and hands it to the mail server. The outcome of each mail is recorded
//! on its own, so after a crash at most the mail in transit is sent again, under the same Message-ID.

mod bytes;
mod server;
mod smtp;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::mail::{self, Claimed, Composed, Letter, Outcome, Sender};
use deskwire_store::global::queues::{self, Among};
use deskwire_store::{Db, Tx};
use parking_lot::Mutex;
use tokio::sync::Notify;

pub use server::{Server, Tls};
use smtp::{Connection, Refusal};

use crate::alive::Alive;
use crate::looks::Looks;

/// The maximum number of mails claimed at a time.
const BATCH: i64 = 20;
/// A mail is not started when its claim expires sooner than this, in seconds.
const MARGIN: i64 = 120;

/// The mail server, and the sender of mail.
#[derive(Debug, Clone)]
pub struct Config {
    /// The mail server.
    pub server: Server,
    /// The sender.
    pub sender: Sender,
}

/// Sends mail.
#[derive(Debug)]
pub struct Mailer {
    db: Db,
    alive: Arc<Alive>,
    looks: Arc<Looks>,
    config: Option<Config>,
    /// The workspace that had the last turn.
    last: Mutex<String>,
    stop: AtomicBool,
}

/// The connection of a batch, which opens when it is first needed.
enum Line {
    Unused,
    Open(Box<Connection>),
    /// Connecting failed, for this reason.
    Broken(String),
}

/// Connects to the mail server, signs in and quits; an error says why that fails.
pub async fn probe(config: &Config) -> std::result::Result<(), String> {
    Connection::open(&config.server, &config.sender.domain).await?.close().await;
    Ok(())
}

/// The bytes of a mail as a mail server receives them, or the reason that it cannot be encoded.
pub fn raw(letter: &Letter) -> std::result::Result<Vec<u8>, String> {
    bytes::of(letter, true)
}

impl Mailer {
    /// A mailer for a database; without a configuration, mail waits.
    pub fn new(db: Db, config: Option<Config>) -> Self {
        let (alive, looks) = (Alive::new(db.clone()), Looks::new(db.clone()));
        Self::with(db, alive, looks, config)
    }

    pub(crate) fn with(db: Db, alive: Arc<Alive>, looks: Arc<Looks>, config: Option<Config>) -> Self {
        Self { db, alive, looks, config, last: Mutex::default(), stop: AtomicBool::new(false) }
    }

    /// Stops after the current mail.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Sends what is due, whenever woken.
    pub(crate) async fn run(&self, bell: &Notify) {
        let Some(config) = &self.config else {
            tracing::info!("no mail server is set: mail waits");
            return;
        };
        if config.sender.public_url.is_none() {
            tracing::warn!("mail has no link to unsubscribe until public_url is set");
        }
        if config.sender.reply_to.is_none() {
            tracing::warn!("mail says that replies are not read until mail_reply_to is set");
        }
        while !self.stop.load(Ordering::Relaxed) {
            if self.run_due().await == 0 {
                bell.notified().await;
            }
        }
    }

    /// Sends all mail that is due; returns how many mails were claimed.
    pub async fn run_due(&self) -> usize {
        let Some(config) = &self.config else { return 0 };
        let mut taken = 0;
        while !self.stop.load(Ordering::Relaxed) {
            match self.batch(config).await {
                Ok(0) => break,
                Ok(some) => taken += some,
                Err(error) => {
                    tracing::warn!(cause = error.cause.as_deref(), "mail could not be claimed: {error}");
                    return 0;
                }
            }
        }
        taken
    }

    async fn batch(&self, config: &Config) -> Result<usize> {
        // A read is cheaper than a claim, and most of the time nothing is due.
        let by = self.alive.claimant().await?;
        let look = move |tx: &mut Tx<'_>, among: Among<'_>| queues::mails(tx, by, among).map_err(Error::from);
        let queues = self.looks.all("mail", look).await?;
        let shares = self.shares(queues);
        if shares.is_empty() {
            return Ok(0);
        }
        let sender = config.sender.clone();
        let batch = self.alive.claim(&self.db, move |tx, by| mail::claim(tx, by, &sender, &shares)).await?;
        let _claim = self.alive.guard();
        let taken = batch.len();
        let mut line = Line::Unused;
        for claimed in batch {
            let late = self.alive.claimant().await?.now() + MARGIN > claimed.mail.lease_until;
            let outcome = if late || self.stop.load(Ordering::Relaxed) {
                Outcome::Untried
            } else {
                self.one(config, &claimed, &mut line).await
            };
            log(&claimed, &outcome);
            self.db.write(move |tx| mail::record(tx, &claimed, &outcome)).await?;
        }
        if let Line::Open(connection) = line {
            connection.close().await;
        }
        Ok(taken)
    }

    /// The next batch: how many mails of which workspaces. Each gets the same number, starting after the workspace that
    /// had the last turn.
    fn shares(&self, mut queues: Vec<String>) -> Vec<(String, i64)> {
        let mut last = self.last.lock();
        queues.sort_by_key(|workspace| (*workspace <= *last, workspace.clone()));
        queues.truncate(usize::try_from(BATCH).unwrap_or(usize::MAX));
        let each = BATCH / i64::try_from(queues.len().max(1)).unwrap_or(BATCH);
        if let Some(workspace) = queues.last() {
            last.clone_from(workspace);
        }
        queues.into_iter().map(|workspace| (workspace, each)).collect()
    }

    /// Sends one mail, unless it need not be sent any more.
    async fn one(&self, config: &Config, claimed: &Claimed, line: &mut Line) -> Outcome {
        let (sender, job) = (config.sender.clone(), claimed.clone());
        // A process that was paused may find that another one has taken over the rest of its batch.
        let compose = move |tx: &mut Tx<'_>| {
            if mail::is_claimed(tx, &job)? { mail::compose(tx, &sender, &job).map(Some) } else { Ok(None) }
        };
        let letter = match self.db.read(compose).await {
            Ok(Some(Composed::Letter(letter))) => letter,
            Ok(Some(Composed::Dropped(why))) => return Outcome::Dropped(why),
            Ok(None) => return Outcome::Untried,
            Err(error) => return Outcome::Later(error.cause.unwrap_or_else(|| error.message.into_owned())),
        };
        let Some(from) = bytes::address(&config.sender.address) else {
            return Outcome::Later("mail_from is not an address".to_owned());
        };
        let Some(to) = bytes::address(&letter.recipient) else {
            return Outcome::Undeliverable(letter.recipient, "mail cannot be sent to this address".to_owned());
        };
        if matches!(line, Line::Unused) {
            *line = match Connection::open(&config.server, &config.sender.domain).await {
                Ok(connection) => Line::Open(Box::new(connection)),
                Err(why) => Line::Broken(why),
            };
        }
        let connection = match line {
            Line::Open(connection) => connection,
            Line::Broken(why) => return Outcome::Later(why.clone()),
            Line::Unused => return Outcome::Untried,
        };
        let utf8 = connection.takes_utf8();
        if !utf8 && !bytes::is_plain(&from) {
            return Outcome::Later("the mail server does not take mail_from: it has no SMTPUTF8".to_owned());
        }
        if !utf8 && !bytes::is_plain(&to) {
            let why = "the mail server takes addresses in ASCII only: it has no SMTPUTF8";
            return Outcome::Undeliverable(letter.recipient, why.to_owned());
        }
        let bytes = match bytes::of(&letter, utf8) {
            Ok(bytes) => bytes,
            Err(why) => return Outcome::Failed(why),
        };
        let sent = connection.send(from, to, &bytes).await;
        if connection.is_broken() {
            *line = Line::Unused;
        }
        outcome(sent, *letter)
    }
}

fn outcome(sent: Result<(), Refusal>, letter: Letter) -> Outcome {
    match sent {
        Ok(()) => Outcome::Sent(letter.recipient, letter.subject),
        Err(Refusal::NoSuchAddress(why)) => Outcome::Bounced(letter.recipient, why),
        Err(Refusal::Permanent(why)) => Outcome::Failed(why),
        Err(Refusal::Temporary(why)) => Outcome::Later(why),
    }
}

/// Logs the outcome of a mail without naming its recipient.
fn log(claimed: &Claimed, outcome: &Outcome) {
    let (workspace, mail) = (claimed.workspace.as_str(), claimed.mail.id.number());
    match outcome {
        Outcome::Sent(..) => tracing::debug!(workspace, mail, "mail was sent"),
        Outcome::Dropped(why) => tracing::debug!(workspace, mail, "mail is not needed: {why}"),
        Outcome::Bounced(_, why) | Outcome::Undeliverable(_, why) => {
            tracing::info!(workspace, mail, "mail bounced: {why}");
        }
        Outcome::Failed(why) => tracing::error!(workspace, mail, "mail cannot be sent: {why}"),
        Outcome::Later(why) => {
            tracing::warn!(workspace, mail, attempt = claimed.mail.attempts, "mail could not be sent yet: {why}");
        }
        Outcome::Untried => {}
    }
}
