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

/// How mail looks that this server sends.
#[derive(Debug, Clone)]
pub struct Outbox {
    /// Whose name it bears.
    pub sender: Sender,
    /// The bytes of a mail, or why there are none.
    pub raw: fn(&Letter) -> Result<Vec<u8>, String>,
}

/// Settings of the API.
#[derive(Debug, Clone)]
pub struct Config {
    /// Requests a minute for an app; none for no limit.
    pub rate_limit: Option<u32>,
    /// The largest body that is read, in bytes; ten times as much where files come along.
    pub body_limit: usize,
    /// Where the files that came with messages are.
    pub files: Place,
    /// The URL clients reach us by, when it is not the one they ask for (behind a proxy).
    pub public_url: Option<String>,
    /// The proxies that say truly where a request comes from.
    pub proxies: Proxies,
    /// The origins whose pages may call the API from a browser.
    pub cors: Origins,
    /// Whether each request is a line in the log.
    pub access_log: bool,
    /// Whether the workspace is a demo, which the inbox then says.
    pub demo: bool,
    /// How many clients may begin to follow a second, on average; twice as many at once.
    pub handshakes: u32,
    /// For demos and test servers, whose inbox shows what was sent.
    pub outbox: Option<Outbox>,
    /// With fewer free bytes on a disk that it writes to, the server is not ready.
    pub disk_reserve: u64,
    /// What sends text messages; without it there are none.
    pub texts: Option<Arc<dyn TextSender>>,
    /// The provider of identities that teammates may sign in through.
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

/// The state behind all requests.
pub struct App {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The files that came with messages.
    pub files: Files,
    /// The cache of tokens.
    pub tokens: Tokens,
    /// Counters.
    pub metrics: Metrics,
    /// Counters of connections.
    pub(crate) connections: Arc<Stats>,
    /// Set when the server is about to stop: `/readyz` then fails, and all else goes on.
    pub draining: AtomicBool,
    /// Set when the server begins to stop: `/readyz` then fails, and those who follow events are told.
    pub stopping: AtomicBool,
    pub(crate) limit: RateLimit,
    /// The same for apps, which all servers on the database count together.
    pub(crate) app_limit: SharedLimit,
    /// Callers without a token, by the network that they come from.
    pub(crate) anonymous: Buckets<Key>,
    /// Teammates in the inbox, by workspace and admin.
    pub(crate) teammates: Buckets<Key>,
    /// Those who follow links of phone call redirects, by their network.
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
    /// State over a database.
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
