//! From a URL to a connection: resolves the host, checks its addresses, and connects to a checked address.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use deskwire_store::{client_tls, system_roots};
use http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

use super::{Allowed, Failure};

/// How long to try one address before the next.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The addresses of a host.
pub type Resolved = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;
/// Resolves a host and port to addresses.
pub type Resolver = Arc<dyn Fn(String, u16) -> Resolved + Send + Sync>;

/// Resolves with the system's resolver.
pub(super) fn system() -> Resolver {
    Arc::new(|host, port| Box::pin(async move { Ok(tokio::net::lookup_host((host, port)).await?.collect()) }))
}

/// Connects to permitted addresses only.
#[derive(Clone)]
pub(super) struct Connector {
    pub(super) resolver: Resolver,
    pub(super) allowed: Arc<Allowed>,
    tls: TlsConnector,
}

impl Connector {
    /// Trusts the system's root certificates.
    pub(super) fn new(allowed: Allowed, resolver: Resolver) -> Self {
        let roots = system_roots();
        if roots.is_empty() {
            tracing::warn!("no certificate authorities were found: nothing can be sent to https URLs");
        }
        let tls = TlsConnector::from(Arc::new(client_tls(roots)));
        Self { resolver, allowed: Arc::new(allowed), tls }
    }

    async fn connect(self, uri: Uri) -> Result<Link, Failure> {
        let tls = match uri.scheme_str() {
            Some("https") => true,
            Some("http") => false,
            _ => return Err(Failure::Refused("only http and https URLs are allowed".to_owned())),
        };
        let host = uri.host().unwrap_or_default();
        let host = host.strip_prefix('[').and_then(|h| h.strip_suffix(']')).unwrap_or(host).to_owned();
        let port = uri.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let stream = self.reach(&host, port).await?;
        // Requests are small and written at once.
        let _ = stream.set_nodelay(true);
        if !tls {
            return Ok(Link(TokioIo::new(Box::new(stream))));
        }
        let name = ServerName::try_from(host).map_err(|_| Failure::Unreachable("no such server name".to_owned()))?;
        let stream = self.tls.connect(name, stream).await.map_err(|e| Failure::Unreachable(format!("TLS: {e}")))?;
        Ok(Link(TokioIo::new(Box::new(stream))))
    }

    /// Connects to the first permitted address that responds.
    #[expect(clippy::disallowed_methods, reason = "the address was checked")]
    async fn reach(&self, host: &str, port: u16) -> Result<TcpStream, Failure> {
        let found = (self.resolver)(host.to_owned(), port).await;
        let found = found.map_err(|e| Failure::Unreachable(format!("{host} is not known: {e}")))?;
        let mut last = Failure::Unreachable(format!("{host} has no address"));
        let mut tried = false;
        for address in found {
            if !self.allowed.permits(host, port, address.ip()) {
                if !tried {
                    let ip = address.ip();
                    let message = "which is not a public address; the setting outbound_allow can allow it";
                    last = Failure::Refused(format!("{host} is at {ip}, {message}"));
                }
                continue;
            }
            tried = true;
            match tokio::time::timeout(TIMEOUT, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(e)) => last = Failure::Unreachable(format!("{address}: {e}")),
                Err(_) => last = Failure::Unreachable(format!("{address} does not answer")),
            }
        }
        Err(last)
    }
}

impl tower_service::Service<Uri> for Connector {
    type Response = Link;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Link, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        Box::pin(self.clone().connect(uri))
    }
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection, with TLS or without.
pub(super) struct Link(TokioIo<Box<dyn Stream>>);

impl Connection for Link {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl hyper::rt::Read for Link {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: hyper::rt::ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl hyper::rt::Write for Link {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
