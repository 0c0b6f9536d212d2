//! A connection to the mail server, command by command: which command was rejected, and how, tells whether the
//! recipient or our configuration is at fault.

use std::error::Error as _;
use std::future::Future;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};

use super::bytes::is_plain;
use super::server::{Server, Tls};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(20);
/// How long the server may take to respond to a command.
const COMMAND: Duration = Duration::from_secs(60);

/// Why a mail was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The recipient's address does not exist.
    NoSuchAddress(String),
    /// The failure is permanent.
    Permanent(String),
    /// The failure is temporary.
    Temporary(String),
}

/// Why a command failed, with the server's response if there was one.
struct Failure {
    status: Option<u16>,
    text: String,
}

impl Failure {
    const fn is_permanent(&self) -> bool {
        matches!(self.status, Some(500..=599))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let status = error.status().and_then(|code| code.to_string().parse().ok());
        let detail = error.source().map(|source| format!(": {source}")).unwrap_or_default();
        Self { status, text: format!("{error}{detail}").chars().take(500).collect() }
    }
}

/// A connection over which mails are sent one after the other.
pub(super) struct Connection {
    smtp: AsyncSmtpConnection,
    broken: bool,
}

impl Connection {
    /// Connects, encrypts and signs in, as configured.
    pub(super) async fn open(server: &Server, hello: &str) -> Result<Self, String> {
        let opened = limited(CONNECT, connect(server, hello)).await;
        opened.map(|smtp| Self { smtp, broken: false }).map_err(|f| format!("{server}: {}", f.text))
    }

    /// Whether the connection is broken.
    pub(super) fn is_broken(&self) -> bool {
        self.broken || self.smtp.has_broken()
    }

    /// Whether the server accepts addresses that are not ASCII.
    pub(super) fn takes_utf8(&self) -> bool {
        self.smtp.server_info().supports_feature(Extension::SmtpUtfEight)
    }

    /// Quits.
    pub(super) async fn close(mut self) {
        let _ = limited(Duration::from_secs(5), self.smtp.quit()).await;
    }

    /// Sends a mail.
    pub(super) async fn send(&mut self, from: Address, to: Address, mail: &[u8]) -> Result<(), Refusal> {
        let utf8 = !(is_plain(&from) && is_plain(&to) && mail.is_ascii());
        let parameters = if utf8 {
            vec![MailParameter::Body(MailBodyParameter::EightBitMime), MailParameter::SmtpUtfEight]
        } else {
            Vec::new()
        };
        // A rejected sender is an error in our configuration, which the operator may fix.
        self.command(Mail::new(Some(from), parameters)).await.map_err(|f| Refusal::Temporary(f.text))?;
        if let Err(failure) = self.command(Rcpt::new(to, Vec::new())).await {
            return Err(self.classify(failure, true).await);
        }
        if let Err(failure) = self.command(Data).await {
            return Err(self.classify(failure, false).await);
        }
        let sent = limited(COMMAND, self.smtp.message(mail)).await;
        let sent = self.track(sent.map(|_| ()));
        match sent {
            Ok(()) => Ok(()),
            Err(failure) => Err(self.classify(failure, false).await),
        }
    }

    async fn command(&mut self, command: impl std::fmt::Display) -> Result<(), Failure> {
        let result = limited(COMMAND, self.smtp.command(command)).await;
        self.track(result.map(|_| ()))
    }

    /// Remembers that the connection is broken.
    fn track(&mut self, result: Result<(), Failure>) -> Result<(), Failure> {
        if let Err(failure) = &result {
            self.broken |= matches!(failure.status, None | Some(421));
        }
        result
    }

    async fn classify(&mut self, failure: Failure, of_recipient: bool) -> Refusal {
        if !self.broken && self.command(Rset).await.is_err() {
            self.broken = true;
        }
        if !failure.is_permanent() {
            Refusal::Temporary(failure.text)
        } else if of_recipient && bad_recipient(failure.status, &failure.text) {
            Refusal::NoSuchAddress(failure.text)
        } else {
            Refusal::Permanent(failure.text)
        }
    }
}

/// Whether a rejection is due to the recipient's address, and not to our configuration: by the enhanced status code if
/// there is one.
fn bad_recipient(status: Option<u16>, text: &str) -> bool {
    let enhanced = text.split(|c: char| !(c.is_ascii_digit() || c == '.')).find(|word| {
        let mut pieces = word.split('.');
        let numbers = pieces.by_ref().take(3).filter(|p| !p.is_empty() && p.len() <= 3).count();
        word.starts_with("5.") && numbers == 3 && pieces.next().is_none()
    });
    match enhanced {
        Some(code) => code.starts_with("5.1.") || code == "5.2.1" || code == "5.5.0",
        None => matches!(status, Some(550 | 551 | 553)),
    }
}

async fn connect(server: &Server, hello: &str) -> Result<AsyncSmtpConnection, Error> {
    let hello = ClientId::Domain(hello.to_owned());
    let tls = || TlsParameters::new_rustls(server.host.clone());
    let implicit = if server.tls == Tls::Implicit { Some(tls()?) } else { None };
    let address = (server.host.as_str(), server.port);
    let mut smtp = AsyncSmtpConnection::connect_tokio1(address, Some(CONNECT), &hello, implicit, None).await?;
    let start = match server.tls {
        Tls::Required => true,
        Tls::Opportunistic => smtp.can_starttls(),
        Tls::Implicit | Tls::None => false,
    };
    if start {
        smtp.starttls(tls()?, &hello).await?;
    }
    if let Some((user, password)) = &server.credentials {
        let credentials = Credentials::new(user.clone(), password.clone());
        smtp.auth(&[Mechanism::Plain, Mechanism::Login], &credentials).await?;
    }
    Ok(smtp)
}

/// Fails with a timeout if this takes too long.
async fn limited<T>(limit: Duration, work: impl Future<Output = Result<T, Error>>) -> Result<T, Failure> {
    match tokio::time::timeout(limit, work).await {
        Ok(done) => done.map_err(Failure::from),
        Err(_) => Err(Failure { status: None, text: "the mail server took too long".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::bad_recipient;

    #[test]
    fn addresses_bounce_and_our_own_faults_do_not() {
        assert!(bad_recipient(Some(550), "permanent error (550): 5.1.1 <a@b.test>: no such user"));
        assert!(bad_recipient(Some(550), "permanent error (550): No such user here"));
        assert!(bad_recipient(Some(550), "permanent error (550): 5.2.1 mailbox disabled"));
        assert!(!bad_recipient(Some(554), "permanent error (554): 5.7.1 Relay access denied"));
        assert!(!bad_recipient(Some(550), "permanent error (550): 5.7.26 this mail is unauthenticated, see 10.0.0.1"));
        assert!(!bad_recipient(Some(552), "permanent error (552): mailbox full"));
        assert!(!bad_recipient(Some(530), "permanent error (530): authentication required"));
    }
}
