//! The state of a running server.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use deskwire_domain::mail::{Letter, Sender};
use deskwire_store::fair::Key;
use deskwire_store::{Db, Files, Place};

use crate::auth::Tokens;
use crate::budgets::Budgets;
use crate::busy::Busy;
use crate::connections::stats::Stats;
use crate::cors::Origins;
use crate::inbox::oidc::{self, Provider};
use crate::limits::{Buckets, RateLimit, SharedLimit};
use crate::live::Hub;
use crate::metrics::Metrics;
use crate::oauth::passwords::Passwords;
use crate::operations::backlog::Backlog;
use crate::proxies::Proxies;
use crate::texts::{TextSender, Turns};
use crate::tools::streams::Streams;

/// How a demo or test server displays its mail.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// The sender of the mail.
    pub sender: Sender,
    /// The bytes of a mail, or why there are none.
    pub raw: fn(&Letter) -> Result<Vec<u8>, String>,
}

/// The settings of the API.
#[derive(Debug, Clone)]
pub struct Config {
    /// Requests per minute for an app; `None` for no limit.
    pub rate_limit: Option<u32>,
    /// The largest body that is read, in bytes; ten times as much with files.
    pub body_limit: usize,
    /// Where attachments are stored.
    pub files: Place,
    /// The URL by which clients reach this server, if it differs from the `Host` that they send (behind a proxy).
    pub public_url: Option<String>,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub proxies: Proxies,
    /// The origins whose pages may call the API from a browser.
    pub cors: Origins,
    /// Whether to log each request.
    pub access_log: bool,
    /// Whether the workspace is a demo, which the inbox then displays.
    pub demo: bool,
    /// How many clients may start to follow per second, on average; bursts of twice as many are allowed.
    pub handshakes: u32,
    /// For demos and test servers: their inbox displays the mail and webhooks that were sent.
    pub outbox: Option<Outbox>,
    /// The server is not ready while a disk that it writes to has fewer free bytes.
    pub disk_reserve: u64,
    /// Sends text messages; `None` disables them.
    pub texts: Option<Arc<dyn TextSender>>,
    /// The identity provider that teammates may sign in through.
    pub oidc: Option<Arc<Provider>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            rate_limit: Some(10_000),
            body_limit: 1 << 20,
            files: Place::from("data/attachments"),
            public_url: None,
            proxies: Proxies::default(),
            cors: Origins::default(),
            access_log: false,
            demo: false,
            outbox: None,
            handshakes: 500,
            disk_reserve: 64 << 20,
            texts: None,
            oidc: None,
        }
    }
}

/// The state shared by all requests.
pub struct App {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The stored attachments.
    pub files: Files,
    /// The cache of tokens.
    pub tokens: Tokens,
    /// Counters.
    pub metrics: Metrics,
    /// Counters of connections.
    pub(crate) connections: Arc<Stats>,
    /// Set shortly before the server stops: `/readyz` fails, and everything else continues.
    pub draining: AtomicBool,
    /// Set when the server stops: `/readyz` fails, and clients that follow events are disconnected.
    pub stopping: AtomicBool,
    pub(crate) limit: RateLimit,
    /// The rate limit of apps, which all servers on the database count together.
    pub(crate) app_limit: SharedLimit,
    /// The buckets of callers without a token, by network.
    pub(crate) anonymous: Buckets<Key>,
    /// The buckets of teammates in the inbox, by workspace and admin.
    pub(crate) teammates: Buckets<Key>,
    /// The buckets of visitors of phone call redirects, by network.
    pub(crate) visits: Buckets<Key>,
    pub(crate) texts: Turns,
    pub(crate) oidc_turns: oidc::Turns,
    pub(crate) budgets: Budgets,
    pub(crate) busy: Busy,
    pub(crate) live: Hub,
    pub(crate) streams: Streams,
    pub(crate) passwords: Passwords,
    pub(crate) backlog: Backlog,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

impl App {
    /// The state of a server on a database.
    pub fn new(db: Db, config: Config) -> Arc<Self> {
        Arc::new(Self {
            limit: RateLimit::per_minute(config.rate_limit),
            app_limit: SharedLimit::new(RateLimit::per_minute(config.rate_limit), &db),
            files: Files::new(config.files.clone()).with(&db),
            tokens: Tokens::default(),
            metrics: Metrics::default(),
            connections: Arc::default(),
            draining: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            anonymous: Buckets::default(),
            teammates: Buckets::default(),
            visits: Buckets::default(),
            texts: Turns::default(),
            oidc_turns: oidc::Turns::default(),
            budgets: Budgets::default(),
            busy: Busy::default(),
            live: Hub::new(config.handshakes),
            streams: Streams::default(),
            passwords: Passwords::default(),
            backlog: Backlog::default(),
            db,
            config,
        })
    }
}
