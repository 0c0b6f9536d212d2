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

use super::heard::{Heard, Subscription};
use super::hub::Hub;
use super::queue::{Batch, Bye};
use super::room::Viewer;
use super::{frames, queue};
use crate::app::App;
use crate::connections::upgrade::Upgrade;
use crate::reply::Reply;

/// The size of the read buffer, which each socket has, and of the write buffer, which those have that were sent something.
const BUFFER: usize = 4 << 10;
/// The longest message of a client.
const LONGEST: usize = 64 << 10;
/// How long a client may take to say what it wants, to take what it is sent, and to hang up.
const FIRST: Duration = Duration::from_secs(10);
const SEND: Duration = Duration::from_secs(30);
const CLOSE: Duration = Duration::from_secs(2);
/// How many messages a client may send in how long.
const MESSAGES: u32 = 100;
const PER: Duration = Duration::from_secs(10);
/// What a key is completed with before it is hashed (RFC 6455, 1.3).
const SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The answer that makes a connection a socket of this teammate.
pub(super) fn accept(app: Arc<App>, viewer: Viewer, headers: &HeaderMap, places: [Permit; 2]) -> Result<Reply> {
    let accept = accepted(headers)?;
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

/// The value that shows that the request was understood.
fn accepted(headers: &HeaderMap) -> Result<HeaderValue> {
    let wrong = |message: &'static str| Error::new(ErrorKind::BadRequest, message);
    let lists = |name, token: &str| {
        let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
        values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
    };
    if !lists(UPGRADE, "websocket") || !lists(CONNECTION, "upgrade") {
        return Err(wrong("This is a WebSocket: the request must have Connection: Upgrade and Upgrade: websocket"));
    }
    if headers.get(SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(wrong("Sec-WebSocket-Version must be 13"));
    }
    let key = headers.get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    if STANDARD.decode(key).map_or(true, |key| key.len() != 16) {
        return Err(wrong("Sec-WebSocket-Key must be 16 bytes in base 64"));
    }
    let hash = Sha1::new().chain_update(key).chain_update(SUFFIX).finalize();
    HeaderValue::try_from(STANDARD.encode(hash)).map_err(Error::internal)
}

/// A socket that is over.
struct Over;

impl From<tungstenite::Error> for Over {
    fn from(_: tungstenite::Error) -> Self {
        // Whatever it was, the client comes back and goes on where it was.
        Over
    }
}

/// Serves a socket to its end.
async fn run(app: &Arc<App>, viewer: &Viewer, stream: TcpStream, early: BytesMut) {
    let config = WebSocketConfig::default()
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(4 * LONGEST)
        .max_message_size(Some(LONGEST))
        .max_frame_size(Some(LONGEST));
    let ws = WebSocketStream::from_partially_read(stream, early.to_vec(), Role::Server, Some(config)).await;
    let mut socket = Socket { ws, since: Instant::now(), messages: 0 };
    // Over is over, however it came to it.
    let _ = socket.serve(app, viewer).await;
}

struct Socket {
    ws: WebSocketStream<TcpStream>,
    /// When the messages began to be counted.
    since: Instant,
    messages: u32,
}

impl Socket {
    async fn serve(&mut self, app: &Arc<App>, viewer: &Viewer) -> Result<(), Over> {
        let position = Hub::position(app, &viewer.tenant).await.map_err(|_| Over)?;
        self.send(Message::text(frames::hello(position, "ws"))).await?;
        let Subscription { after } = match timeout(FIRST, self.subscription()).await {
            Ok(subscription) => subscription?,
            Err(_) => return self.close(CloseCode::Policy, "a sub frame must come first").await,
        };
        let Ok(client) = Hub::join(app, viewer, after, true).await else {
            return self.leave(Bye::Restart(1_000)).await;
        };
        loop {
            tokio::select! {
                batch = client.next() => {
                    if let Some(bye) = self.tell(batch).await? {
                        return self.leave(bye).await;
                    }
                }
                message = self.ws.next() => {
                    let heard = self.heard(message.ok_or(Over)??).await?;
                    client.answered();
                    if let Some(seen) = heard.and_then(Heard::seen) {
                        client.note(seen);
                    }
                }
            }
        }
    }

    /// The first frame of the client.
    async fn subscription(&mut self) -> Result<Subscription, Over> {
        loop {
            let message = self.ws.next().await.ok_or(Over)??;
            if let Some(Heard::Sub(subscription)) = self.heard(message).await? {
                return Ok(subscription);
            }
        }
    }

    /// What a message says, if anything.
    async fn heard(&mut self, message: Message) -> Result<Option<Heard>, Over> {
        if self.since.elapsed() >= PER {
            (self.since, self.messages) = (Instant::now(), 0);
        }
        self.messages += 1;
        if self.messages > MESSAGES {
            self.close(CloseCode::Policy, "too many messages").await?;
        }
        match message {
            Message::Text(text) => match Heard::read(&text) {
                Ok(heard) => Ok(Some(heard)),
                Err(wrong) => {
                    self.close(CloseCode::Policy, &wrong).await?;
                    Err(Over)
                }
            },
            Message::Binary(_) => {
                self.close(CloseCode::Unsupported, "frames are texts").await?;
                Err(Over)
            }
            Message::Close(_) => Err(Over),
            Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => Ok(None),
        }
    }

    /// Sends what waits; why the client is to be sent away, if it is.
    async fn tell(&mut self, batch: Batch) -> Result<Option<Bye>, Over> {
        let Batch { gap, frames, beat, bye } = batch;
        let sent = async {
            if let Some(next) = gap {
                self.ws.feed(Message::text(frames::gap(next))).await?;
            }
            for queue::Frame { text, .. } in frames {
                self.ws.feed(Message::Text(text)).await?;
            }
            if beat {
                self.ws.feed(Message::text(frames::ping())).await?;
            }
            self.ws.flush().await
        };
        timeout(SEND, sent).await.map_err(|_| Over)??;
        Ok(bye)
    }

    async fn send(&mut self, message: Message) -> Result<(), Over> {
        Ok(timeout(SEND, self.ws.send(message)).await.map_err(|_| Over)??)
    }

    /// Says good-bye.
    async fn leave(&mut self, bye: Bye) -> Result<(), Over> {
        self.send(Message::text(frames::bye(bye))).await?;
        let (code, why) = match bye {
            Bye::Restart(_) => (CloseCode::Away, "the server stops"),
            Bye::Session => (CloseCode::Policy, "the session ended"),
            Bye::Silent => (CloseCode::Policy, "signs of life were not answered"),
        };
        self.close(code, why).await
    }

    /// Closes it, and waits a little for the client to do the same.
    async fn close(&mut self, code: CloseCode, reason: &str) -> Result<(), Over> {
        let closed = async {
            self.ws.close(Some(CloseFrame { code, reason: reason.into() })).await?;
            while let Some(Ok(_)) = self.ws.next().await {}
            Ok::<_, tungstenite::Error>(())
        };
        let _ = timeout(CLOSE, closed).await;
        Err(Over)
    }
}
