//! The HTTP client of the object store, with time limits. It is apart from the one for URLs that users give: where it connects
//! to is said by the operator, who may well mean an address that is not public.

use std::io;
use std::sync::Arc;
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
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a request, whose body is a part at the most, may take until its answer begins.
const ANSWER: Duration = Duration::from_secs(60);
/// How long the next bytes of an answer may take.
const STALL: Duration = Duration::from_secs(20);
/// Idle connections that are kept, and for how long.
const IDLE: usize = 32;
const IDLE_FOR: Duration = Duration::from_secs(30);

/// Makes the client.
#[derive(Debug)]
pub(super) struct Connector;

#[derive(Debug)]
struct Service(Client<HttpsConnector<HttpConnector>, HttpRequestBody>);

impl Factory for Connector {
    #[expect(clippy::disallowed_methods, reason = "it connects to the object store alone, which the operator names")]
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_connect_timeout(Some(CONNECT));
        tcp.set_nodelay(true);
        let tls = HttpsConnectorBuilder::new().with_tls_config(tls()?).https_or_http().enable_http1();
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_max_idle_per_host(IDLE)
            .pool_idle_timeout(IDLE_FOR)
            .build(tls.wrap_connector(tcp));
        Ok(HttpClient::new(Service(client)))
    }
}

/// Trusts who the system trusts.
fn tls() -> object_store::Result<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|e| object_store::Error::Generic { store: "S3", source: Box::new(e) })?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

#[async_trait]
impl HttpService for Service {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answered = tokio::time::timeout(ANSWER, self.0.request(request)).await.map_err(|_| late())?;
        let answered = answered.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Interrupted };
            HttpError::new(kind, error)
        })?;
        let (parts, body) = answered.into_parts();
        let frames = stream::unfold(body, |mut body| async move {
            let frame = match tokio::time::timeout(STALL, body.frame()).await {
                Ok(frame) => frame?.map_err(|e| HttpError::new(HttpErrorKind::Interrupted, e)),
                Err(_) => Err(late()),
            };
            Some((frame, body))
        });
        // An empty body is asked for more than once.
        let frames = frames.fuse();
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(StreamBody::new(frames))))
    }
}

fn late() -> HttpError {
    HttpError::new(HttpErrorKind::Timeout, io::Error::from(io::ErrorKind::TimedOut))
}
