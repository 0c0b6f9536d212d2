//! The request that a handler receives.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use deskwire_domain::Cx;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_domain::ids::Id;
use deskwire_store::Db;
use deskwire_store::fair::Permit;
use http::{HeaderValue, StatusCode, Uri};
use serde::Serialize;
use serde_json::Value;

use crate::app::App;
use crate::auth::Caller;
use crate::body::Body;
use crate::query;
use crate::reply::Reply;
use crate::versions::{self, Version};

/// A verb with its input.
pub trait Verb<T>: FnMut(&mut Cx) -> Result<T> + Send + 'static {}

impl<T, F: FnMut(&mut Cx) -> Result<T> + Send + 'static> Verb<T> for F {}

/// The result of a change that is rolled back.
struct Undone<T>(Result<T>);

impl<T> From<deskwire_store::Error> for Undone<T> {
    fn from(error: deskwire_store::Error) -> Self {
        Self(Err(error.into()))
    }
}

/// A request whose caller is authorized to make it.
#[derive(Debug)]
pub struct Request {
    pub(crate) app: Arc<App>,
    pub(crate) caller: Caller,
    /// The row of the routes table, as `METHOD /path/{with}/names`.
    pub(crate) operation: &'static str,
    pub(crate) path: Vec<(&'static str, String)>,
    pub(crate) uri: Uri,
    /// The origin by which the client reaches this server, for example `http://127.0.0.1:8080`.
    pub(crate) origin: String,
    pub(crate) ip: Option<std::net::IpAddr>,
    /// Whether only the headers of the response were requested.
    pub(crate) is_head: bool,
    /// The position at which a client that follows events lost the connection.
    pub(crate) last_event_id: Option<String>,
    /// The media types that the client accepts.
    pub(crate) accept: Option<HeaderValue>,
    /// The JSON body.
    pub body: Body,
    /// The body's share of memory, until the response is sent.
    #[expect(dead_code, reason = "dropping it returns the permit")]
    pub(crate) memory: Option<Permit>,
}

impl Request {
    /// The caller.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The database, with the share of the caller's workspace.
    fn db(&self) -> Db {
        self.app.db.with_key(self.caller.share())
    }

    /// Runs a bounded read as the caller.
    pub async fn read<T: Send + 'static>(&self, mut f: impl Verb<T>) -> Result<T> {
        let actor = self.caller.actor();
        self.db().read(move |tx| f(&mut Cx::new(tx, &actor))).await
    }

    /// Runs a search, or anything that may take long, as the caller.
    pub async fn search<T: Send + 'static>(&self, mut f: impl Verb<T>) -> Result<T> {
        let actor = self.caller.actor();
        self.db().search(move |tx| f(&mut Cx::new(tx, &actor))).await
    }

    /// Runs a change as the caller. It may be run again if transactions conflict, so it must act only through `tx`. The
    /// changes of a `HEAD` request are rolled back.
    pub async fn write<T: Send + 'static>(&self, mut f: impl Verb<T>) -> Result<T> {
        let actor = self.caller.actor();
        if !self.is_head {
            return self.db().write(move |tx| f(&mut Cx::new(tx, &actor))).await;
        }
        let undone = self.db().write(move |tx| Err::<Infallible, _>(Undone(f(&mut Cx::new(tx, &actor))))).await;
        match undone {
            Err(Undone(result)) => result,
            Ok(never) => match never {},
        }
    }

    /// The version of the response.
    pub fn version(&self) -> Version {
        self.caller.version
    }

    /// The server's state.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// The caller's address.
    pub fn ip(&self) -> Option<String> {
        self.ip.map(|ip| ip.to_string())
    }

    /// Takes the body, for a verb that parses it itself.
    pub fn take_body(&mut self) -> Value {
        Value::Object(std::mem::take(&mut self.body.0))
    }

    /// The text of a path parameter.
    pub fn param(&self, name: &str) -> &str {
        self.path.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| v)
    }

    /// An id in the path. Fails with `unknown` if it is not valid.
    pub fn id<I: Id>(&self, name: &str, unknown: ErrorKind) -> Result<I> {
        I::parse(self.param(name)).ok_or_else(|| unknown.into())
    }

    /// A query parameter, decoded. The last one counts; an empty one counts as absent.
    pub fn query(&self, name: &str) -> Option<Cow<'_, str>> {
        query::text(&self.uri, name)
    }

    /// The values of a list: a query parameter that is repeated, with or without `[]`, or that contains values
    /// separated by commas.
    pub fn query_list(&self, name: &str) -> Vec<String> {
        query::list(&self.uri, name)
    }

    /// A query parameter that is an integer.
    pub fn query_integer(&self, name: &'static str) -> Result<Option<i64>> {
        query::integer(&self.uri, name)
    }

    /// A query parameter that is `true` or `false`, in any spelling that clients use; `default` if it is absent.
    pub fn query_flag(&self, name: &'static str, default: bool) -> Result<bool> {
        query::flag(&self.uri, name, default)
    }

    /// The full URL of this request, with these query parameters instead of its own.
    pub fn url_with(&self, replaced: &[(&str, &str)]) -> String {
        let sent = form_urlencoded::parse(self.uri.query().unwrap_or("").as_bytes());
        let kept = sent.filter(|(name, _)| replaced.iter().all(|(r, _)| r != name));
        let pairs = kept.chain(replaced.iter().map(|(n, v)| (Cow::Borrowed(*n), Cow::Borrowed(*v))));
        let query: Vec<String> = pairs.map(|(name, value)| format!("{}={}", encode(&name), encode(&value))).collect();
        format!("{}{}?{}", self.origin, self.uri.path(), query.join("&"))
    }

    /// A 200 response with this view, in the caller's version.
    pub fn json(&self, view: &impl Serialize) -> Result<Reply> {
        self.json_with(StatusCode::OK, view)
    }

    /// A response with another status and this view, in the caller's version.
    pub fn json_with(&self, status: StatusCode, view: &impl Serialize) -> Result<Reply> {
        let text = versions::render(self.version(), self.operation, view).map_err(Error::internal)?;
        Ok(Reply::rendered(status, text))
    }
}

/// Percent-encodes a text for a query.
pub(crate) fn encode(text: &str) -> percent_encoding::PercentEncode<'_> {
    /// All characters except the unreserved characters of URLs.
    const RESERVED: &percent_encoding::AsciiSet =
        &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
    percent_encoding::utf8_percent_encode(text, RESERVED)
}

/// The path prefix of an origin: the directory in which a proxy serves this server, if it does.
pub(crate) fn base(origin: &str) -> &str {
    let after_scheme = origin.split_once("://").map_or("", |(_, rest)| rest);
    after_scheme.find('/').map_or("", |at| &after_scheme[at..])
}
