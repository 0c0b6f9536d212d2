//! What the server keeps while it runs.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use deskwire_store::Db;

use crate::auth::Tokens;
use crate::limits::{Buckets, RateLimit};
use crate::metrics::Metrics;
use crate::oauth::Passwords;
use crate::routes::Routes;

/// Settings of the API.
#[derive(Debug, Clone)]
pub struct Config {
    /// Requests a minute for an app; none for no limit.
    pub rate_limit: Option<u32>,
    /// The largest body that is read, in bytes.
    pub body_limit: usize,
    /// The URL clients reach us by, when it is not the one they ask for (behind a proxy).
    pub public_url: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { rate_limit: Some(10_000), body_limit: 10 << 20, public_url: None }
    }
}

/// The state behind all requests.
pub struct App {
    /// The database.
    pub db: Db,
    /// The settings.
    pub config: Config,
    /// The cache of tokens.
    pub tokens: Tokens,
    /// Counters.
    pub metrics: Metrics,
    /// Set when the server begins to stop: `/readyz` then says no.
    pub stopping: AtomicBool,
    pub(crate) limit: RateLimit,
    pub(crate) strangers: Buckets<Option<IpAddr>>,
    pub(crate) routes: Routes,
    pub(crate) passwords: Passwords,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

impl App {
    /// State over a database.
    pub fn new(db: Db, config: Config) -> Arc<Self> {
        Self::with_routes(db, config, crate::public::routes::table())
    }

    /// The same with another table of operations.
    pub fn with_routes(db: Db, config: Config, routes: Routes) -> Arc<Self> {
        Arc::new(Self {
            limit: RateLimit::per_minute(config.rate_limit),
            tokens: Tokens::default(),
            metrics: Metrics::default(),
            stopping: AtomicBool::new(false),
            strangers: Buckets::default(),
            routes,
            passwords: Passwords::default(),
            db,
            config,
        })
    }
}
