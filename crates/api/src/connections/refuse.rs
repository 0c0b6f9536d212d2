//! Refusals before a request of the API has been read.

use std::io;

use deskwire_domain::Error;
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderValue, RETRY_AFTER};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::table::Table;
use crate::reply::Reply;
use crate::versions::Form;
use crate::{error, request_id};

/// The `Retry-After` of refused connections, in seconds.
const AGAIN: HeaderValue = HeaderValue::from_static("1");

/// The response of a server without capacity.
pub(super) fn full(error: &Error) -> Reply {
    let mut reply = error_reply(error);
    reply.headers.insert(RETRY_AFTER, AGAIN);
    reply
}

/// An error response with a request id. It is not logged: a flood of connections must not flood the log.
fn error_reply(error: &Error) -> Reply {
    let id = request_id::next();
    let mut reply = error::unlogged(error, Form::List, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        reply.headers.insert("x-request-id", value);
    }
    reply
}

/// Writes a response to a socket and closes it so that the client can read it.
pub(super) async fn with(error: &Error, stream: TcpStream, table: &Table) {
    send_and_close(error_reply(error), stream, table).await;
}

/// Writes the response of a server without capacity to a socket, and closes it in the same way.
pub(super) async fn for_want_of_room(error: &Error, stream: TcpStream, table: &Table) {
    send_and_close(full(error), stream, table).await;
}

async fn send_and_close(reply: Reply, mut stream: TcpStream, table: &Table) {
    let limits = &table.limits;
    let sent = async {
        stream.write_all(&rendered(reply)).await?;
        stream.shutdown().await?;
        discard(&mut stream, limits.linger_bytes).await
    };
    // The connection ends here even if this fails.
    let _ = timeout(limits.linger, sent).await;
}

/// Reads what the client still sends: closing before would discard the response in transit.
async fn discard(stream: &mut TcpStream, most: usize) -> io::Result<()> {
    let mut buffer = vec![0; 2 << 10];
    let mut left = most;
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            count if count >= left => return Ok(()),
            count => left -= count,
        }
    }
}

/// Serializes a response.
fn rendered(mut reply: Reply) -> Vec<u8> {
    reply.headers.insert(CONNECTION, HeaderValue::from_static("close"));
    reply.headers.insert(CONTENT_LENGTH, HeaderValue::from(reply.body.len()));
    let reason = reply.status.canonical_reason().unwrap_or_default();
    let mut text = format!("HTTP/1.1 {} {reason}\r\n", reply.status.as_u16()).into_bytes();
    for (name, value) in &reply.headers {
        for piece in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            text.extend_from_slice(piece);
        }
    }
    text.extend_from_slice(b"\r\n");
    text.extend_from_slice(&reply.body);
    text
}
