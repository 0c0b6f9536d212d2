//! Surfaces, and requests before their caller is identified.

use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::Body as HttpBody;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::Db;
use deskwire_store::fair::Key;
use http::request::Parts;

use crate::app::App;
use crate::auth::Identity;
use crate::limits::RateLimitStatus;
use crate::proxies::share_of;
use crate::reply::Reply;
use crate::table::{Lookup, Params, Row, Table};
use crate::versions::{OperationVersion, Version};

/// A part of the server with its own table, kind of caller and handlers. `server.rs` mounts it. What surfaces have in
/// common is in `serve.rs`.
pub(crate) trait Surface: Sync {
    /// A row of the table.
    type Row: Row + Sync + 'static;
    /// The identified caller of a row.
    type Caller: Send;

    /// The table.
    fn table(&self) -> &Table<Self::Row>;

    /// Identifies the caller, counts the request against its rate limit, and rejects callers who may not call this row.
    fn identify(
        &self,
        row: &Self::Row,
        incoming: &Incoming,
        log: &mut RequestLog,
    ) -> impl Future<Output = Result<Self::Caller>> + Send;

    /// Answers a request for a row.
    fn answer(
        &self,
        row: &Self::Row,
        caller: Self::Caller,
        incoming: Incoming,
        params: Params<'_>,
        body: HttpBody,
    ) -> impl Future<Output = Result<Reply>> + Send;

    /// The error if no row matches. Counts the request. `kind` is the table's result: no such path, or no such method.
    fn unrouted(
        &self,
        kind: ErrorKind,
        _path: &str,
        incoming: &Incoming,
        log: &mut RequestLog,
    ) -> impl Future<Output = Error> + Send {
        let error = incoming.anonymous(log).err().unwrap_or_else(|| kind.into());
        std::future::ready(error)
    }

    /// The response to a rejected request in the form of this surface; `Err` for `error.list`. `_row` is `None` if no
    /// row matched.
    fn reject(&self, _row: Option<&Self::Row>, error: Error) -> Result<Reply> {
        Err(error)
    }
}

/// Answers a request on a surface: finds the row, identifies the caller, and runs the handler.
pub(crate) async fn answer<S: Surface>(
    surface: &S,
    path: &str,
    incoming: Incoming,
    body: HttpBody,
    log: &mut RequestLog,
) -> Result<Reply> {
    let (row, params) = match surface.table().find(&incoming.parts.method, path) {
        Lookup::Found(row, params) => (row, params),
        Lookup::WrongMethod => return unrouted(surface, ErrorKind::MethodNotAllowed, path, &incoming, log).await,
        Lookup::Unknown => return unrouted(surface, ErrorKind::ResourceNotFound, path, &incoming, log).await,
    };
    log.operation = Some(row.operation());
    let answered = match surface.identify(row, &incoming, log).await {
        Ok(caller) => surface.answer(row, caller, incoming, params, body).await,
        Err(error) => Err(error),
    };
    answered.or_else(|error| surface.reject(Some(row), error))
}

async fn unrouted<S: Surface>(
    surface: &S,
    kind: ErrorKind,
    path: &str,
    incoming: &Incoming,
    log: &mut RequestLog,
) -> Result<Reply> {
    let error = surface.unrouted(kind, path, incoming, log).await;
    surface.reject(None, error)
}

/// A request before its caller is identified.
pub(crate) struct Incoming {
    pub(crate) app: Arc<App>,
    pub(crate) parts: Parts,
    /// The origin by which the client reaches this server, for example `http://127.0.0.1:8080`.
    pub(crate) origin: String,
    pub(crate) ip: Option<IpAddr>,
    /// Whether only the headers of the response were requested. The method is then `GET`.
    pub(crate) is_head: bool,
}

/// An anonymous caller, within the rate limit of its network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Anonymous;

impl Incoming {
    /// The database, with the share of the caller's network.
    pub(crate) fn db(&self) -> Db {
        self.app.db.with_key(share_of(self.ip))
    }

    /// Counts a request without a valid token.
    pub(crate) fn anonymous(&self, log: &mut RequestLog) -> Result<Anonymous> {
        log.count_anonymous(&self.app, self.ip)
    }
}

/// What is known about a request so far, for the response's headers, the metrics and the logs.
#[derive(Default)]
pub(crate) struct RequestLog {
    pub(crate) version: Option<Version>,
    pub(crate) rate_limit: Option<RateLimitStatus>,
    pub(crate) operation: Option<&'static str>,
    /// The operation and version that an error is rendered for.
    pub(crate) operation_version: Option<OperationVersion>,
    pub(crate) identity: Option<Arc<Identity>>,
    /// The workspace of a teammate in the inbox.
    pub(crate) workspace: Option<String>,
    /// Whether an error has the form of the inbox.
    pub(crate) is_of_inbox: bool,
    pub(crate) ip: Option<IpAddr>,
    /// The key of the share of the server that the request uses.
    pub(crate) share: Option<Key>,
}

impl RequestLog {
    /// Counts a request against the rate limit of its network.
    pub(crate) fn count_anonymous(&mut self, app: &App, ip: Option<IpAddr>) -> Result<Anonymous> {
        let status = app.limit.count(&app.anonymous.get(share_of(ip)), app.db.clock().now());
        self.rate_limit = Some(status);
        if status.exceeded { Err(ErrorKind::RateLimited.into()) } else { Ok(Anonymous) }
    }
}
