//! A connection, from when it is accepted to its end.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use axum::body::Body as HttpBody;
use axum::extract::ConnectInfo;
use deskwire_domain::error::{Error, ErrorKind};
use http::header::{CONNECTION, EXPECT, HeaderValue};
use http::{Request, Response};
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::bodies::{BodyState, RequestBody, ResponseBody};
use super::conn::{Conn, NEVER, Phase};
use super::refuse;
use super::stats::Reason;
use super::table::{Place, Table, millis};
use super::upgrade::{self, Upgrade, UpgradeSlot};
use super::wire::{Refused, Wire};
use crate::operations::is_probe;
use crate::serve;
use crate::server::Server;

/// The sizes of the read buffer and the write buffer.
const BUFFER: usize = 64 << 10;

/// How a connection ends.
enum End {
    /// By itself, or without losing a request.
    Closed,
    /// At once, because the client does not read the response.
    Cut,
    /// With this refusal.
    Refused(Error),
}

/// Serves a connection until it ends.
pub(super) async fn run(server: Arc<Server>, table: Arc<Table>, place: Place, stream: TcpStream, peer: SocketAddr) {
    let conn = &place.conn;
    let refused = Refused::default();
    let upgrade = UpgradeSlot::default();
    let wire = Wire::new(stream, table.clone(), conn.clone(), refused.clone());
    let service = {
        let (server, table, conn, upgrade) = (server.clone(), table.clone(), conn.clone(), upgrade.clone());
        service_fn(move |request| {
            let exchange = exchange(server.clone(), table.clone(), conn.clone(), upgrade.clone(), peer, request);
            async move { Ok::<_, Infallible>(exchange.await) }
        })
    };
    let mut http = http1::Builder::new().max_buf_size(BUFFER).serve_connection(TokioIo::new(wire), service);
    let end = poll_fn(|cx| {
        conn.listen(cx);
        let is_judged = conn.begin_judging();
        if Pin::new(&mut http).poll(cx).is_ready() {
            return Poll::Ready(End::Closed);
        }
        if let Some(error) = refused.lock().take() {
            table.stats.end(Reason::Malformed);
            return Poll::Ready(End::Refused(error));
        }
        match is_judged.then(|| judge(conn, &table)).flatten() {
            Some(end) => Poll::Ready(end),
            None => Poll::Pending,
        }
    });
    let end = end.await;
    if let (End::Closed, Some(upgrade)) = (&end, upgrade.lock().take()) {
        let (stream, early) = http.into_parts().io.into_inner().into_parts();
        return upgrade::start(&upgrade, stream, early, table, place);
    }
    let stream = match end {
        End::Closed => return,
        End::Cut | End::Refused(_) => http.into_parts().io.into_inner().into_stream(),
    };
    match end {
        End::Refused(error) => refuse::with(&error, stream, &table).await,
        // Otherwise unsent bytes would stay in the system's memory for minutes.
        _ => drop(stream.set_zero_linger()),
    }
}

/// Decides whether a connection whose deadline may have passed must end. `None` if it continues.
fn judge(conn: &Conn, table: &Table) -> Option<End> {
    let (now, phase) = (table.now(), conn.phase());
    let over = |reason| {
        table.stats.end(reason);
        Some(End::Closed)
    };
    if conn.write_by() <= now {
        table.stats.end(Reason::Write);
        return Some(End::Cut);
    }
    if phase.is_waiting() && conn.write_by() == NEVER {
        if conn.is_leaving() {
            return over(Reason::Replaced);
        }
        if table.waits_until(conn.since()) <= now {
            return Some(End::Closed);
        }
    }
    if conn.read_by() > now {
        return None;
    }
    match phase {
        // The last response is still being sent, so the connection is not idle yet.
        Phase::Idle if conn.write_by() != NEVER => {
            conn.set_read_by(now + millis(table.limits.idle));
            None
        }
        Phase::Idle => over(Reason::Idle),
        Phase::Fresh => over(Reason::Head),
        Phase::Head => {
            table.stats.end(Reason::Head);
            Some(End::Refused(Error::new(ErrorKind::RequestTimeout, "The head of the request did not arrive in time")))
        }
        Phase::Lingering => Some(End::Closed),
        // The reader of the body was woken, and rejects the request.
        Phase::Busy | Phase::Upgraded => None,
    }
}

/// Answers one request.
async fn exchange(
    server: Arc<Server>,
    table: Arc<Table>,
    conn: Arc<Conn>,
    upgrade: UpgradeSlot,
    peer: SocketAddr,
    request: Request<Incoming>,
) -> Response<ResponseBody> {
    let is_expecting = request.headers().contains_key(EXPECT);
    let is_shut_out = conn.is_restricted && !is_probe(request.uri().path());
    let body_state = Arc::new(BodyState::default());
    let mut request = request.map(|body| {
        if body.is_end_stream() {
            return HttpBody::empty();
        }
        HttpBody::new(RequestBody::new(body, body_state.clone(), table.clone(), conn.clone()))
    });
    let mut response = if is_shut_out {
        drop(request);
        table.stats.end(Reason::Capacity);
        refuse::full(&ErrorKind::Unavailable.into()).into_response()
    } else {
        request.extensions_mut().insert(ConnectInfo(peer));
        serve::answer(&server, request).await
    };
    if let Some(wanted) = response.extensions_mut().remove::<Upgrade>() {
        if table.may_upgrade() {
            *upgrade.lock() = Some(wanted);
            return response.map(|body| ResponseBody::new(body, table, conn));
        }
        table.stats.end(Reason::Capacity);
        response = refuse::full(&ErrorKind::Unavailable.into()).into_response();
    }
    let is_drained = body_state.drain(&table, is_expecting).await;
    if body_state.has_stalled() {
        table.stats.end(Reason::Body);
    }
    if !is_drained || conn.is_restricted || conn.is_leaving() || table.is_stopping() {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response.map(|body| ResponseBody::new(body, table, conn))
}
