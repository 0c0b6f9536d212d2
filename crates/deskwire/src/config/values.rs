//! The values of settings: their parsers and error messages.
//!
//! Every message completes "NAME: ", and says what is accepted.

use std::fmt::Display;
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use deskwire_domain::secrets::Secret;
use percent_encoding::percent_decode_str;
use tracing_subscriber::EnvFilter;
use url::Url;

/// A whole number within bounds.
pub(crate) fn whole<T>(least: T, most: T) -> impl Fn(&str) -> Result<T, String> + Clone
where
    T: FromStr + PartialOrd + Display + Clone,
{
    move |text| {
        let number = text.parse().ok().filter(|n| *n >= least && *n <= most);
        number.ok_or_else(|| format!("must be a whole number from {least} to {most}, not {text:?}"))
    }
}

/// A whole number of seconds within bounds.
pub(crate) fn seconds(least: u64, most: u64) -> impl Fn(&str) -> Result<Duration, String> + Clone {
    move |text| {
        let number = whole(least, most)(text);
        number.map(Duration::from_secs).map_err(|_| format!("must be seconds from {least} to {most}, not {text:?}"))
    }
}

/// The URL of a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Database(pub(crate) String);

impl FromStr for Database {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let fine = Ok(Self(text.to_owned()));
        if let Some(rest) = text.strip_prefix("sqlite://") {
            // Some programs read two slashes as a relative path, and others as an absolute one.
            let relative = rest.trim_start_matches('/');
            return Err(format!(
                "\"{text}\" is ambiguous: write sqlite:{relative} for a path below the working directory, or \
                 sqlite:/{relative} for an absolute one"
            ));
        }
        match text.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() && !path.ends_with('/') => fine,
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") && rest.len() > 2 => fine,
            // The text may contain a password, so the error repeats it only if it looks like a path.
            None if !text.is_empty() => {
                Err(format!("must be sqlite:PATH or postgres://...; did you mean sqlite:{text}?"))
            }
            _ => Err("must be sqlite:PATH or postgres://user:password@host/name".to_owned()),
        }
    }
}

/// The address and port to listen on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen(pub(crate) String);

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let message = || format!("must be HOST:PORT, like 127.0.0.1:8080 or [::]:8080, not {text:?}");
        let (host, port) = text.rsplit_once(':').ok_or_else(message)?;
        let bracketed = host.starts_with('[') && host.ends_with(']');
        let is_host = !host.is_empty() && (bracketed || !host.contains(':')) && !host.contains(['/', ' ']);
        if is_host && port.parse::<u16>().is_ok() { Ok(Self(text.to_owned())) } else { Err(message()) }
    }
}

/// The URL at which clients reach the server, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl(pub(crate) String);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let plain = |url: &Url| {
            matches!(url.scheme(), "http" | "https")
                && url.has_host()
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        };
        let is_web = text.starts_with("http://") || text.starts_with("https://");
        match Url::parse(text).ok().filter(|url| is_web && plain(url)) {
            Some(_) => Ok(Self(text.trim_end_matches('/').to_owned())),
            None => Err(format!("must be a URL like https://support.example.com, not {text:?}")),
        }
    }
}

/// The URL of a gateway, and the secret that authenticates the server to it. The connection must be encrypted, unless
/// it stays on this machine.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct GatewayUrl {
    pub(crate) url: String,
    pub(crate) secret: Option<String>,
}

impl std::fmt::Debug for GatewayUrl {
    /// Omits the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.url)
    }
}

impl FromStr for GatewayUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // The text may contain a secret, so the error does not repeat it.
        let message = || "must be a URL like https://:secret@sms.example.com/send".to_owned();
        let mut url = Url::parse(text).ok().filter(|url| url.has_host() && is_safe(url)).ok_or_else(message)?;
        if !url.username().is_empty() {
            return Err(message());
        }
        let secret = url.password().map(|secret| percent_decode_str(secret).decode_utf8_lossy().into_owned());
        if secret.as_ref().is_some_and(|secret| secret.is_empty() || !secret.bytes().all(|b| b.is_ascii_graphic())) {
            return Err("the secret must have only letters, digits and punctuation".to_owned());
        }
        // The URL has a host, so this cannot fail.
        let _ = url.set_password(None);
        Ok(Self { url: url.into(), secret })
    }
}

/// Whether the connection to a URL is encrypted or stays on this machine.
fn is_safe(url: &Url) -> bool {
    let is_near = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && is_near)
}

/// The URL of an identity provider, without a trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issuer(pub(crate) String);

impl FromStr for Issuer {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let PublicUrl(issuer) = text.parse().map_err(|_| wrong_issuer(text))?;
        match Url::parse(&issuer).ok().filter(is_safe) {
            Some(_) => Ok(Self(issuer)),
            None => Err(wrong_issuer(text)),
        }
    }
}

fn wrong_issuer(text: &str) -> String {
    format!("must be a URL like https://id.example.com, not {text:?}")
}

/// A secret, which is never printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hidden(pub(crate) Secret);

impl FromStr for Hidden {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Ok(Self(Secret(text.to_owned())))
    }
}

/// A name of at most 40 characters.
pub(crate) fn short_name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 40 || name.chars().any(char::is_control) {
        return Err("must be a name of at most 40 characters".to_owned());
    }
    Ok(name.to_owned())
}

/// Requests per minute for an app, or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateLimit(pub(crate) Option<u32>);

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match (text, text.parse()) {
            ("off", _) => Ok(Self(None)),
            (_, Ok(n)) if n > 0 => Ok(Self(Some(n))),
            _ => Err(format!("must be a number of requests a minute, or off, not {text:?}")),
        }
    }
}

impl Display for RateLimit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(n) => write!(f, "{n} a minute"),
            None => f.write_str("off"),
        }
    }
}

/// The delay before each retry of a webhook, in seconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Retries(pub(crate) Vec<i64>);

/// The maximum number of retries of a webhook, and the longest wait before one: a week.
const RETRIES: usize = 32;
const MAX_RETRY_LENGTH: i64 = 7 * 24 * 3600;

impl FromStr for Retries {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let waits = text.split(',').map(str::trim).filter(|wait| !wait.is_empty() && text != "off");
        let waits = waits.map(whole(1, MAX_RETRY_LENGTH)).collect::<Result<Vec<_>, _>>();
        let waits = waits.ok().filter(|waits| waits.len() <= RETRIES);
        waits.map(Self).ok_or_else(|| {
            format!("must be at most {RETRIES} numbers of seconds up to {MAX_RETRY_LENGTH}, or off, not {text:?}")
        })
    }
}

/// A sender or reply address of mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MailAddress {
    pub(crate) address: String,
    pub(crate) domain: String,
}

impl FromStr for MailAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('@').filter(|(name, domain)| is_plain(name) && is_plain(domain));
        let (_, domain) = parts.ok_or_else(|| format!("must be an address like support@example.org, not {text:?}"))?;
        Ok(Self { address: text.to_owned(), domain: domain.to_owned() })
    }
}

/// A domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Domain(pub(crate) String);

impl FromStr for Domain {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let message = || format!("must be a domain like example.org, not {text:?}");
        if is_plain(text) { Ok(Self(text.to_owned())) } else { Err(message()) }
    }
}

/// Whether a text can be used on either side of an `@` without quotes.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || "-._+".contains(c))
}

/// Which messages are logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogLevel(pub(crate) String);

impl FromStr for LogLevel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        let is_level = |level: &str| LEVELS.contains(&level.trim().to_ascii_lowercase().as_str());
        // A single word would be parsed as a target, and only its messages would be logged.
        let mut directives = text.split(',');
        let known = directives.all(|directive| match directive.rsplit_once('=') {
            Some((target, level)) => !target.trim().is_empty() && is_level(level),
            None => is_level(directive),
        });
        if known && EnvFilter::try_new(text).is_ok() {
            return Ok(Self(text.to_owned()));
        }
        Err(format!(
            "must be error, warn, info, debug, trace or off, or directives like deskwire_api=debug, not {text:?}"
        ))
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

/// A setting that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

/// The default directory of files: beside an SQLite database, or for one in memory in the temporary directory.
pub(crate) fn beside(database: &str) -> std::path::PathBuf {
    match database.strip_prefix("sqlite:") {
        Some(":memory:") => std::env::temp_dir().join(format!("deskwire-attachments-{}", std::process::id())),
        Some(path) => Path::new(path).with_file_name("attachments"),
        None => Path::new("data/attachments").to_owned(),
    }
}
