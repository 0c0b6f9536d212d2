//! The steps common to all surfaces: request id, span, panics, the host, `OPTIONS`, common headers, metrics and the
//! access log.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body as HttpBody;
use axum::extract::ConnectInfo;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::fair::Key;
use futures_util::FutureExt;
use http::header::{CONTENT_LENGTH, EXPECT, HeaderName, HeaderValue, ORIGIN, RANGE, X_CONTENT_TYPE_OPTIONS};
use http::request::Parts;
use http::{Method, Response, StatusCode, Uri};
use tracing::Instrument;

use crate::app::App;
use crate::auth::{self, VERSION_HEADER};
use crate::compress;
use crate::error::render;
use crate::inbox::RESOURCE_POLICY;
use crate::operations::{is_probe, probe};
use crate::proxies::share_of;
use crate::reply::Reply;
use crate::server::Server;
use crate::surface::{Incoming, RequestLog};
use crate::versions::{Form, Refusal, refusal};
use crate::{access, host, methods, request_id};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Returns the whole server as a router for axum.
pub fn router(server: Arc<Server>) -> axum::Router {
    axum::Router::new().fallback(move |request: axum::extract::Request| {
        let server = server.clone();
        async move { answer(&server, request).await }
    })
}

/// Answers a request. `HEAD` is processed like `GET`.
pub(crate) async fn answer(server: &Server, mut request: axum::extract::Request) -> Response<HttpBody> {
    let method = request.method().clone();
    if method == Method::HEAD {
        *request.method_mut() = Method::GET;
        // Ranges apply to GET only (RFC 9110, 14.2).
        request.headers_mut().remove(RANGE);
    }
    let path = request.uri().path();
    let reply = if *request.method() == Method::GET && is_probe(path) {
        // Monitoring is neither limited nor counted.
        probe(&server.app, path).await
    } else {
        recorded(server, request, &method).await
    };
    if method == Method::HEAD { headed(reply) } else { reply.into_response() }
}

/// Returns the response with the same headers and without the body.
fn headed(reply: Reply) -> Response<HttpBody> {
    let length = reply.length();
    let mut response = reply.into_response();
    if let Some(length) = length {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = HttpBody::empty();
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        // Only a GET can switch protocols.
        response.extensions_mut().clear();
        *response.status_mut() = StatusCode::UPGRADE_REQUIRED;
    }
    response
}

/// Adds the common headers to a response, counts and logs it.
async fn recorded(server: &Server, request: axum::extract::Request, method: &Method) -> Reply {
    let (app, started) = (&server.app, Instant::now());
    let id = request_id::next();
    let uri = request.uri().clone();
    let origin = request.headers().get(ORIGIN).cloned();
    // At error level, so that the span of an error is logged at every level.
    let span = tracing::error_span!("request", request_id = %id, method = %method, path = access::path(&uri));
    let mut log = RequestLog::default();
    let packed = compress::Accepted::of(request.headers());
    let handled = {
        // Pinned here, because each wrapper would otherwise move several kilobytes.
        let handling = pin!(handle(server, &uri, request, method, &mut log));
        AssertUnwindSafe(handling).catch_unwind().instrument(span.clone()).await
    };
    let handled = handled.unwrap_or_else(|panic| Err(Error::internal(panic_text(&*panic))));
    let handled = match handled {
        Ok(reply) => send(app, log.share.unwrap_or(Key::SYSTEM), packed, reply).await,
        rejected => rejected,
    };
    let entered = span.enter();
    let mut reply = match handled {
        Ok(reply) => {
            if reply.status.is_server_error() {
                tracing::warn!(status = reply.status.as_u16(), "failed");
            }
            reply
        }
        Err(error) if log.is_of_inbox => render(&Refusal { error, form: Form::Object }, &id),
        Err(error) => render(&refusal(log.operation_version, error), &id),
    };
    finish(app, &mut reply, &id, &log);
    app.config.cors.write(origin.as_ref(), &mut reply.headers);
    if reply.status == StatusCode::METHOD_NOT_ALLOWED {
        methods::write(server, trimmed(uri.path()), &mut reply.headers);
    }
    app.metrics.count(log.operation, reply.status, started.elapsed());
    tracing::debug!(status = reply.status.as_u16(), micros = started.elapsed().as_micros(), "answered");
    drop(entered);
    if !app.config.access_log {
        return reply;
    }
    reply.logged(access::Line {
        started,
        method: method.clone(),
        uri,
        status: StatusCode::OK,
        request_id: id,
        workspace: log.identity.as_ref().map(|identity| identity.tenant.id.clone()).or(log.workspace),
        app: log.identity.and_then(|identity| identity.app_id),
        address: log.ip,
    })
}

/// Prepares the response for sending: compressed if the client accepts it, and counted against the memory limit if
/// large.
async fn send(app: &App, share: Key, packed: compress::Accepted, mut reply: Reply) -> Result<Reply> {
    compress::compress(&app.budgets, share, packed, &mut reply).await?;
    reply.body = app.budgets.answer(share, reply.body).await?;
    Ok(reply)
}

/// Adds the headers that every response has.
fn finish(app: &App, reply: &mut Reply, id: &str, log: &RequestLog) {
    let headers = &mut reply.headers;
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    if log.is_of_inbox {
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    }
    if let Some(version) = log.version {
        headers.insert(VERSION_HEADER, HeaderValue::from_static(version.as_str()));
    }
    let rate_limit =
        log.rate_limit.unwrap_or_else(|| app.limit.count(&app.anonymous.get(Key::SYSTEM), app.db.clock().now()));
    rate_limit.write(headers);
}

async fn handle(
    server: &Server,
    uri: &Uri,
    request: axum::extract::Request,
    method: &Method,
    log: &mut RequestLog,
) -> Result<Reply> {
    let app = &server.app;
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().map(|c| c.0.ip());
    let ip = app.config.proxies.client(peer, &parts.headers);
    (log.ip, log.share) = (ip, Some(share_of(ip)));
    let path = trimmed(uri.path());
    let origin = match checked(&parts) {
        Ok(host) => origin(app, host),
        Err(error) => return Err(log.count_anonymous(app, ip).err().unwrap_or(error)),
    };
    if parts.method == Method::OPTIONS {
        log.operation = Some("OPTIONS");
        log.count_anonymous(app, ip)?;
        return methods::options(server, path, &parts.headers);
    }
    let is_head = *method == Method::HEAD;
    server.dispatch(path, Incoming { app: app.clone(), parts, origin, ip, is_head }, body, log).await
}

/// Returns the host of a request. Fails if the headers are ambiguous.
fn checked(parts: &Parts) -> Result<Option<&str>> {
    auth::check_once(&parts.headers)?;
    let met = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    // HTTP/1.0 has no expectations.
    if parts.version != http::Version::HTTP_10 && !parts.headers.get_all(EXPECT).iter().all(met) {
        return Err(ErrorKind::ExpectationFailed.into());
    }
    host::of(parts.version, &parts.headers, &parts.uri)
}

/// A path without the trailing slash that some clients add.
fn trimmed(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() && !rest.ends_with('/') => rest,
        _ => path,
    }
}

/// The origin by which the client reached this server, for links to further pages.
fn origin(app: &App, host: Option<&str>) -> String {
    match &app.config.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", host.unwrap_or("localhost")),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_else(|| "without a message".to_owned()))
}
