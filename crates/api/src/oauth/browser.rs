//! Requests of browsers to the OAuth pages.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::oauth::{self, Ask, Asking};
use deskwire_domain::secrets;
use deskwire_store::Db;
use deskwire_store::fair::Key;
use http::request::Parts;

use super::pages;
use crate::app::App;
use crate::cookies::OAUTH;
use crate::intake;
use crate::proxies::share_of;
use crate::reply::Reply;
use crate::request::{base, encode};

/// The maximum size of a form, in bytes.
const MAX_FORM_BYTES: usize = 64 << 10;
/// The maximum size of an opaque field, in bytes.
const MAX_LENGTH: usize = 4_000;

/// A request from a browser, or from an app for its token.
pub(super) struct BrowserRequest {
    pub(super) app: Arc<App>,
    pub(super) parts: Parts,
    /// The origin by which the browser reaches this server.
    pub(super) origin: String,
    pub(super) ip: Option<IpAddr>,
}

/// Why a handler stops early.
pub(super) enum Halt {
    /// To respond with this page.
    Page(Box<Reply>),
    /// With an error.
    Error(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

pub(super) type Answer = Result<Reply, Halt>;

/// The fields of a query or form, by name.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    pub(super) fn read(text: &str) -> Self {
        Self(
            form_urlencoded::parse(text.as_bytes())
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        )
    }

    /// A field; `None` if it is empty or absent. Duplicates are ambiguous and rejected.
    pub(super) fn get(&self, name: &'static str) -> Result<Option<&str>> {
        let mut values = self.0.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let value = values.next().filter(|v| !v.is_empty());
        if values.next().is_some() {
            return Err(Error::invalid(format!("{name} must be sent only once")).field(name));
        }
        match value {
            Some(v) if v.len() > MAX_LENGTH => Err(Error::invalid(format!("{name} is too long")).field(name)),
            Some(v) if v.contains('\0') => {
                Err(Error::invalid(format!("{name} contains a NUL character, which is not allowed")).field(name))
            }
            value => Ok(value),
        }
    }
}

/// The parameters of an authorization request, which each page passes on to the next.
#[derive(Debug, Clone)]
pub(super) struct Flow {
    pub(super) client_id: String,
    pub(super) redirect_uri: Option<String>,
    pub(super) state: Option<String>,
}

impl Flow {
    pub(super) fn read(fields: &Fields) -> Result<Self> {
        let own = |name| Ok::<_, Error>(fields.get(name)?.map(str::to_owned));
        let client_id = own("client_id")?.ok_or_else(|| Error::missing("client_id is required").field("client_id"))?;
        Ok(Self { client_id, redirect_uri: own("redirect_uri")?, state: own("state")? })
    }

    /// The fields that are present, by name.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [
            ("client_id", Some(&self.client_id)),
            ("redirect_uri", self.redirect_uri.as_ref()),
            ("state", self.state.as_ref()),
        ];
        all.into_iter().filter_map(|(name, value)| Some((name, value?.as_str())))
    }

    /// The path that starts the flow again.
    pub(super) fn path(&self, request: &BrowserRequest) -> String {
        let query: Vec<String> = self.pairs().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        format!("{}/oauth?{}", request.base(), query.join("&"))
    }
}

impl BrowserRequest {
    /// The database, with the share of the client's address.
    pub(super) fn db(&self) -> Db {
        self.app.db.with_key(self.share())
    }

    /// The key of the client's share of the server.
    pub(super) fn share(&self) -> Key {
        share_of(self.ip)
    }

    /// The fields of the query.
    pub(super) fn query(&self) -> Fields {
        Fields::read(self.parts.uri.query().unwrap_or(""))
    }

    /// The fields of a form that our own page submits. Cross-site requests are rejected.
    pub(super) async fn form(&self, body: HttpBody) -> Result<Fields, Halt> {
        if intake::essence(&self.parts.headers) != "application/x-www-form-urlencoded" {
            return Err(Error::new(ErrorKind::MediaTypeUnsupported, "A form is expected").into());
        }
        let read = intake::bytes(&self.app, self.share(), MAX_FORM_BYTES, &self.parts.headers, body).await?;
        Ok(Fields::read(&String::from_utf8_lossy(&read.bytes)))
    }

    /// Whether a form comes from a page that this server sent to this browser.
    pub(super) fn is_ours(&self, fields: &Fields) -> bool {
        let site = self.parts.headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes);
        let same_site = matches!(site, None | Some(b"same-origin" | b"none"));
        let sent = fields.get("csrf").ok().flatten().unwrap_or_default();
        let right = self.cookie().is_some_and(|cookie| secrets::same(&proof(cookie), sent));
        same_site && right
    }

    /// The authorization request, or an error page.
    pub(super) async fn asking(&self, flow: &Flow) -> Result<Asking, Halt> {
        let (flow, session) = (flow.clone(), self.cookie().map(str::to_owned));
        let ask = move |tx: &mut deskwire_store::Tx<'_>| {
            oauth::ask(tx, &flow.client_id, flow.redirect_uri.as_deref(), session.as_deref())
        };
        match self.db().read(ask).await? {
            Ask::Known(asking) => Ok(*asking),
            Ask::UnknownClient => Err(Halt::Page(Box::new(pages::unknown_client()))),
            Ask::UnknownRedirect(app) => Err(Halt::Page(Box::new(pages::unknown_redirect(&app.name)))),
        }
    }

    /// The value of the cookie: a session or, before signing in, a random secret.
    pub(super) fn cookie(&self) -> Option<&str> {
        OAUTH.read(&self.parts.headers, &self.origin)
    }

    /// The same, or a new value with the `Set-Cookie` header for it.
    pub(super) fn cookie_or_new(&self) -> Result<(String, Option<String>)> {
        if let Some(cookie) = self.cookie() {
            return Ok((cookie.to_owned(), None));
        }
        let secret = secrets::text::<32>()?;
        let text = self.set_cookie(&secret);
        Ok((secret, Some(text)))
    }

    /// The `Set-Cookie` header of a secret for the browser session.
    pub(super) fn set_cookie(&self, secret: &str) -> String {
        OAUTH.set(&self.origin, secret, None)
    }

    /// The `Set-Cookie` header that deletes it.
    pub(super) fn forget_cookie(&self) -> String {
        OAUTH.forget(&self.origin)
    }

    /// The prefix of our paths behind a proxy that serves us in a directory.
    pub(super) fn base(&self) -> &str {
        base(&self.origin)
    }

    /// The client's address, as text.
    pub(super) fn address(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_string())
    }
}

/// The CSRF token of a form, derived from the cookie.
pub(super) fn proof(cookie: &str) -> String {
    secrets::hash(&format!("form {cookie}"))
}
