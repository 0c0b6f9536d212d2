//! The cache of tokens.
//!
//! Only the SHA-256 of a token is kept, here and in the database. Identities are cached by hash. Each change of tokens,
//! apps or admins increments the `auth` epoch in its transaction. Every process polls the epoch twice a second, and
//! clears the cache if the epoch has changed or cannot be read. So a revocation takes effect in all processes within a
//! second, and a known token needs no query.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::TokenId;
use deskwire_domain::tokens::{self, Grant, Hash};
use deskwire_store::Db;
use deskwire_store::fair::Key;
use deskwire_store::rate_limits::LimitKind;
use parking_lot::RwLock;

use super::caller::{Identity, limited_by};
use super::scope::Scopes;
use crate::limits::{AppBucket, Buckets};
use crate::versions::Version;

/// How often the epoch is read.
const POLL: Duration = Duration::from_millis(500);
/// The number of polls after which the times of last use are written.
const WRITE_EVERY: u32 = 20;
/// The maximum number of identities; above it, the cache is cleared.
const MAX: usize = 50_000;

/// The cache of known tokens.
#[derive(Debug, Default)]
pub struct Tokens {
    known: RwLock<HashMap<Hash, Arc<Identity>>>,
    epoch: AtomicI64,
    buckets: Buckets<(LimitKind, i64), AppBucket>,
}

impl Tokens {
    /// Returns the identity of a token. Fails if it has none.
    pub async fn identify(&self, db: &Db, token: &str) -> Result<Arc<Identity>> {
        self.find(db, tokens::hash(token)).await
    }

    /// Returns the current identity: a request may outlive its token. It needs no query unless tokens have changed
    /// since.
    pub(crate) async fn renew(&self, db: &Db, identity: &Arc<Identity>) -> Result<Arc<Identity>> {
        if identity.epoch == self.epoch.load(Ordering::Acquire) {
            return Ok(identity.clone());
        }
        self.find(db, identity.hash).await
    }

    async fn find(&self, db: &Db, hash: Hash) -> Result<Arc<Identity>> {
        if let Some(identity) = self.known.read().get(&hash) {
            identity.last_used_at.store(db.clock().now(), Ordering::Relaxed);
            return Ok(identity.clone());
        }
        let found = db.read(move |tx| match tokens::find(tx, &hash)? {
            Some(found) => Ok(found),
            None if tokens::ended(tx, &hash)? => Err(ErrorKind::TokenRevoked.into()),
            None => Err(Error::from(ErrorKind::Unauthorized)),
        });
        let (grant, epoch) = found.await?;
        let identity = Arc::new(self.identity(hash, epoch, grant, db.clock().now()));
        let mut known = self.known.write();
        // A grant read before the epoch changed must not be cached after the cache was cleared.
        if epoch == self.epoch.load(Ordering::Acquire) {
            if known.len() >= MAX {
                known.clear();
            }
            known.insert(hash, identity.clone());
        }
        Ok(identity)
    }

    fn identity(&self, hash: Hash, epoch: i64, grant: Grant, now: i64) -> Identity {
        let bucket = self.buckets.get(limited_by(grant.app_id, grant.token_id));
        Identity {
            hash,
            epoch,
            share: Key::workspace(&grant.tenant.id),
            tenant: Arc::new(grant.tenant),
            token_id: grant.token_id,
            admin_id: grant.admin_id,
            networks: grant.networks,
            app_id: grant.app_id,
            // A stored scope that is unknown to this build grants nothing.
            scopes: Scopes::parse_known(&grant.scopes).within(grant.permissions),
            version: grant.api_version.as_deref().and_then(Version::parse).unwrap_or(Version::DEFAULT),
            bucket,
            last_used_at: AtomicI64::new(now),
        }
    }

    /// Keeps the cache up to date until the process ends.
    pub async fn watch(&self, db: &Db) {
        let mut ticks: u32 = 0;
        loop {
            tokio::time::sleep(POLL).await;
            ticks = ticks.wrapping_add(1);
            self.refresh(db).await;
            if ticks.is_multiple_of(WRITE_EVERY) {
                self.write_last_used(db).await;
            }
        }
    }

    /// The auth epoch when it was last read. It changes with every change of a role.
    pub(crate) fn epoch(&self) -> i64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Clears the cache if the epoch has changed.
    pub async fn refresh(&self, db: &Db) {
        let seen = db.read(tokens::epoch).await;
        let current = self.epoch.load(Ordering::Acquire);
        match seen {
            Ok(epoch) if epoch == current => {}
            Ok(epoch) => {
                let mut known = self.known.write();
                self.epoch.store(epoch, Ordering::Release);
                known.clear();
            }
            Err(error) => {
                tracing::warn!(%error, "cannot tell whether tokens changed; forgetting all of them");
                self.known.write().clear();
            }
        }
    }

    /// Writes when tokens were last used.
    pub async fn write_last_used(&self, db: &Db) {
        let used: Vec<(String, TokenId, i64)> = self
            .known
            .read()
            .values()
            .map(|i| (i.tenant.id.clone(), i.token_id, i.last_used_at.load(Ordering::Relaxed)))
            .collect();
        if used.is_empty() {
            return;
        }
        if let Err(error) = db.write(move |tx| tokens::used(tx, &used)).await {
            tracing::warn!(%error, "cannot write down when tokens were last used");
        }
    }
}
