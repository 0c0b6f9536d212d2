//! Transient messages between the processes on one database: `LISTEN` and `NOTIFY` on a separate connection.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::timeout;
use tokio_postgres::types::Type;
use tokio_postgres::{AsyncMessage, Client};

use super::server::Server;
use super::session::describe;
use super::wire::Drive;
use crate::{Error, Result};

/// The name of the channel, which all processes on a database share.
const NAME: &str = "deskwire_live";
/// The maximum number of received messages that wait to be taken; further ones are lost.
const MAX_RECEIVED: usize = 4_096;
/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A connection that receives the messages of all processes, this one included.
pub struct Channel {
    client: Client,
    drive: Drive,
    received: VecDeque<String>,
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Channel").finish_non_exhaustive()
    }
}

impl Channel {
    /// The maximum size of a message, in bytes.
    pub const MAX_BYTES: usize = 7_900;

    pub(crate) async fn open(server: &Server) -> Result<Channel> {
        let (client, drive) = timeout(server.patience(), server.connect())
            .await
            .map_err(|_| Error::Unavailable("no connection to PostgreSQL in time".to_owned()))??;
        let mut channel = Channel { client, drive, received: VecDeque::new() };
        channel.run(&format!("LISTEN {NAME}"), None).await?;
        Ok(channel)
    }

    /// The next message. Dropping the future loses none.
    pub async fn next(&mut self) -> Result<String> {
        poll_fn(|cx| {
            let open = self.read(cx);
            match (self.received.pop_front(), open) {
                (Some(text), _) => Poll::Ready(Ok(text)),
                (None, Err(error)) => Poll::Ready(Err(error)),
                (None, Ok(())) => Poll::Pending,
            }
        })
        .await
    }

    /// Sends a message to all listening processes.
    pub async fn send(&mut self, text: &str) -> Result<()> {
        self.run("SELECT pg_notify($1, $2)", Some(text)).await
    }

    /// Runs a statement and receives messages meanwhile.
    async fn run(&mut self, sql: &str, text: Option<&str>) -> Result<()> {
        let Self { client, drive, received } = self;
        let work = async {
            match &text {
                Some(text) => client.query_typed(sql, &[(&NAME, Type::TEXT), (text, Type::TEXT)]).await.map(drop),
                None => client.batch_execute(sql).await,
            }
        };
        let mut work = pin!(work);
        let done = poll_fn(|cx| {
            if let Poll::Ready(done) = work.as_mut().poll(cx) {
                return Poll::Ready(done.map_err(|error| Error::Unavailable(describe(&error))));
            }
            let open = read(drive, received, cx);
            match work.as_mut().poll(cx) {
                Poll::Ready(done) => Poll::Ready(done.map_err(|error| Error::Unavailable(describe(&error)))),
                Poll::Pending => open.map_or_else(|error| Poll::Ready(Err(error)), |()| Poll::Pending),
            }
        });
        timeout(PATIENCE, done).await.unwrap_or(Err(Error::Timeout))
    }

    fn read(&mut self, cx: &mut Context<'_>) -> Result<()> {
        read(&mut self.drive, &mut self.received, cx)
    }
}

/// Reads and writes until there is nothing to do. Fails if the connection has ended.
fn read(drive: &mut Drive, received: &mut VecDeque<String>, cx: &mut Context<'_>) -> Result<()> {
    loop {
        match drive(cx) {
            Poll::Ready(Some(Ok(AsyncMessage::Notification(notification)))) if received.len() < MAX_RECEIVED => {
                received.push_back(notification.payload().to_owned());
            }
            Poll::Ready(Some(Ok(_))) => {}
            Poll::Ready(Some(Err(error))) => return Err(Error::Unavailable(describe(&error))),
            Poll::Ready(None) => return Err(Error::Unavailable("the connection has ended".to_owned())),
            Poll::Pending => return Ok(()),
        }
    }
}
