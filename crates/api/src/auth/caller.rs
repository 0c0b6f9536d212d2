//! Who calls.

use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use deskwire_domain::ids::{AdminId, AppId, TokenId};
use deskwire_domain::networks::Networks;
use deskwire_domain::tokens::Hash;
use deskwire_domain::{Actor, Principal, Tenant};
use deskwire_store::fair::Key;
use deskwire_store::rate_limits::LimitKind;

use super::scope::Scopes;
use crate::limits::{AppBucket, Limited};
use crate::versions::Version;

/// The identity of a token, as cached.
#[derive(Debug)]
pub struct Identity {
    /// The token's hash.
    pub(crate) hash: Hash,
    /// The epoch of the tokens when this was read.
    pub(crate) epoch: i64,
    /// The workspace the token belongs to.
    pub tenant: Arc<Tenant>,
    /// Whose share of the server its requests use: the workspace's.
    pub(crate) share: Key,
    /// The token's own id.
    pub token_id: TokenId,
    /// The admin it acts as.
    pub admin_id: AdminId,
    /// The app it was granted to; none for a workspace's own tokens.
    pub app_id: Option<AppId>,
    /// What it may do.
    pub scopes: Scopes,
    /// The networks that it may be used from; none if it may be used from everywhere.
    pub(crate) networks: Option<Networks>,
    /// The version of a request that names none.
    pub version: Version,
    /// The rate limit bucket of the app.
    pub(crate) bucket: Arc<AppBucket>,
    /// When it was last used, in unix seconds; written to the database from time to time.
    pub(crate) last_used_at: AtomicI64,
}

impl Identity {
    /// The rate limit that counts its requests.
    pub(crate) fn limited(&self) -> Limited<'_> {
        let (kind, id) = limited_by(self.app_id, self.token_id);
        Limited { workspace: &self.tenant.id, share: self.share, kind, id }
    }
}

/// Whose rate limit counts the requests of a token: that of its app, or its own if it has none.
pub(super) fn limited_by(app: Option<AppId>, token: TokenId) -> (LimitKind, i64) {
    match app {
        Some(app) => (LimitKind::App, app.number()),
        None => (LimitKind::Token, token.number()),
    }
}

/// A caller who has passed token, version and scope: the proof that `enforce` ran.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) identity: Arc<Identity>,
    pub(crate) version: Version,
}

impl Caller {
    /// The version this request is answered in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// What the token may do.
    pub fn scopes(&self) -> Scopes {
        self.identity.scopes
    }

    /// The token's own id.
    pub fn token_id(&self) -> TokenId {
        self.identity.token_id
    }

    /// The workspace the token belongs to.
    pub fn tenant(&self) -> &Tenant {
        &self.identity.tenant
    }

    /// Whose share of the server this caller uses.
    pub fn share(&self) -> Key {
        self.identity.share
    }

    /// Whose rows this caller may see.
    pub fn workspace(&self) -> &str {
        &self.identity.tenant.id
    }

    /// The caller as the domain knows it.
    pub fn actor(&self) -> Actor {
        let (tenant, permissions) = (self.identity.tenant.clone(), self.scopes().permissions());
        Actor::new(tenant, Principal::Admin(self.identity.admin_id), permissions)
    }
}
