//! Settings: flags, then environment, then `deskwire.toml`, then defaults.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};
use deskwire_api::connections::Limits;
use deskwire_api::{Origins, Proxies};
use deskwire_store::Options;
use deskwire_worker::mail::Server;
use deskwire_worker::outbound::Allowed;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use crate::cli::{Failure, Result};
use crate::descriptors;
use crate::mail::MailArguments;

/// What may stand in `deskwire.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    pub(crate) listen: Option<String>,
    pub(crate) database: Option<String>,
    pub(crate) files: Option<PathBuf>,
    pub(crate) public_url: Option<String>,
    #[serde(default, deserialize_with = "listed")]
    pub(crate) trusted_proxies: Option<Proxies>,
    #[serde(default, deserialize_with = "listed")]
    pub(crate) cors_origins: Option<Origins>,
    pub(crate) rate_limit: Option<RateLimit>,
    pub(crate) body_limit: Option<usize>,
    pub(crate) max_connections: Option<u64>,
    pub(crate) connections_per_address: Option<usize>,
    pub(crate) search_connections: Option<u16>,
    pub(crate) search_timeout: Option<u64>,
    pub(crate) pg_pool: Option<u16>,
    pub(crate) database_timeout: Option<u64>,
    pub(crate) stop_timeout: Option<u64>,
    #[serde(default, deserialize_with = "listed")]
    pub(crate) outbound_allow: Option<Allowed>,
    pub(crate) webhook_retries: Option<Vec<u32>>,
    pub(crate) smtp_url: Option<Server>,
    pub(crate) mail_from: Option<String>,
    pub(crate) mail_domain: Option<String>,
    pub(crate) mail_reply_to: Option<String>,
    pub(crate) access_log: Option<Switch>,
    pub(crate) log_level: Option<String>,
    pub(crate) log_format: Option<Format>,
}

impl File {
    /// Reads the file named, or `deskwire.toml` if there is one.
    pub(crate) fn read(named: Option<&Path>) -> Result<File> {
        let path = named.unwrap_or(Path::new("deskwire.toml"));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && named.is_none() => return Ok(File::default()),
            Err(e) => return Err(Failure::new(format!("cannot read {}: {e}", path.display()))),
        };
        parse(path, &text)
    }
}

/// Reads TOML; what is wrong is told with its file and line.
pub(crate) fn parse<T: de::DeserializeOwned>(path: &Path, text: &str) -> Result<T> {
    toml::from_str(text).map_err(|e| {
        let place = match e.span() {
            Some(span) => format!("{}:{}", path.display(), line(text, span.start)),
            None => path.display().to_string(),
        };
        Failure::new(format!("{place}: {}", e.message()))
    })
}

/// The line that a byte of a text is on, from 1.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    Text,
    Json,
}

/// A setting that is on or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    On,
    Off,
}

/// Requests a minute for an app, or no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateLimit(pub(crate) Option<u32>);

impl FromStr for RateLimit {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        match text {
            "off" => Ok(RateLimit(None)),
            number => match number.parse() {
                Ok(n) if n > 0 => Ok(RateLimit(Some(n))),
                _ => Err("a number of requests a minute, or off".to_owned()),
            },
        }
    }
}

impl fmt::Display for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(n) => write!(f, "{n} a minute"),
            None => f.write_str("off"),
        }
    }
}

impl<'de> Deserialize<'de> for RateLimit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = RateLimit;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of requests a minute, or \"off\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> std::result::Result<RateLimit, E> {
                text.parse().map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> std::result::Result<RateLimit, E> {
                number.to_string().parse().map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// Reads a list, or one text with commas.
fn listed<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr<Err: fmt::Display>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Listed {
        One(String),
        Many(Vec<String>),
    }
    let text = match Listed::deserialize(deserializer)? {
        Listed::One(text) => text,
        Listed::Many(texts) => texts.join(","),
    };
    text.parse().map(Some).map_err(de::Error::custom)
}

/// Where files are.
#[derive(Debug, Args)]
pub(crate) struct FilesArgument {
    /// The directory of attachments [default: attachments, beside the database]
    #[arg(long = "files", value_name = "DIR", env = "DESKWIRE_FILES")]
    files: Option<PathBuf>,
}

impl FilesArgument {
    /// The directory in force, given the database's URL.
    pub(crate) fn directory(&self, database: &str, file: &File) -> PathBuf {
        self.files.clone().or_else(|| file.files.clone()).unwrap_or_else(|| beside(database))
    }
}

/// The flags of a server, besides its database.
#[derive(Debug, Args)]
pub(crate) struct ServerArguments {
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", env = "DESKWIRE_LISTEN")]
    listen: Option<String>,
    #[command(flatten)]
    files: FilesArgument,
    /// The URL that clients use to reach the server, if it is behind a proxy
    #[arg(long, value_name = "URL", env = "DESKWIRE_PUBLIC_URL")]
    public_url: Option<String>,
    /// The proxies whose X-Forwarded-For header is trusted: addresses and networks, separated by commas
    #[arg(long, value_name = "LIST", env = "DESKWIRE_TRUSTED_PROXIES")]
    trusted_proxies: Option<Proxies>,
    /// Origins whose pages may call the API from a browser, separated by commas, or * for all [default: none]
    #[arg(long, value_name = "LIST", env = "DESKWIRE_CORS_ORIGINS")]
    cors_origins: Option<Origins>,
    /// Whether each request is logged: on or off [default: off]
    #[arg(long, value_name = "SWITCH", env = "DESKWIRE_ACCESS_LOG")]
    access_log: Option<Switch>,
    /// Requests per minute for each app, or off [default: 10000; demo: off]
    #[arg(long, value_name = "NUMBER", env = "DESKWIRE_RATE_LIMIT")]
    rate_limit: Option<RateLimit>,
    /// The largest request body, in bytes; ten times as many where files come along [default: 1048576]
    #[arg(long, value_name = "BYTES", env = "DESKWIRE_BODY_LIMIT")]
    body_limit: Option<usize>,
    /// The number of client connections [default: 10000, or fewer if there are not enough file descriptors]
    #[arg(long, value_name = "NUMBER", env = "DESKWIRE_MAX_CONNECTIONS")]
    max_connections: Option<u64>,
    /// The number of connections from one address; trusted proxies and loopback may have more [default: 256]
    #[arg(long, value_name = "NUMBER", env = "DESKWIRE_CONNECTIONS_PER_ADDRESS")]
    connections_per_address: Option<usize>,
    /// The number of searches that run at the same time [default: 4]
    #[arg(long, value_name = "NUMBER", env = "DESKWIRE_SEARCH_CONNECTIONS")]
    search_connections: Option<u16>,
    /// The time limit of a search, in seconds [default: 10]
    #[arg(long, value_name = "SECONDS", env = "DESKWIRE_SEARCH_TIMEOUT")]
    search_timeout: Option<u64>,
    /// The number of PostgreSQL connections for reads and writes [default: 16]
    #[arg(long, value_name = "NUMBER", env = "DESKWIRE_PG_POOL")]
    pg_pool: Option<u16>,
    /// Seconds that a read or write may wait for PostgreSQL in total [default: 5]
    #[arg(long, value_name = "SECONDS", env = "DESKWIRE_DATABASE_TIMEOUT")]
    database_timeout: Option<u64>,
    /// Seconds that open requests have to finish when the server stops [default: 30]
    #[arg(long, value_name = "SECONDS", env = "DESKWIRE_STOP_TIMEOUT")]
    stop_timeout: Option<u64>,
    /// Non-public addresses that webhooks may be sent to and files fetched from: hosts, host:port, networks
    #[arg(long, value_name = "LIST", env = "DESKWIRE_OUTBOUND_ALLOW")]
    outbound_allow: Option<Allowed>,
    /// Seconds to wait before each retry of a failed webhook, separated by commas [default: 60]
    #[arg(long, value_name = "LIST", env = "DESKWIRE_WEBHOOK_RETRIES", value_delimiter = ',')]
    webhook_retries: Option<Vec<u32>>,
    #[command(flatten)]
    mail: MailArguments,
}

/// How a server runs.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) listen: String,
    pub(crate) database: String,
    pub(crate) files: PathBuf,
    pub(crate) public_url: Option<String>,
    pub(crate) trusted_proxies: Proxies,
    pub(crate) cors_origins: Origins,
    pub(crate) access_log: bool,
    pub(crate) rate_limit: RateLimit,
    pub(crate) body_limit: usize,
    max_connections: Option<u64>,
    connections_per_address: Option<usize>,
    pub(crate) search_connections: u16,
    pub(crate) search_timeout: Duration,
    pub(crate) pg_pool: u16,
    pub(crate) database_timeout: Duration,
    pub(crate) stop_timeout: Duration,
    pub(crate) outbound_allow: Allowed,
    pub(crate) webhook_retries: Vec<u32>,
    pub(crate) mail: MailArguments,
}

impl ServerArguments {
    /// The settings in force.
    pub(crate) fn settings(self, database: String, file: &File) -> Settings {
        self.settings_with(database, file, RateLimit(Some(10_000)))
    }

    /// The same with another rate limit when none is set.
    pub(crate) fn settings_with(self, database: String, file: &File, rate_limit: RateLimit) -> Settings {
        let seconds =
            |flag: Option<u64>, file: Option<u64>, default| Duration::from_secs(flag.or(file).unwrap_or(default));
        Settings {
            listen: self.listen.or_else(|| file.listen.clone()).unwrap_or_else(|| "127.0.0.1:8080".to_owned()),
            files: self.files.directory(&database, file),
            database,
            public_url: self.public_url.or_else(|| file.public_url.clone()),
            trusted_proxies: self.trusted_proxies.or_else(|| file.trusted_proxies.clone()).unwrap_or_default(),
            cors_origins: self.cors_origins.or_else(|| file.cors_origins.clone()).unwrap_or_default(),
            access_log: self.access_log.or(file.access_log) == Some(Switch::On),
            rate_limit: self.rate_limit.or(file.rate_limit).unwrap_or(rate_limit),
            body_limit: self.body_limit.or(file.body_limit).unwrap_or(1 << 20),
            max_connections: self.max_connections.or(file.max_connections),
            connections_per_address: self.connections_per_address.or(file.connections_per_address),
            search_connections: self.search_connections.or(file.search_connections).unwrap_or_else(searches).max(1),
            search_timeout: seconds(self.search_timeout, file.search_timeout, 10),
            pg_pool: self.pg_pool.or(file.pg_pool).unwrap_or(16).max(1),
            database_timeout: seconds(self.database_timeout, file.database_timeout, 5).max(Duration::from_secs(1)),
            stop_timeout: seconds(self.stop_timeout, file.stop_timeout, 30),
            outbound_allow: self.outbound_allow.or_else(|| file.outbound_allow.clone()).unwrap_or_default(),
            mail: self.mail.over(file),
            webhook_retries: self.webhook_retries.or_else(|| file.webhook_retries.clone()).unwrap_or_else(|| vec![60]),
        }
    }
}

impl Settings {
    /// How the database is opened.
    pub(crate) fn options(&self) -> Options {
        Options {
            search_connections: self.search_connections.into(),
            search_timeout: self.search_timeout,
            pg_pool: self.pg_pool.into(),
            busy_timeout: self.database_timeout,
            ..Options::default()
        }
    }

    /// What clients may take.
    pub(crate) fn connections(&self) -> Limits {
        let total = descriptors::for_clients(self.max_connections);
        // A program of this machine is as often a proxy as not.
        let near: Proxies = "127.0.0.0/8, ::1".parse().unwrap_or_default();
        Limits {
            total,
            per_proxy: (total - total / 4).max(1),
            per_address: self.connections_per_address.unwrap_or(256).clamp(1, total),
            proxies: near.and(&self.trusted_proxies),
            ..Limits::default()
        }
    }

    /// What the worker goes by.
    pub(crate) fn worker(&self) -> Result<deskwire_worker::Config> {
        Ok(deskwire_worker::Config {
            outbound_allow: self.outbound_allow.clone(),
            webhook_retries: self.webhook_retries.iter().map(|s| i64::from(*s)).collect(),
            files: self.files.clone(),
            mail: self.mail.config(self.public_url.as_deref())?,
            public_url: self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen)),
        })
    }

    /// What the API goes by.
    pub(crate) fn api(&self) -> deskwire_api::Config {
        deskwire_api::Config {
            rate_limit: self.rate_limit.0,
            body_limit: self.body_limit,
            files: self.files.clone(),
            public_url: self.public_url.clone(),
            proxies: self.trusted_proxies.clone(),
            cors: self.cors_origins.clone(),
            access_log: self.access_log,
        }
    }
}

/// Searches at once when nobody says: one for each processor, so that they leave time for everything else.
fn searches() -> u16 {
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    u16::try_from(processors.clamp(2, 16)).unwrap_or(2)
}

/// Where files are kept when nobody says: beside an SQLite database; with one in memory, where they go with the machine.
fn beside(database: &str) -> PathBuf {
    match database.strip_prefix("sqlite:") {
        Some(":memory:") => std::env::temp_dir().join(format!("deskwire-attachments-{}", std::process::id())),
        Some(path) => Path::new(path).with_file_name("attachments"),
        None => PathBuf::from("data/attachments"),
    }
}
