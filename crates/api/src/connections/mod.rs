//! Accepts connections, and closes those that occupy a place without using it.
//!
//! hyper implements HTTP/1 on each connection. This module adds time limits for each part of a request and its response
//! ([`Limits`]), limits of connections (`table`), strict parsing of heads (`head`), and stopping without losing a
//! request.

mod address;
pub(crate) mod bodies;
mod conn;
mod framing;
mod head;
mod limits;
mod pace;
mod refuse;
pub(crate) mod stats;
mod table;
mod task;
pub(crate) mod upgrade;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use deskwire_domain::error::{Error, ErrorKind};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::server::Server;
pub use limits::Limits;
use stats::Reason;
use table::{Full, Table};

/// The maximum number of connections that are refused with a response at the same time.
const REFUSALS: usize = 64;
/// The maximum number of connections accepted from the backlog when the server stops.
const BACKLOG: usize = 4096;
/// How long to wait when the system has no capacity for another connection.
const PAUSE: Duration = Duration::from_millis(50);
/// The maximum number of such waits while the backlog is accepted.
const PAUSES: usize = 100;

/// Serves connections until `stop` is ready, and then the open ones until they end.
pub async fn serve(server: Arc<Server>, listener: TcpListener, limits: Limits, stop: impl Future<Output = ()>) {
    let door = Door {
        table: Arc::new(Table::new(limits, server.app.connections.clone())),
        refusals: Arc::new(Semaphore::new(REFUSALS)),
        server,
    };
    let table = door.table.clone();
    let served = async {
        door.accept_until(&listener, stop).await;
        door.table.stop();
        // For its client, a connection exists once the system has answered. It is in the backlog only once the client's
        // acknowledgement has been processed. Closing the socket in between would reset it.
        door.accept_until(&listener, tokio::time::sleep(door.table.limits.settle)).await;
        door.take_backlog(listener).await;
        door.table.emptied().await;
    };
    tokio::select! {
        () = served => {}
        () = table.watch() => {}
    }
}

/// Accepts connections.
struct Door {
    server: Arc<Server>,
    table: Arc<Table>,
    refusals: Arc<Semaphore>,
}

impl Door {
    async fn accept_until(&self, listener: &TcpListener, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = &mut stop => return,
            };
            match accepted {
                Ok((stream, peer)) => self.take(stream, peer),
                Err(error) if is_of_the_client(&error) => {}
                Err(error) => {
                    tracing::warn!("cannot take connections: {error}");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Accepts the connections in the backlog, because for their clients the server was available. Then no more can
    /// connect. If the system has no capacity for another connection, it waits until others have ended.
    async fn take_backlog(&self, listener: TcpListener) {
        let Ok(listener) = listener.into_std() else { return };
        let (mut taken, mut pauses) = (0, 0);
        while taken < BACKLOG && pauses < PAUSES {
            match listener.accept() {
                Ok((stream, peer)) => {
                    taken += 1;
                    if stream.set_nonblocking(true).is_ok()
                        && let Ok(stream) = TcpStream::from_std(stream)
                    {
                        self.take(stream, peer);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if is_of_the_client(&error) => taken += 1,
                Err(_) => {
                    pauses += 1;
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the table of connections counts its tasks, and waits for them")]
    fn take(&self, stream: TcpStream, peer: SocketAddr) {
        self.table.stats.accept();
        // Responses are small: Nagle's algorithm would only delay them. A failure of the connection is detected later.
        let _ = stream.set_nodelay(true);
        match self.table.admit(peer.ip()) {
            Ok(place) => {
                tokio::spawn(task::run(self.server.clone(), self.table.clone(), place, stream, peer));
            }
            Err(full) => self.refuse(stream, full),
        }
    }

    /// Refuses a connection with a response, unless too many are being refused.
    #[expect(clippy::disallowed_methods, reason = "it ends within seconds")]
    fn refuse(&self, stream: TcpStream, full: Full) {
        let (reason, message) = match full {
            Full::Address => (Reason::Address, "Too many connections from this address"),
            Full::Server => (Reason::Capacity, "The server has no room for another connection"),
        };
        self.table.stats.end(reason);
        if let Ok(permit) = self.refusals.clone().try_acquire_owned() {
            let table = self.table.clone();
            tokio::spawn(async move {
                refuse::for_want_of_room(&Error::new(ErrorKind::Unavailable, message), stream, &table).await;
                drop(permit);
            });
        }
    }
}

/// Whether a connection failed before it was accepted, which does not affect the next one.
fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
