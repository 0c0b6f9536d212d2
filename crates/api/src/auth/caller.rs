//! The caller of the public API.

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

/// The cached identity of a token.
#[derive(Debug)]
pub struct Identity {
    /// The hash of the token.
    pub(crate) hash: Hash,
    /// The epoch of the tokens when the identity was read.
    pub(crate) epoch: i64,
    /// The workspace of the token.
    pub tenant: Arc<Tenant>,
    /// The key of the share of the server that its requests use: the workspace's.
    pub(crate) share: Key,
    /// The id of the token.
    pub token_id: TokenId,
    /// The admin it acts as.
    pub admin_id: AdminId,
    /// The app it was granted to; `None` for a workspace's own token.
    pub app_id: Option<AppId>,
    /// The scopes of the token.
    pub scopes: Scopes,
    /// The networks from which it may be used; `None` if there is no restriction.
    pub(crate) networks: Option<Networks>,
    /// The version of a request that specifies none.
    pub version: Version,
    /// The rate limit bucket of the app.
    pub(crate) bucket: Arc<AppBucket>,
    /// When it was last used, in unix seconds. It is written to the database periodically.
    pub(crate) last_used_at: AtomicI64,
}

impl Identity {
    /// The rate limit that counts its requests.
    pub(crate) fn limited(&self) -> Limited<'_> {
        let (kind, id) = limited_by(self.app_id, self.token_id);
        Limited { workspace: &self.tenant.id, share: self.share, kind, id }
    }
}

/// The rate limit that counts a token's requests: that of its app, or the token's own if it has no app.
pub(super) fn limited_by(app: Option<AppId>, token: TokenId) -> (LimitKind, i64) {
    match app {
        Some(app) => (LimitKind::App, app.number()),
        None => (LimitKind::Token, token.number()),
    }
}

/// A caller whose token, version and scope have been checked: the proof that `enforce` ran.
#[derive(Debug, Clone)]
pub struct Caller {
    pub(crate) identity: Arc<Identity>,
    pub(crate) version: Version,
}

impl Caller {
    /// The version of the response.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The scopes of the token.
    pub fn scopes(&self) -> Scopes {
        self.identity.scopes
    }

    /// The id of the token.
    pub fn token_id(&self) -> TokenId {
        self.identity.token_id
    }

    /// The workspace of the token.
    pub fn tenant(&self) -> &Tenant {
        &self.identity.tenant
    }

    /// The key of the share of the server that this caller uses.
    pub fn share(&self) -> Key {
        self.identity.share
    }

    /// The id of the workspace whose rows this caller may see.
    pub fn workspace(&self) -> &str {
        &self.identity.tenant.id
    }

    /// The caller as an actor of the domain.
    pub fn actor(&self) -> Actor {
        let (tenant, permissions) = (self.identity.tenant.clone(), self.scopes().permissions());
        Actor::new(tenant, Principal::Admin(self.identity.admin_id), permissions)
    }
}
