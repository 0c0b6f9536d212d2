//! The HTTP client of the object store, with time limits. It is separate from the client for URLs of users, because the
//! operator may configure an endpoint that is not public.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector as Factory, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};

use crate::{client_tls, system_roots};

/// The timeout of connecting.
const CONNECT: Duration = Duration::from_secs(5);
/// The timeout of a request, whose body is one part at most, until its response begins.
const ANSWER: Duration = Duration::from_secs(60);
/// The timeout between two chunks of a response.
const STALL: Duration = Duration::from_secs(20);
/// The maximum number of idle connections, and how long they are kept.
const IDLE: usize = 32;
const IDLE_FOR: Duration = Duration::from_secs(30);

/// The addresses of the services from which a machine in a cloud gets its keys begin with this.
const LINK_LOCAL: &str = "169.254.";

/// The last request of a client, which the errors of the object store do not tell.
#[derive(Debug, Default)]
pub(super) struct Last {
    /// The status of the response; 0 before the first.
    status: AtomicU16,
    was_for_keys: AtomicBool,
}

impl Last {
    /// Whether the response said that a later request may succeed.
    pub(super) fn is_temporary(&self) -> bool {
        const TOO_MANY_REQUESTS: u16 = 429;
        let status = self.status.load(Ordering::Relaxed);
        status >= 500 || status == TOO_MANY_REQUESTS
    }

    /// Whether it was for the keys of a machine, and not for the bucket: then no keys are set.
    pub(super) fn was_for_keys(&self) -> bool {
        self.was_for_keys.load(Ordering::Relaxed)
    }
}

/// Creates the client.
#[derive(Debug)]
pub(super) struct Connector(pub(super) Arc<Last>);

#[derive(Debug)]
struct Service {
    client: Client<HttpsConnector<HttpConnector>, HttpRequestBody>,
    last: Arc<Last>,
}

impl Factory for Connector {
    #[expect(clippy::disallowed_methods, reason = "it connects to the object store alone, which the operator names")]
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        let tls =
            HttpsConnectorBuilder::new().with_tls_config(client_tls(system_roots())).https_or_http().enable_http1();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .build(tls.wrap_connector(tcp));
        Ok(HttpClient::new(Service { client, last: self.0.clone() }))
    }
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let for_keys = request.uri().host().is_some_and(|host| host.starts_with(LINK_LOCAL));
        self.last.was_for_keys.store(for_keys, Ordering::Relaxed);
        let answered = tokio::time::timeout(ANSWER, self.client.request(request)).await.map_err(|_| timed_out())?;
        let answered = answered.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Interrupted };
            HttpError::new(kind, error)
        })?;
        let (parts, body) = answered.into_parts();
        self.last.status.store(parts.status.as_u16(), Ordering::Relaxed);
        let frames = stream::unfold(body, |mut body| async move {
            let frame = match tokio::time::timeout(STALL, body.frame()).await {
                Ok(frame) => frame?.map_err(|e| HttpError::new(HttpErrorKind::Interrupted, e)),
                Err(_) => Err(timed_out()),
            };
            Some((frame, body))
        });
        // An empty body is polled again after its end.
        let frames = frames.fuse();
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(StreamBody::new(frames))))
    }
}

fn timed_out() -> HttpError {
    HttpError::new(HttpErrorKind::Timeout, io::Error::from(io::ErrorKind::TimedOut))
}
