//! The request that a handler for anyone receives.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::error::Result;
use deskwire_domain::sign_in::inbox::Device;
use deskwire_store::Db;
use deskwire_store::fair::Key;
use deskwire_store::global::sessions::Signed;
use http::header::USER_AGENT;
use http::request::Parts;
use http::{HeaderMap, Method};
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::Sha256;

use super::request;
use crate::app::App;
use crate::cookies::INBOX;
use crate::oauth::with_cookie;
use crate::proxies::share_of;
use crate::reply::Reply;
use crate::surface::Incoming;

/// A request that needs no session.
#[derive(Debug)]
pub struct Visitor {
    /// The server's state.
    pub app: Arc<App>,
    /// The browser's session or pending sign-in.
    pub signed: Option<Box<Signed>>,
    parts: Parts,
    origin: String,
    ip: Option<IpAddr>,
    body: Value,
}

impl Visitor {
    pub(super) async fn read(incoming: Incoming, signed: Option<Box<Signed>>, body: HttpBody) -> Result<Self> {
        let Incoming { app, parts, origin, ip, .. } = incoming;
        let body = if parts.method == Method::GET {
            Value::Null
        } else {
            request::json(&app, share_of(ip), &parts, body, &mut Sha256::default()).await?.0
        };
        Ok(Self { app, signed, parts, origin, ip, body })
    }

    /// The database, with the share of the client's network.
    pub fn db(&self) -> Db {
        self.app.db.with_key(self.share())
    }

    /// The key of the client's share of the server.
    pub fn share(&self) -> Key {
        share_of(self.ip)
    }

    /// The client's browser and address.
    pub fn device(&self) -> Device {
        device(&self.parts.headers, self.ip)
    }

    /// The body as a type.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T> {
        request::typed(&self.body)
    }

    /// Sets the browser's cookie to a secret for so many seconds.
    pub fn remember(&self, reply: Reply, secret: &str, seconds: i64) -> Reply {
        with_cookie(reply, &INBOX.set(&self.origin, secret, Some(seconds)))
    }

    /// Deletes the browser's cookie.
    pub fn forget(&self, reply: Reply) -> Reply {
        with_cookie(reply, &INBOX.forget(&self.origin))
    }
}

/// The browser, as its headers describe it, and its address.
pub(super) fn device(headers: &HeaderMap, ip: Option<IpAddr>) -> Device {
    let user_agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).map(str::to_owned);
    Device { user_agent, address: ip.map(|ip| ip.to_string()) }
}
