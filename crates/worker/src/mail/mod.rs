//! Sending mail: what is due is taken up by lease, put together, and handed to the mail server. What becomes of it is
//! written down one by one, so that a crash sends again at most what was on its way, under the same Message-ID.

mod bytes;
mod server;
mod smtp;

use std::sync::atomic::{AtomicBool, Ordering};

use deskwire_domain::error::{Error, Result};
use deskwire_domain::mail::{self, Claimed, Composed, Letter, Outcome, Sender};
use deskwire_store::{Db, mails};
use tokio::sync::Notify;

pub use server::{Server, Tls};
use smtp::{Connection, Refusal};

/// Mails taken up at a time.
const BATCH: i64 = 20;
/// A mail is not begun when its lease ends sooner than this, in seconds.
const MARGIN: i64 = 120;

/// Where mail goes out, and under whose name.
#[derive(Debug, Clone)]
pub struct Config {
    /// The mail server.
    pub server: Server,
    /// Whose name.
    pub sender: Sender,
}

/// What sends mail.
#[derive(Debug)]
pub struct Mailer {
    db: Db,
    config: Option<Config>,
    stop: AtomicBool,
}

/// The connection of a batch: made when it is first needed.
enum Line {
    Unused,
    Open(Box<Connection>),
    /// It could not be made: why.
    Broken(String),
}

impl Mailer {
    /// A sender of a database's mail; without a configuration, mail waits.
    pub fn new(db: Db, config: Option<Config>) -> Self {
        Self { db, config, stop: AtomicBool::new(false) }
    }

    /// Lets the mail in hand be the last.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Sends what is due, whenever the bell rings.
    pub(crate) async fn run(&self, bell: &Notify) {
        let Some(config) = &self.config else {
            tracing::info!("no mail server is set: mail waits");
            return;
        };
        if config.sender.public_url.is_none() {
            tracing::warn!("mail has no link to unsubscribe until public_url is set");
        }
        while !self.stop.load(Ordering::Relaxed) {
            if self.run_due().await == 0 {
                bell.notified().await;
            }
        }
    }

    /// Sends all that is due; how many mails were taken up.
    pub async fn run_due(&self) -> usize {
        let Some(config) = &self.config else { return 0 };
        let mut taken = 0;
        while !self.stop.load(Ordering::Relaxed) {
            match self.batch(config).await {
                Ok(0) => break,
                Ok(some) => taken += some,
                Err(error) => {
                    tracing::warn!(cause = error.cause.as_deref(), "mail could not be taken up: {error}");
                    return 0;
                }
            }
        }
        taken
    }

    async fn batch(&self, config: &Config) -> Result<usize> {
        // Looking costs less than claiming, and most of the time there is nothing.
        if !self.db.read(|tx| mails::any_due(tx).map_err(Error::from)).await? {
            return Ok(0);
        }
        let sender = config.sender.clone();
        let batch = self.db.write(move |tx| mail::claim(tx, &sender, BATCH)).await?;
        let taken = batch.len();
        let mut line = Line::Unused;
        for claimed in batch {
            let late = self.db.clock().now() + MARGIN > claimed.mail.lease_until;
            let outcome = if late || self.stop.load(Ordering::Relaxed) {
                Outcome::Untried
            } else {
                self.one(config, &claimed, &mut line).await
            };
            tell(&claimed, &outcome);
            self.db.write(move |tx| mail::settle(tx, &claimed, &outcome)).await?;
        }
        if let Line::Open(connection) = line {
            connection.close().await;
        }
        Ok(taken)
    }

    /// Sends one mail, if it is still to be sent.
    async fn one(&self, config: &Config, claimed: &Claimed, line: &mut Line) -> Outcome {
        let (sender, job) = (config.sender.clone(), claimed.clone());
        let letter = match self.db.read(move |tx| mail::compose(tx, &sender, &job)).await {
            Ok(Composed::Letter(letter)) => letter,
            Ok(Composed::Dropped(why)) => return Outcome::Dropped(why),
            Err(error) => return Outcome::Later(error.cause.unwrap_or_else(|| error.message.into_owned())),
        };
        let (Ok(from), Ok(to)) = (config.sender.address.parse(), letter.recipient.parse()) else {
            return Outcome::Failed(format!("{} is no address that mail can be sent to", letter.recipient));
        };
        let bytes = match bytes::of(&letter) {
            Ok(bytes) => bytes,
            Err(why) => return Outcome::Failed(why),
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
        Err(Refusal::Nobody(why)) => Outcome::Bounced(letter.recipient, why),
        Err(Refusal::Never(why)) => Outcome::Failed(why),
        Err(Refusal::NotNow(why)) => Outcome::Later(why),
    }
}

/// Says what became of a mail, without saying whose it is.
fn tell(claimed: &Claimed, outcome: &Outcome) {
    let (workspace, mail) = (claimed.workspace.as_str(), claimed.mail.id);
    match outcome {
        Outcome::Sent(..) => tracing::debug!(workspace, mail, "mail was sent"),
        Outcome::Dropped(why) => tracing::debug!(workspace, mail, "mail is not needed: {why}"),
        Outcome::Bounced(_, why) => tracing::info!(workspace, mail, "mail bounced: {why}"),
        Outcome::Failed(why) => tracing::error!(workspace, mail, "mail cannot be sent: {why}"),
        Outcome::Later(why) => {
            tracing::warn!(workspace, mail, attempt = claimed.mail.attempts, "mail could not be sent yet: {why}");
        }
        Outcome::Untried => {}
    }
}
