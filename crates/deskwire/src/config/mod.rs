//! Settings. Each is declared once, as an argument with `env` in a struct below. Its flag, its environment variable,
//! its key in the settings file, its default, its check and its row in docs/SETTINGS.md follow from that (see
//! [`declared`]).

mod declared;
mod toml_file;
mod values;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use deskwire_api::Outbox;
use deskwire_api::connections::Limits;
use deskwire_api::inbox::oidc::{self, Provider};
use deskwire_api::{Origins, Proxies};
use deskwire_domain::mail::Sender;
use deskwire_store::{Options, Place};
use deskwire_worker::identity::Identities;
use deskwire_worker::mail::{self, Server};
use deskwire_worker::outbound::{Allowed, Outbound};
use deskwire_worker::texts::Gateway;

pub(crate) use declared::{PREFIX, Setting, Values, meant, prefixed, usage_failure, with_defaults};
pub(crate) use toml_file::{line, parse, read};
pub(crate) use values::{Database, Format, LogLevel, Switch, whole};
use values::{
    Domain, GatewayUrl, Hidden, Issuer, Listen, MailAddress, PublicUrl, RateLimit, Retries, beside, seconds, short_name,
};

use crate::cli::{Failure, Result};
use crate::descriptors;

/// The options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Common {
    /// The settings file [default: deskwire.toml in the working directory, if there is one]
    #[arg(long, global = true, value_name = "FILE", env)]
    pub(crate) config: Option<PathBuf>,
    /// The log level: `error`, `warn`, `info`, `debug`, `trace`, `off`, or directives like `deskwire_api=debug`
    /// [default: `info` for `serve`, else `warn`]
    #[arg(long, global = true, value_name = "LEVEL", env)]
    pub(crate) log_level: Option<LogLevel>,
    /// The log format: `text` or `json` [default: `json` for `serve` without a terminal, else `text`]
    #[arg(long, global = true, value_name = "FORMAT", env)]
    pub(crate) log_format: Option<Format>,
}

/// The database of a command.
#[derive(Debug, Args)]
pub(crate) struct DatabaseArgument {
    /// The database: `sqlite:PATH`, whose directory is created if missing, or `postgres://user:password@host/name`;
    /// over a network, add `?sslmode=require`, and `&sslrootcert=FILE` for a private certificate authority; to use a
    /// primary and its standbys, list their hosts (`host1,host2:5433`); for PgBouncer with `pool_mode = transaction`,
    /// add `?pooler=transaction`
    #[arg(long, value_name = "URL", env, default_value = "sqlite:data/deskwire.db", hide_env_values = true)]
    pub(crate) database: Database,
}

/// Where files are.
#[derive(Debug, Args)]
pub(crate) struct FilesArgument {
    /// Storage for attachments and other files, shared by all servers: a directory, or an S3-compatible bucket like
    /// `s3://bucket/prefix?endpoint=https://s3.example.com&region=eu-1`, with its keys in `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY` [default: `attachments` beside an SQLite database; `data/attachments` with PostgreSQL]
    // Explicit, because `Place` also converts from a path, which clap would prefer.
    #[arg(long, value_name = "PLACE", env, value_parser = str::parse::<Place>)]
    pub(crate) files: Option<Place>,
}

impl FilesArgument {
    /// The effective storage of files, given the URL of the database.
    pub(crate) fn place(&self, database: &str) -> Place {
        self.files.clone().unwrap_or_else(|| beside(database).into())
    }
}

/// How a server runs.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// The address and port to listen on
    #[arg(long, value_name = "ADDR", env, default_value = "127.0.0.1:8080")]
    listen: Listen,
    #[command(flatten)]
    pub(crate) files: FilesArgument,
    /// The URL that clients use to reach the server, if it is behind a proxy [default: the `Host` of each request]
    #[arg(long, value_name = "URL", env)]
    public_url: Option<PublicUrl>,
    /// The proxies whose `X-Forwarded-For` header is trusted: addresses and networks
    #[arg(long, value_name = "LIST", env)]
    trusted_proxies: Option<Proxies>,
    /// Origins whose pages may call the API from a browser, like `https://tools.example.com`, or `*`; cookies are
    /// never shared with them
    #[arg(long, value_name = "LIST", env)]
    cors_origins: Option<Origins>,
    /// Maximum number of client connections; lower if the system does not allow enough file descriptors
    /// [default: `10000`]
    #[arg(long, value_name = "NUMBER", env, value_parser = whole(1_u64, 1_000_000))]
    max_connections: Option<u64>,
    /// Maximum number of connections from one address (IPv6: from one /64 network); from each trusted proxy and from
    /// loopback, three quarters of `max_connections`
    #[arg(long, value_name = "NUMBER", env, default_value = "256", value_parser = whole(1_usize, 1_000_000))]
    connections_per_address: usize,
    /// Requests per minute for each app, counted in windows of ten seconds, or `off`
    #[arg(long, value_name = "NUMBER", env, default_value = "10000")]
    pub(crate) rate_limit: RateLimit,
    /// Maximum size of a request body, in bytes; ten times that for replies, which may carry files
    #[arg(long, value_name = "BYTES", env, default_value = "1048576", value_parser = whole(1024_usize, 1 << 30))]
    body_limit: usize,
    /// Maximum number of concurrent searches [default: twice the number of processors, 4 to 16]
    #[arg(long, value_name = "NUMBER", env, value_parser = whole(1_usize, 1024))]
    search_connections: Option<usize>,
    /// The time limit of a search, in seconds
    #[arg(long, value_name = "SECONDS", env, default_value = "10", value_parser = seconds(1, 3600))]
    search_timeout: Duration,
    /// Connections to PostgreSQL for reads and writes
    #[arg(long, value_name = "NUMBER", env, default_value = "16", value_parser = whole(1_usize, 1024))]
    pg_pool: usize,
    /// Seconds that a read or write may take on PostgreSQL, including waiting time, before it is refused with 503
    #[arg(long, value_name = "SECONDS", env, default_value = "5", value_parser = seconds(1, 3600))]
    database_timeout: Duration,
    /// Seconds to keep serving after a stop signal, while `/readyz` answers 503, so that load balancers stop sending
    /// requests before the server stops
    #[arg(long, value_name = "SECONDS", env, default_value = "0", value_parser = seconds(0, 3600))]
    pub(crate) stop_delay: Duration,
    /// Seconds that the server waits for requests in flight when it stops
    #[arg(long, value_name = "SECONDS", env, default_value = "30", value_parser = seconds(0, 86_400))]
    pub(crate) stop_timeout: Duration,
    /// Minimum free space, in bytes, on each disk that the server writes to; below it, the server is not ready
    /// (`/readyz`)
    #[arg(long, value_name = "BYTES", env, default_value = "67108864", value_parser = whole(0_u64, 1 << 60))]
    pub(crate) disk_reserve: u64,
    /// Non-public addresses that webhooks may be sent to and files fetched from: hosts, `host:port`, addresses,
    /// networks
    #[arg(long, value_name = "LIST", env)]
    outbound_allow: Option<Allowed>,
    /// Seconds to wait before each retry of a failed webhook, or `off`
    #[arg(long, value_name = "LIST", env, default_value = "60")]
    webhook_retries: Retries,
    #[command(flatten)]
    pub(crate) mail: Mail,
    #[command(flatten)]
    texts: Texts,
    #[command(flatten)]
    identity: Identity,
    /// Test mode, `on` or `off`: the inbox says that this is a test server, and shows the mail and the webhooks that
    /// were sent
    #[arg(long, value_name = "SWITCH", env, default_value = "off")]
    pub(crate) test_mode: Switch,
    /// Whether each request is logged, `on` or `off`: method, path, status, bytes, microseconds, request id, workspace,
    /// app, address
    #[arg(long, value_name = "SWITCH", env, default_value = "off")]
    access_log: Switch,
}

/// How mail is sent.
#[derive(Debug, Args)]
pub(crate) struct Mail {
    /// The mail server: `smtp://user:password@host:587` or `smtps://...`, with `?tls=required` (the default with a
    /// password), `opportunistic` (the default without one) or `none` [default: none, mail waits]
    #[arg(long, value_name = "URL", env, hide_env_values = true)]
    smtp_url: Option<Server>,
    /// The sender address of mail; required with `smtp_url`
    #[arg(long, value_name = "ADDRESS", env)]
    mail_from: Option<MailAddress>,
    /// The reply address of mail: a mailbox that people read [default: none, mail says that replies are not read]
    #[arg(long, value_name = "ADDRESS", env)]
    mail_reply_to: Option<MailAddress>,
    /// The domain of Message-IDs [default: that of `mail_from`]
    #[arg(long, value_name = "DOMAIN", env)]
    mail_domain: Option<Domain>,
}

/// How text messages are sent.
#[derive(Debug, Args)]
struct Texts {
    /// The gateway for text messages: an `https` URL that takes `POST {"to", "text"}`, like
    /// `https://:secret@host/send`, whose secret is sent as a bearer token [default: none, no text messages are sent]
    #[arg(long, value_name = "URL", env, hide_env_values = true)]
    sms_url: Option<GatewayUrl>,
}

/// The identity provider that teammates may sign in through.
#[derive(Debug, Args)]
struct Identity {
    /// The issuer URL of the OpenID Connect provider that teammates may sign in with, without
    /// `/.well-known/openid-configuration` [default: none, teammates sign in with a password]
    #[arg(long, value_name = "URL", env)]
    oidc_issuer: Option<Issuer>,
    /// The client id that the provider assigned to this server; required with `oidc_issuer`
    #[arg(long, value_name = "ID", env)]
    oidc_client_id: Option<String>,
    /// The client secret that the provider assigned to this server; required with `oidc_issuer`
    #[arg(long, value_name = "SECRET", env, hide_env_values = true)]
    oidc_client_secret: Option<Hidden>,
    /// The provider's name on the sign-in button, after `Sign in with`
    #[arg(long, value_name = "NAME", env, default_value = "SSO", value_parser = short_name)]
    oidc_name: String,
}

impl Mail {
    /// The domain of Message-IDs; `None` without `mail_from`.
    pub(crate) fn domain(&self) -> Option<&str> {
        let own = self.mail_domain.as_ref().map(|domain| domain.0.as_str());
        own.or(self.mail_from.as_ref().map(|from| from.domain.as_str()))
    }
}

impl Settings {
    /// How the database is opened.
    pub(crate) fn options(&self) -> Options {
        Options {
            search_connections: self.search_connections.unwrap_or_else(searches),
            search_timeout: self.search_timeout,
            pg_pool: self.pg_pool,
            busy_timeout: self.database_timeout,
            ..Options::default()
        }
    }

    /// The address to listen on.
    pub(crate) fn listen(&self) -> &str {
        &self.listen.0
    }

    /// The URL at which clients reach the server, if one is set.
    pub(crate) fn public_url(&self) -> Option<&str> {
        self.public_url.as_ref().map(|url| url.0.as_str())
    }

    /// The limits on connections.
    pub(crate) fn connections(&self) -> Limits {
        let total = descriptors::for_clients(self.max_connections);
        // A client on this machine may be a proxy.
        let near: Proxies = "127.0.0.0/8, ::1".parse().unwrap_or_default();
        Limits {
            total,
            per_proxy: (total - total / 4).max(1),
            per_address: self.connections_per_address.clamp(1, total),
            proxies: near.and(&self.trusted_proxies.clone().unwrap_or_default()),
            ..Limits::default()
        }
    }

    /// The configuration of the worker.
    pub(crate) fn worker(&self, files: &Place) -> Result<deskwire_worker::Config> {
        Ok(deskwire_worker::Config {
            outbound_allow: self.outbound_allow.clone().unwrap_or_default(),
            webhook_retries: self.webhook_retries.0.clone(),
            files: files.clone(),
            mail: self.mail()?,
            public_url: self.public_url().map_or_else(|| format!("http://{}", self.listen()), str::to_owned),
        })
    }

    /// The configuration of the API.
    pub(crate) fn api(&self, files: &Place) -> deskwire_api::Config {
        deskwire_api::Config {
            rate_limit: self.rate_limit.0,
            body_limit: self.body_limit,
            files: files.clone(),
            public_url: self.public_url().map(str::to_owned),
            proxies: self.trusted_proxies.clone().unwrap_or_default(),
            cors: self.cors_origins.clone().unwrap_or_default(),
            access_log: self.access_log == Switch::On,
            demo: false,
            outbox: None,
            handshakes: 500,
            disk_reserve: self.disk_reserve,
            texts: None,
            oidc: None,
        }
    }

    /// The composition of mail that the server sends, or would send if it had a mail server.
    pub(crate) fn outbox(&self, url: String) -> Result<Outbox> {
        let mut sender = match self.mail()? {
            Some(config) => config.sender,
            None => Sender {
                address: "inbox@deskwire.test".to_owned(),
                domain: "deskwire.test".to_owned(),
                reply_to: None,
                public_url: None,
            },
        };
        sender.public_url.get_or_insert(url);
        Ok(Outbox { sender, raw: mail::raw })
    }

    /// The sender of text messages; `None` without a gateway.
    pub(crate) fn gateway(&self, outbound: &Outbound) -> Result<Option<Gateway>> {
        let Some(GatewayUrl { url, secret }) = &self.texts.sms_url else { return Ok(None) };
        Gateway::new(outbound.clone(), url.clone(), secret.as_deref()).map(Some).map_err(Failure::new)
    }

    /// The identity provider; `None` without an issuer.
    pub(crate) fn identity(&self, outbound: &Outbound) -> Result<Option<Provider>> {
        Ok(self.oidc()?.map(|settings| Provider::new(settings, Arc::new(Identities(outbound.clone())))))
    }

    fn oidc(&self) -> Result<Option<oidc::Settings>> {
        let Identity { oidc_issuer, oidc_client_id, oidc_client_secret, oidc_name } = &self.identity;
        let Some(Issuer(issuer)) = oidc_issuer else { return Ok(None) };
        let (Some(client_id), Some(Hidden(client_secret))) = (oidc_client_id, oidc_client_secret) else {
            let message = "oidc_issuer requires oidc_client_id and oidc_client_secret";
            return Err(Failure::Usage(message.to_owned()));
        };
        Ok(Some(oidc::Settings {
            issuer: issuer.clone(),
            client_id: client_id.clone(),
            client_secret: client_secret.clone(),
            name: oidc_name.clone(),
        }))
    }

    /// Rejects settings that require others that are not set.
    pub(crate) fn check(&self) -> Result {
        self.mail()?;
        self.oidc().map(drop)
    }

    /// The configuration of sending mail; `None` without a mail server.
    pub(crate) fn mail(&self) -> Result<Option<mail::Config>> {
        let Mail { smtp_url, mail_from, mail_reply_to, .. } = &self.mail;
        let Some(server) = smtp_url else { return Ok(None) };
        let Some(from) = mail_from else {
            let message = "smtp_url requires mail_from, the sender address of mail";
            return Err(Failure::Usage(message.to_owned()));
        };
        let sender = Sender {
            address: from.address.clone(),
            domain: self.mail.domain().unwrap_or(&from.domain).to_owned(),
            reply_to: mail_reply_to.as_ref().map(|to| to.address.clone()),
            public_url: self.public_url().map(str::to_owned),
        };
        Ok(Some(mail::Config { server: server.clone(), sender }))
    }
}

/// The default number of concurrent searches. One place is always reserved for a workspace that has none, and short
/// searches mostly wait for I/O.
fn searches() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get).saturating_mul(2).clamp(4, 16)
}
