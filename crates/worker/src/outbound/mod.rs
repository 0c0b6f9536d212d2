//! The HTTP client for URLs that users enter, protected against server-side request forgery.
//!
//! URLs come from users. A host is resolved first, its addresses are checked, and the connection is made to a checked
//! address itself, so that DNS rebinding has no effect; the URL of a redirect is checked in the same way. Only public
//! addresses are allowed, and those that the operator adds.

mod addresses;
mod connect;
mod hosts;

use std::error::Error as _;
use std::time::{Duration, Instant};
use std::{fmt, io};

use bytes::{Bytes, BytesMut};
use deskwire_domain::destination;
use http::header::{HeaderMap, HeaderValue, LOCATION, USER_AGENT};
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

pub use addresses::Allowed;
use connect::Connector;
pub use connect::{Resolved, Resolver};
use hosts::Hosts;

/// The `User-Agent` of requests.
const AGENT: HeaderValue = HeaderValue::from_static(concat!("deskwire/", env!("CARGO_PKG_VERSION")));
/// How many redirects are followed when something is fetched.
const REDIRECTS: usize = 3;
/// Idle connections kept to one host, and for how long.
const IDLE: usize = 64;
const IDLE_FOR: Duration = Duration::from_secs(60);
/// How much of a response to a POST is read, so that the connection can be reused.
const DRAINED: usize = 64 << 10;
/// How long a fetch may go without progress.
const STALL: Duration = Duration::from_secs(10);
/// The bytes per second below which a fetch is aborted after that time.
const SLOWEST: usize = 16 << 10;

/// The client. Clones share its connections.
#[derive(Clone)]
pub struct Outbound {
    client: Client<Connector, Full<Bytes>>,
    hosts: Hosts,
}

impl fmt::Debug for Outbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Outbound")
    }
}

/// A request to another server.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// Its method.
    pub method: Method,
    /// Its URL.
    pub url: &'a str,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// The response of another server.
#[derive(Debug, Clone)]
pub struct RemoteResponse {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body, which is truncated for POST requests.
    pub body: Bytes,
}

/// Where a fetched body is written.
pub trait Receiver: Send {
    /// Writes the next chunk.
    fn receive(&mut self, piece: Bytes) -> impl Future<Output = io::Result<()>> + Send;
}

impl Receiver for BytesMut {
    async fn receive(&mut self, piece: Bytes) -> io::Result<()> {
        self.extend_from_slice(&piece);
        Ok(())
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The URL is invalid or its address is not allowed.
    #[error("refused: {0}")]
    Refused(String),
    /// The connection failed.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    /// The response is larger than allowed.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// The response is too slow.
    #[error("slower than {0} bytes a second")]
    TooSlow(usize),
    /// Too many requests wait for the same host.
    #[error("{0} is busy with what others fetch from it")]
    Busy(String),
    /// The fetched body could not be written.
    #[error("it could not be written: {0}")]
    Unwritten(String),
    /// The connection broke.
    #[error("broken off: {0}")]
    Broken(String),
}

impl Outbound {
    /// A client for public addresses and the given other ones.
    pub fn new(allowed: Allowed) -> Self {
        Self::with_resolver(allowed, connect::system())
    }

    /// The same, with another resolver.
    pub fn with_resolver(allowed: Allowed, resolver: Resolver) -> Self {
        #[expect(clippy::disallowed_methods, reason = "this is the HTTP client")]
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .build(Connector::new(allowed, resolver));
        Self { client, hosts: Hosts::default() }
    }

    /// Fetches a URL into memory, following redirects. The response is returned whatever its status.
    pub async fn get(&self, url: &str, max_bytes: usize, limit: Duration) -> Result<RemoteResponse, Failure> {
        let mut read = BytesMut::new();
        let (status, headers) = self.fetch(url, max_bytes, limit, &mut read).await?;
        Ok(RemoteResponse { status, headers, body: read.freeze() })
    }

    /// Fetches a URL, following redirects, and passes its body on in chunks. A server that makes no progress is
    /// abandoned. The time spent waiting for other requests to the same host does not count.
    pub async fn fetch(
        &self,
        url: &str,
        max_bytes: usize,
        limit: Duration,
        into: &mut impl Receiver,
    ) -> Result<(StatusCode, HeaderMap), Failure> {
        let (mut url, mut left) = (parse(url)?, limit);
        for _ in 0..=REDIRECTS {
            let _place = self.hosts.place(&url).await?;
            let begun = Instant::now();
            let response = async {
                let response =
                    within(STALL.min(limit), self.ask(Method::GET, &url, HeaderMap::new(), Bytes::new())).await?;
                let (parts, body) = response.into_parts();
                if redirect(parts.status, &parts.headers).is_none() {
                    receive(body, max_bytes, STALL.min(limit), into).await?;
                }
                Ok((parts.status, parts.headers))
            };
            let (status, headers) = within(left, response).await?;
            let Some(next) = redirect(status, &headers) else { return Ok((status, headers)) };
            url = url.join(next).map_err(|e| Failure::Refused(format!("a redirect to no URL: {e}")))?;
            destination::check(&url).map_err(|reason| Failure::Refused(reason.to_owned()))?;
            left = left.saturating_sub(begun.elapsed());
        }
        Err(Failure::Refused(format!("more than {REDIRECTS} redirects")))
    }

    /// Sends a HEAD request to a URL, once.
    pub async fn head(&self, url: &str, limit: Duration) -> Result<RemoteResponse, Failure> {
        let url = parse(url)?;
        within(limit, self.one(Method::HEAD, &url, HeaderMap::new(), Bytes::new(), 0)).await
    }

    /// Sends a POST request to a URL, once: redirects are not followed.
    pub async fn post(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
        limit: Duration,
    ) -> Result<RemoteResponse, Failure> {
        let url = parse(url)?;
        within(limit, self.one(Method::POST, &url, headers, body, DRAINED)).await
    }

    /// Sends a request, once: redirects are not followed. A body that is too large or makes no progress is an error.
    pub async fn send(
        &self,
        request: Outgoing<'_>,
        max_bytes: usize,
        limit: Duration,
    ) -> Result<RemoteResponse, Failure> {
        let url = parse(request.url)?;
        let response = async {
            let response = self.ask(request.method, &url, request.headers, request.body).await?;
            let ((parts, body), mut read) = (response.into_parts(), BytesMut::new());
            receive(body, max_bytes, STALL.min(limit), &mut read).await?;
            Ok(RemoteResponse { status: parts.status, headers: parts.headers, body: read.freeze() })
        };
        within(limit, response).await
    }

    /// Sends a POST request to a URL, once, and passes the body of a successful response on in chunks, within a total
    /// time.
    pub async fn post_into(
        &self,
        url: &str,
        headers: HeaderMap,
        body: Bytes,
        max_bytes: usize,
        limit: Duration,
        into: &mut impl Receiver,
    ) -> Result<StatusCode, Failure> {
        let url = parse(url)?;
        within(limit, async {
            let (parts, mut body) = self.ask(Method::POST, &url, headers, body).await?.into_parts();
            let mut read = 0;
            while parts.status.is_success()
                && let Some(frame) = body.frame().await
            {
                let frame = frame.map_err(|e| Failure::Broken(e.to_string()))?;
                let Ok(data) = frame.into_data() else { continue };
                read += data.len();
                if read > max_bytes {
                    return Err(Failure::TooLarge(max_bytes));
                }
                into.receive(data).await.map_err(|e| Failure::Unwritten(e.to_string()))?;
            }
            Ok(parts.status)
        })
        .await
    }

    /// A response with its body truncated to so many bytes.
    async fn one(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
        most: usize,
    ) -> Result<RemoteResponse, Failure> {
        let (parts, mut body) = self.ask(method, url, headers, body).await?.into_parts();
        let mut read = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|e| Failure::Broken(e.to_string()))?;
            let Some(data) = frame.data_ref() else { continue };
            // A server with a long response to a POST only loses the connection.
            if read.len() + data.len() > most {
                break;
            }
            read.extend_from_slice(data);
        }
        Ok(RemoteResponse { status: parts.status, headers: parts.headers, body: read.freeze() })
    }

    async fn ask(
        &self,
        method: Method,
        url: &Url,
        headers: HeaderMap,
        body: Bytes,
    ) -> Result<Response<Incoming>, Failure> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = method;
        *request.uri_mut() = url.as_str().parse().map_err(|e| Failure::Refused(format!("{e}")))?;
        *request.headers_mut() = headers;
        request.headers_mut().entry(USER_AGENT).or_insert(AGENT);
        self.client.request(request).await.map_err(|e| failure(&e))
    }
}

/// Passes a body on in chunks, as long as it makes progress.
async fn receive(
    mut body: Incoming,
    max_bytes: usize,
    stall: Duration,
    into: &mut impl Receiver,
) -> Result<(), Failure> {
    let (begun, mut read) = (Instant::now(), 0);
    while let Some(frame) = within(stall, async { Ok(body.frame().await) }).await? {
        let frame = frame.map_err(|e| Failure::Broken(e.to_string()))?;
        let Ok(data) = frame.into_data() else { continue };
        read += data.len();
        if read > max_bytes {
            return Err(Failure::TooLarge(max_bytes));
        }
        into.receive(data).await.map_err(|e| Failure::Unwritten(e.to_string()))?;
        let took = begun.elapsed();
        if took > STALL && read < SLOWEST * usize::try_from(took.as_secs()).unwrap_or(usize::MAX) {
            return Err(Failure::TooSlow(SLOWEST));
        }
    }
    Ok(())
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(Failure::TimedOut(limit)))
}

/// Parses a URL of a supported scheme; its address is checked later.
pub fn parse(text: &str) -> Result<Url, Failure> {
    destination::parse(text).map_err(Failure::Refused)
}

/// The URL that a response redirects to.
fn redirect(status: StatusCode, headers: &HeaderMap) -> Option<&str> {
    let moved = matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308);
    headers.get(LOCATION).filter(|_| moved)?.to_str().ok()
}

/// Maps an error of the client.
fn failure(error: &hyper_util::client::legacy::Error) -> Failure {
    let mut source = error.source();
    let mut message = error.to_string();
    while let Some(cause) = source {
        if let Some(failure) = cause.downcast_ref::<Failure>() {
            return failure.clone();
        }
        message = cause.to_string();
        source = cause.source();
    }
    if error.is_connect() { Failure::Unreachable(message) } else { Failure::Broken(message) }
}
