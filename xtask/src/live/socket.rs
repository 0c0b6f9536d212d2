//! The WebSocket of a browser in the inbox.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::desk::Seat;

/// The size of both buffers: there are thousands of them.
const BUFFER: usize = 2 << 10;

/// How often a socket is tried, and the pause before the next try.
const TRIES: usize = 10;
const PAUSE: Duration = Duration::from_secs(1);

/// An open socket that has subscribed.
pub(crate) struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    /// Opens a socket that gets all events from now on. Retries when many clients come at once, as the inbox does.
    pub(crate) async fn open(addr: SocketAddr, seat: &Seat) -> Result<Self, String> {
        for _ in 1..TRIES {
            match Self::open_once(addr, seat).await {
                Err(answer) if answer.contains("HTTP/1.1 503") => tokio::time::sleep(PAUSE).await,
                opened => return opened,
            }
        }
        Self::open_once(addr, seat).await
    }

    async fn open_once(addr: SocketAddr, seat: &Seat) -> Result<Self, String> {
        let mut stream = TcpStream::connect(addr).await.map_err(|e| format!("connecting: {e}"))?;
        stream.set_nodelay(true).map_err(|e| format!("nodelay: {e}"))?;
        let request = format!(
            "{}connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
             sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            seat.head("GET", "/live")
        );
        stream.write_all(request.as_bytes()).await.map_err(|e| format!("asking for a socket: {e}"))?;
        let mut answer = Vec::with_capacity(512);
        let end = loop {
            if let Some(at) = answer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            match stream.read_buf(&mut answer).await {
                Ok(0) => return Err("the server hung up instead of opening a socket".to_owned()),
                Ok(_) => {}
                Err(e) => return Err(format!("opening a socket: {e}")),
            }
        };
        if !answer.starts_with(b"HTTP/1.1 101") {
            return Err(format!("no socket: {}", String::from_utf8_lossy(&answer)));
        }
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(BUFFER);
        let early = answer.split_off(end);
        let ws = WebSocketStream::from_partially_read(stream, early, Role::Client, Some(config)).await;
        let mut socket = Self(ws);
        let hello = socket.next().await?;
        if hello["t"] != "hello" {
            return Err(format!("a socket begins with {hello}"));
        }
        socket.send(&json!({"t": "sub"})).await?;
        Ok(socket)
    }

    async fn send(&mut self, frame: &Value) -> Result<(), String> {
        self.0.send(Message::text(frame.to_string())).await.map_err(|e| format!("a socket: {e}"))
    }

    /// The next frame that is no sign of life; those are answered.
    pub(crate) async fn next(&mut self) -> Result<Value, String> {
        loop {
            let message = self.0.next().await.ok_or("the server closed a socket")?;
            let Message::Text(text) = message.map_err(|e| format!("a socket: {e}"))? else { continue };
            let frame: Value = serde_json::from_str(&text).map_err(|e| format!("a frame is not JSON: {e}"))?;
            if frame["t"] != "ping" {
                return Ok(frame);
            }
            self.send(&json!({"t": "pong"})).await?;
        }
    }
}
