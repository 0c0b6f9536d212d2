//! Connections that continue with another protocol than HTTP.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::BytesMut;
use parking_lot::Mutex;
use tokio::net::TcpStream;

use super::table::{Place, Table};

type Going = Pin<Box<dyn Future<Output = ()> + Send>>;
type Go = Box<dyn FnOnce(TcpStream, BytesMut) -> Going + Send>;

/// What a connection does after the response to its last request, a 101, is sent. It must end when the server stops.
#[derive(Clone)]
pub(crate) struct Upgrade(Arc<Mutex<Option<Go>>>);

impl fmt::Debug for Upgrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Upgrade")
    }
}

impl Upgrade {
    /// Continues with the socket, and with the bytes that were received after the request.
    pub(crate) fn new<F>(go: impl FnOnce(TcpStream, BytesMut) -> F + Send + 'static) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        Self(Arc::new(Mutex::new(Some(Box::new(|stream, early| Box::pin(go(stream, early)))))))
    }
}

/// Passes an upgrade from the handler to the task of the connection.
pub(super) type UpgradeSlot = Arc<Mutex<Option<Upgrade>>>;

/// Starts it in a task of its own, because the connection's task is large with the state of HTTP.
#[expect(clippy::disallowed_methods, reason = "the table of connections counts it, and waits for it")]
pub(super) fn start(upgrade: &Upgrade, stream: TcpStream, early: BytesMut, table: Arc<Table>, mut place: Place) {
    let Some(go) = upgrade.0.lock().take() else { return };
    place.upgrade();
    drop(table);
    tokio::spawn(async move {
        go(stream, early).await;
        drop(place);
    });
}
