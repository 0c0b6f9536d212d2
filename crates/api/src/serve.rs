//! One request, from its bytes to the answer: everything that is the same for all operations.

use std::any::Any;
use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body as HttpBody;
use axum::extract::ConnectInfo;
use deskwire_domain::error::{Error, Kind, Result};
use deskwire_store::Db;
use deskwire_store::fair::Key;
use futures_util::FutureExt;
use http::header::{CONTENT_LENGTH, EXPECT, HeaderName, HeaderValue, ORIGIN, RANGE};
use http::request::Parts;
use http::{HeaderMap, Method, Response, StatusCode};
use tracing::Instrument;

use crate::app::App;
use crate::auth::{self, Identity, VERSION_HEADER};
use crate::compress;
use crate::error::{self, render};
use crate::intake;
use crate::limits::Standing;
use crate::oauth::{self, Visit};
use crate::proxies::share_of;
use crate::public::attachments;
use crate::reply::Reply;
use crate::request::Request;
use crate::routes::Lookup;
use crate::versions::Version;
use crate::{access, health, home, host, methods, request_id, tools, unsubscribe};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The most bytes of a path segment that can name anything.
const LONGEST_SEGMENT: usize = 1_000;

/// The whole API as a router that axum can serve.
pub fn router(app: Arc<App>) -> axum::Router {
    axum::Router::new().fallback(move |request: axum::extract::Request| answer(app.clone(), request))
}

/// Marks a `HEAD`, which is worked on like the `GET`.
#[derive(Clone, Copy)]
struct Head;

/// What is learnt on the way and told in the answer's headers and in the logs.
#[derive(Default)]
struct Trail {
    version: Option<Version>,
    standing: Option<Standing>,
    operation: Option<&'static str>,
    identity: Option<Arc<Identity>>,
    address: Option<IpAddr>,
    /// Whose share of the server the request uses.
    share: Option<Key>,
}

/// Answers a request, whatever becomes of it.
pub(crate) async fn answer(app: Arc<App>, mut request: axum::extract::Request) -> Response<HttpBody> {
    let asked = request.method().clone();
    if asked == Method::HEAD {
        *request.method_mut() = Method::GET;
        request.extensions_mut().insert(Head);
        // A range is of what GET answers (RFC 9110, 14.2).
        request.headers_mut().remove(RANGE);
    }
    let reply = match health::answer(&app, request.uri().path()).await {
        Some(reply) => reply,
        None => recorded(&app, request, &asked).await,
    };
    if asked == Method::HEAD { headed(reply) } else { reply.into_response() }
}

/// The same headers without the body.
fn headed(reply: Reply) -> Response<HttpBody> {
    let length = reply.length();
    let mut response = reply.into_response();
    if let Some(length) = length {
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    *response.body_mut() = HttpBody::empty();
    response
}

/// Answers with what every answer has, and counts and logs it.
async fn recorded(app: &Arc<App>, request: axum::extract::Request, asked: &Method) -> Reply {
    let started = Instant::now();
    let id = request_id::next();
    let uri = request.uri().clone();
    let origin = request.headers().get(ORIGIN).cloned();
    // Not a span of level info: what fails must be found again whatever the level is.
    let span = tracing::error_span!("request", request_id = %id, method = %asked, path = access::path(&uri));
    let mut trail = Trail::default();
    let packed = compress::Accepted::of(request.headers());
    let handled = AssertUnwindSafe(handle(app, request, &mut trail)).catch_unwind().instrument(span.clone()).await;
    let handled = handled.unwrap_or_else(|panic| Err(Error::internal(panic_text(&*panic))));
    let handled = match handled {
        Ok(reply) => send(app, trail.share.unwrap_or(Key::SYSTEM), packed, reply).await,
        refused => refused,
    };
    let entered = span.enter();
    let mut reply = match handled {
        Ok(reply) => {
            if reply.status.is_server_error() {
                tracing::warn!(status = reply.status.as_u16(), "failed");
            }
            reply
        }
        Err(error) => render(&error, &id),
    };
    finish(app, &mut reply, &id, &trail);
    app.config.cors.write(origin.as_ref(), &mut reply.headers);
    if reply.status == StatusCode::METHOD_NOT_ALLOWED {
        methods::write(app, trimmed(uri.path()), &mut reply.headers);
    }
    app.metrics.count(trail.operation, reply.status, started.elapsed());
    tracing::debug!(status = reply.status.as_u16(), micros = started.elapsed().as_micros(), "answered");
    drop(entered);
    if !app.config.access_log {
        return reply;
    }
    reply.logged(access::Line {
        started,
        method: asked.clone(),
        uri,
        status: StatusCode::OK,
        request_id: id,
        workspace: trail.identity.as_ref().map(|identity| identity.tenant.id.clone()),
        app: trail.identity.and_then(|identity| identity.app_id),
        address: trail.address,
    })
}

/// An answer as it is sent: compressed for who asks, and counted if it is large.
async fn send(app: &App, share: Key, packed: compress::Accepted, mut reply: Reply) -> Result<Reply> {
    compress::compress(&app.budgets, share, packed, &mut reply).await?;
    reply.body = app.budgets.answer(share, reply.body).await?;
    Ok(reply)
}

/// The headers that every answer has.
fn finish(app: &App, reply: &mut Reply, id: &str, trail: &Trail) {
    let headers = &mut reply.headers;
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, value);
    }
    if let Some(version) = trail.version {
        headers.insert(VERSION_HEADER, HeaderValue::from_static(version.as_str()));
    }
    let standing =
        trail.standing.unwrap_or_else(|| app.limit.count(&app.strangers.get(Key::SYSTEM), app.db.clock().now()));
    standing.write(headers);
}

async fn handle(app: &Arc<App>, request: axum::extract::Request, trail: &mut Trail) -> Result<Reply> {
    let (parts, body) = request.into_parts();
    let peer = parts.extensions.get::<ConnectInfo<std::net::SocketAddr>>().map(|c| c.0.ip());
    let ip = app.config.proxies.client(peer, &parts.headers);
    trail.address = ip;
    let share = share_of(ip);
    trail.share = Some(share);
    let db = app.db.with_key(share);
    let path = trimmed(parts.uri.path());
    let origin = match checked(&parts) {
        Ok(host) => origin(app, host),
        Err(error) => return Err(stranger(app, ip, trail).err().unwrap_or(error)),
    };
    if parts.method == Method::OPTIONS {
        trail.operation = Some("OPTIONS");
        stranger(app, ip, trail)?;
        return methods::options(app, path, &parts.headers);
    }
    if parts.uri.path() == home::PATH {
        trail.operation = Some(home::OPERATION);
        stranger(app, ip, trail)?;
        return home::answer(&parts.method, &parts.headers, &origin);
    }
    if let Some(link) = unsubscribe::link(path) {
        trail.operation = Some(unsubscribe::OPERATION);
        let counted = stranger(app, ip, trail);
        return Ok(unsubscribe::answer(&db, &parts.method, link, counted).await);
    }
    match oauth::find(&parts.method, path) {
        oauth::Found::Row(row) => {
            trail.operation = Some(row.operation);
            let counted = stranger(app, ip, trail);
            return row.answer(counted, Visit { app: app.clone(), parts, origin, ip }, body).await;
        }
        oauth::Found::WrongMethod(_) => {
            return Err(stranger(app, ip, trail).err().unwrap_or_else(|| Kind::MethodNotAllowed.into()));
        }
        oauth::Found::Unknown => {}
    }
    if let Some(rest) = attachments::within(path) {
        trail.operation = Some(attachments::OPERATION);
        stranger(app, ip, trail)?;
        return attachments::answer(app, &db, &parts, rest).await;
    }
    let table = if path.starts_with(tools::UNDER) { &app.tools } else { &app.routes };
    let (route, raw) = match table.find(&parts.method, path) {
        Lookup::Found(route, raw) => (route, raw),
        missed => return Err(unanswered(app, &db, &parts, path, ip, trail, missed).await),
    };
    trail.operation = Some(route.operation);
    let (identity, version) = identified(app, &db, &parts.headers, ip, trail).await?;
    let caller = auth::enforce(route, identity, version)?;
    let path = raw.into_iter().map(|(name, text)| Ok((name, segment(text)?))).collect::<Result<_>>()?;
    let in_its_form = |error| error::in_its_form(route.operation, version, error);
    if parts.uri.query().is_some_and(holds_nul_byte) {
        return Err(in_its_form(Error::invalid("The query holds a NUL character, which no text may have")));
    }
    let (body, memory) = intake::read(app, caller.share(), route, &parts.headers, body).await.map_err(in_its_form)?;
    let last_event_id = parts.headers.get("last-event-id").and_then(|v| v.to_str().ok()).map(str::to_owned);
    let request = Request {
        app: app.clone(),
        caller,
        operation: route.operation,
        path,
        uri: parts.uri,
        origin,
        ip,
        is_head: parts.extensions.get::<Head>().is_some(),
        last_event_id,
        body,
        memory,
    };
    (route.handler)(request).await.map_err(|error| in_its_form(auth::retold(route, error)))
}

/// The host of a request whose headers can be understood in one way only.
fn checked(parts: &Parts) -> Result<Option<&str>> {
    auth::check_once(&parts.headers)?;
    let met = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"100-continue");
    // HTTP/1.0 knows no expectations.
    if parts.version != http::Version::HTTP_10 && !parts.headers.get_all(EXPECT).iter().all(met) {
        return Err(Kind::ExpectationFailed.into());
    }
    host::of(parts.version, &parts.headers, &parts.uri)
}

/// Who calls and in which version; the request is counted.
async fn identified(
    app: &App,
    db: &Db,
    headers: &HeaderMap,
    ip: Option<IpAddr>,
    trail: &mut Trail,
) -> Result<(Arc<Identity>, Version)> {
    let identity = match auth::identify(&app.tokens, db, headers).await {
        Ok(identity) => identity,
        Err(error) => return Err(stranger(app, ip, trail).err().unwrap_or(error)),
    };
    trail.identity = Some(identity.clone());
    let standing = app.limit.count(&identity.bucket, app.db.clock().now());
    trail.standing = Some(standing);
    trail.share = Some(identity.share);
    if standing.exceeded {
        return Err(Kind::RateLimited.into());
    }
    let version = auth::version(&identity, headers)?;
    trail.version = Some(version);
    Ok((identity, version))
}

/// Why a request without a row is refused: its operation is not implemented, its method is wrong, or its path unknown.
async fn unanswered(
    app: &App,
    db: &Db,
    parts: &Parts,
    path: &str,
    ip: Option<IpAddr>,
    trail: &mut Trail,
    missed: Lookup<'_, '_>,
) -> Error {
    if let Some(operation) = app.not_implemented.find(&parts.method, path) {
        trail.operation = Some(operation.name);
        return match identified(app, db, &parts.headers, ip, trail).await {
            Ok((_, version)) => operation.refusal(version),
            Err(error) => error,
        };
    }
    let kind = match missed {
        Lookup::WrongMethod(_) => Kind::MethodNotAllowed,
        _ => Kind::ResourceNotFound,
    };
    stranger(app, ip, trail).err().unwrap_or_else(|| kind.into())
}

/// Counts a request of nobody we know, by address.
fn stranger(app: &App, ip: Option<IpAddr>, trail: &mut Trail) -> Result<()> {
    let standing = app.limit.count(&app.strangers.get(share_of(ip)), app.db.clock().now());
    trail.standing = Some(standing);
    if standing.exceeded { Err(Kind::RateLimited.into()) } else { Ok(()) }
}

/// A path without the slash some clients end it with.
fn trimmed(path: &str) -> &str {
    match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => rest,
        _ => path,
    }
}

/// The text of a path segment; what cannot be an id names nothing.
fn segment(raw: &str) -> Result<String> {
    let text = percent_encoding::percent_decode_str(raw).decode_utf8().map_err(|_| Kind::ResourceNotFound)?;
    if text.len() > LONGEST_SEGMENT || text.contains('\0') {
        return Err(Kind::ResourceNotFound.into());
    }
    Ok(text.into_owned())
}

/// Whether a query, decoded, has a NUL, which PostgreSQL cannot take in a text.
fn holds_nul_byte(query: &str) -> bool {
    query.contains("%00")
}

/// The URL the client reached us by, for links to further pages.
fn origin(app: &App, host: Option<&str>) -> String {
    match &app.config.public_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("http://{}", host.unwrap_or("localhost")),
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_else(|| "without words".to_owned()))
}
