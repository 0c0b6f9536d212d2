//! `GET /app/v1/live`: a WebSocket.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::BytesMut;
use deskwire_domain::error::{Error, ErrorKind, Result};
use deskwire_store::fair::Permit;
use futures_util::{SinkExt, StreamExt};
use http::header::{
    CONNECTION, HeaderMap, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use sha1::{Digest, Sha1};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{self, Message};

use super::client_frame::{ClientFrame, Subscription};
use super::hub::Hub;
use super::queue::{Batch, CloseReason};
use super::viewer::Viewer;
use super::{frames, queue};
use crate::app::App;
use crate::connections::upgrade::Upgrade;
use crate::reply::Reply;

/// The read buffer of each socket, which grows with a longer message: clients send little.
const READ_BUFFER: usize = 1 << 10;
/// The write buffer of each socket that something was sent to.
const WRITE_BUFFER: usize = 4 << 10;
/// The longest message from a client.
const MAX_MESSAGE: usize = 64 << 10;
/// How long a client may take to subscribe, to receive what is sent, and to close.
const SUBSCRIBE: Duration = Duration::from_secs(10);
const SEND: Duration = Duration::from_secs(30);
const CLOSE: Duration = Duration::from_secs(2);
/// The maximum number of messages that a client may send in a period.
const MAX_MESSAGES: u32 = 100;
const PERIOD: Duration = Duration::from_secs(10);
/// What is appended to the key before hashing (RFC 6455, 1.3).
const SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The response that upgrades the connection to a WebSocket of this teammate.
pub(super) fn accept(app: Arc<App>, viewer: Viewer, headers: &HeaderMap, places: [Permit; 2]) -> Result<Reply> {
    let accept = accept_key(headers)?;
    let upgrade = Upgrade::new(move |stream, early| async move {
        let _places = places;
        run(&app, &viewer, stream, early).await;
    });
    let mut headers = HeaderMap::with_capacity(8);
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    Ok(Reply::upgraded(headers, upgrade))
}

/// The `Sec-WebSocket-Accept` value for a valid upgrade request.
fn accept_key(headers: &HeaderMap) -> Result<HeaderValue> {
    let invalid = |message: &'static str| Error::new(ErrorKind::BadRequest, message);
    let lists = |name, token: &str| {
        let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    if !lists(UPGRADE, "websocket") || !lists(CONNECTION, "upgrade") {
        return Err(invalid("This is a WebSocket: the request must have Connection: Upgrade and Upgrade: websocket"));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(invalid("Sec-WebSocket-Version must be 13"));
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    if STANDARD.decode(key).map_or(true, |key| key.len() != 16) {
        return Err(invalid("Sec-WebSocket-Key must be 16 bytes in base 64"));
    }
    let hash = Sha1::new().chain_update(key).chain_update(SUFFIX).finalize();
    HeaderValue::try_from(STANDARD.encode(hash)).map_err(Error::internal)
}

/// The connection is closed.
struct Closed;

impl From<tungstenite::Error> for Closed {
    fn from(_: tungstenite::Error) -> Self {
        // The cause does not matter: the client reconnects and resumes.
        Closed
    }
}

/// Serves a socket until it closes.
async fn run(app: &Arc<App>, viewer: &Viewer, stream: TcpStream, early: BytesMut) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(4 * MAX_MESSAGE)
        .max_message_size(Some(MAX_MESSAGE))
        .max_frame_size(Some(MAX_MESSAGE));
    let ws = WebSocketStream::from_partially_read(stream, early.to_vec(), Role::Server, Some(config)).await;
    let mut socket = Socket { ws, since: Instant::now(), messages: 0 };
    // Every way to close ends here.
    let _ = socket.serve(app, viewer).await;
}

struct Socket {
    ws: WebSocketStream<TcpStream>,
    /// Start of the period in which messages are counted.
    since: Instant,
    messages: u32,
}

impl Socket {
    async fn serve(&mut self, app: &Arc<App>, viewer: &Viewer) -> Result<(), Closed> {
        let position = Hub::position(app, &viewer.tenant).await.map_err(|_| Closed)?;
        self.send(Message::text(frames::hello(position, "ws"))).await?;
        let Subscription { after } = match timeout(SUBSCRIBE, self.subscription()).await {
            Ok(subscription) => subscription?,
            Err(_) => return self.close(CloseCode::Policy, "a sub frame must come first").await,
        };
        let Ok(client) = Hub::join(app, viewer, after, true).await else {
            return self.disconnect(CloseReason::Restart(1_000)).await;
        };
        loop {
            tokio::select! {
                batch = client.next() => {
                    if let Some(reason) = self.send_batch(batch).await? {
                        return self.disconnect(reason).await;
                    }
                }
                message = self.ws.next() => {
                    let frame = self.client_frame(message.ok_or(Closed)??).await?;
                    client.mark_alive();
                    if let Some(activity) = frame.and_then(ClientFrame::activity) {
                        client.report_presence(app, viewer, activity).await;
                    }
                }
            }
        }
    }

    /// Waits for the subscription, the client's first frame.
    async fn subscription(&mut self) -> Result<Subscription, Closed> {
        loop {
            let message = self.ws.next().await.ok_or(Closed)??;
            if let Some(ClientFrame::Sub(subscription)) = self.client_frame(message).await? {
                return Ok(subscription);
            }
        }
    }

    /// The frame in a message, if it has one. A message that is not allowed closes the socket.
    async fn client_frame(&mut self, message: Message) -> Result<Option<ClientFrame>, Closed> {
        if self.since.elapsed() >= PERIOD {
            (self.since, self.messages) = (Instant::now(), 0);
        }
        self.messages += 1;
        if self.messages > MAX_MESSAGES {
            self.close(CloseCode::Policy, "too many messages").await?;
        }
        match message {
            Message::Text(text) => match ClientFrame::parse(&text) {
                Ok(frame) => Ok(Some(frame)),
                Err(reason) => {
                    self.close(CloseCode::Policy, &reason).await?;
                    Err(Closed)
                }
            },
            Message::Binary(_) => {
                self.close(CloseCode::Unsupported, "frames are texts").await?;
                Err(Closed)
            }
            Message::Close(_) => Err(Closed),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
        }
    }

    /// Sends a batch; returns the reason to disconnect, if there is one.
    async fn send_batch(&mut self, batch: Batch) -> Result<Option<CloseReason>, Closed> {
        let Batch { gap, frames, ping, close } = batch;
        let sent = async {
            if let Some(next) = gap {
                self.ws.feed(Message::text(frames::gap(next))).await?;
            }
            for queue::Frame { text, .. } in frames {
                self.ws.feed(Message::Text(text)).await?;
            }
            if ping {
                self.ws.feed(Message::text(frames::ping())).await?;
            }
            self.ws.flush().await
        };
        timeout(SEND, sent).await.map_err(|_| Closed)??;
        Ok(close)
    }

    async fn send(&mut self, message: Message) -> Result<(), Closed> {
        Ok(timeout(SEND, self.ws.send(message)).await.map_err(|_| Closed)??)
    }

    /// Disconnects a client with a last frame.
    async fn disconnect(&mut self, reason: CloseReason) -> Result<(), Closed> {
        self.send(Message::text(frames::bye(reason))).await?;
        let (code, text) = match reason {
            CloseReason::Restart(_) => (CloseCode::Away, "reconnect"),
            CloseReason::Session => (CloseCode::Policy, "the session ended"),
            CloseReason::Silent => (CloseCode::Policy, "pings were not answered"),
        };
        self.close(code, text).await
    }

    /// Closes the socket, and waits a moment for the client to do the same.
    async fn close(&mut self, code: CloseCode, reason: &str) -> Result<(), Closed> {
        let closed = async {
            self.ws.close(Some(CloseFrame { code, reason: reason.into() })).await?;
            while let Some(Ok(_)) = self.ws.next().await {}
            Ok::<_, tungstenite::Error>(())
        };
        let _ = timeout(CLOSE, closed).await;
        Err(Closed)
    }
}
